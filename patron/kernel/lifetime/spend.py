r"""
Gamma-Gamma: what a purchase of a customer is worth.

Fader, Hardie 2013, "The Gamma-Gamma model of monetary value". Amounts of a customer are Gamma(p, nu), the nu are Gamma(q, v).
With z the total of x purchases the likelihood of their mean m = z / x is

    G(px+q) / (G(px) G(q))  *  v^q  m^(px-1)  x^(px)  /  (v+z)^(px+q),

and the expected amount of a further purchase p (v+z) / (px+q-1). The model knows no amounts of nothing; these are left out.
"""

from typing import NamedTuple

import numpy as np

from patron.kernel.layout import Bools, Float64s, Int64s
from patron.kernel.lifetime.newton import Value
from patron.kernel.lifetime.special import gamma_logs
from patron.kernel.tally import tally_of

PARAMETERS = ("p", "q", "v")

_BLOCK = 1 << 14
"""Rows that are worked on at a time, so that their arrays stay in the cache."""


class Amounts(NamedTuple):
    """
    Distinct pairs of number and total, in ascending order of total, then number; all int64 of shape (rows,).

    Attributes:
        numbers: purchases, above zero.
        totals: what they brought together, above zero.
        counts: how many customers have this number and total.
    """

    numbers: Int64s
    totals: Int64s
    counts: Int64s

    @property
    def customers(self) -> int:
        """How many customers there are."""
        return int(self.counts.sum())

    def merge(self, other: "Amounts") -> "Amounts":
        """Return the pairs of the customers of both."""
        numbers, totals, counts = (np.concatenate(pair) for pair in zip(self, other, strict=True))
        return count_amounts(numbers, totals, counts)

    def every(self, step: int) -> "Amounts":
        """Return every *step*-th pair, to begin with few."""
        return Amounts(*(column[::step] for column in self))


def count_amounts(numbers: Int64s, totals: Int64s, counts: Int64s | None = None) -> Amounts:
    """
    Count equal pairs of a positive number and a positive total; the others are left out.

    Args:
        numbers: purchases, shape (rows,).
        totals: what they brought together, shape (rows,).
        counts: customers of each row; None: one.
    """
    there = (numbers > 0) & (totals > 0)
    (brought, bought), found = tally_of(totals[there], numbers[there], counts=None if counts is None else counts[there])
    return Amounts(bought, brought, found)


class Likelihood:
    """
    The log-likelihood of mean amounts by (p, q, v).

    Args:
        amounts: distinct pairs.
        unit: what one unit of money counts in totals.
    """

    def __init__(self, amounts: Amounts, unit: float) -> None:
        counts = amounts.counts.astype(np.float64)
        numbers = amounts.numbers.astype(np.float64)
        self._numbers, places = np.unique(amounts.numbers, return_inverse=True)
        self._by_number = np.bincount(places, weights=counts)
        self._customers = float(counts.sum())
        self._rows = [
            (amounts.totals[part] / unit, counts[part], counts[part] * numbers[part])
            for part in (slice(start, start + _BLOCK) for start in range(0, len(counts), _BLOCK))
        ]
        # What no parameter but p changes: sums of x ln z, and of x ln x - ln m from the change of variable.
        self._weighted_logs = sum(float((bought * np.log(totals)).sum()) for totals, _, bought in self._rows)
        means = [(count * np.log(totals * count / bought)).sum() for totals, count, bought in self._rows]
        self._logs_of_means = float(sum(means))

    def __call__(self, parameters: Float64s) -> Value:
        """Return the log-likelihood with its derivatives."""
        p, q, v = parameters.tolist()
        counts = self._customers
        numbers, by_number = self._numbers.astype(np.float64), self._by_number
        both, own, alone = gamma_logs(p * numbers + q), gamma_logs(p * numbers), gamma_logs(np.array([q]))
        logs, heavy_logs, inverse, heavy_inverse, square, heavy_square = self._sums(v).tolist()
        value = (
            float((by_number * (both.value - own.value)).sum())
            + counts * (q * np.log(v) - float(alone.value[0]))
            + p * self._weighted_logs
            - self._logs_of_means
            - p * heavy_logs
            - q * logs
        )
        gradient = np.array(
            [
                float((by_number * numbers * (both.first - own.first)).sum()) + self._weighted_logs - heavy_logs,
                float((by_number * both.first).sum()) + counts * (np.log(v) - float(alone.first[0])) - logs,
                counts * q / v - p * heavy_inverse - q * inverse,
            ]
        )
        hessian = np.empty((3, 3))
        hessian[0, 0] = (by_number * numbers**2 * (both.second - own.second)).sum()
        hessian[0, 1] = hessian[1, 0] = (by_number * numbers * both.second).sum()
        hessian[0, 2] = hessian[2, 0] = -heavy_inverse
        hessian[1, 1] = (by_number * both.second).sum() - counts * alone.second[0]
        hessian[1, 2] = hessian[2, 1] = counts / v - inverse
        hessian[2, 2] = -counts * q / v**2 + p * heavy_square + q * square
        return Value(value, gradient, hessian)

    def _sums(self, v: float) -> Float64s:
        """Return the sums of ln(v+z), 1/(v+z) and 1/(v+z)^2, each over customers and over purchases."""
        sums = np.zeros(6)
        for totals, counts, bought in self._rows:
            whole = v + totals
            for place, part in enumerate((np.log(whole), 1 / whole, 1 / whole**2)):
                sums[2 * place] += (counts * part).sum()
                sums[2 * place + 1] += (bought * part).sum()
        return sums


def expected_amount(parameters: Float64s, numbers: Int64s, totals: Float64s) -> tuple[Float64s, Bools]:
    """
    Return what a further purchase is expected to bring, and for which customers no finite amount is expected.

    Args:
        parameters: (p, q, v).
        numbers: purchases, shape (rows,); 0 for customers of whom none is known.
        totals: what they brought together, shape (rows,), in the unit of v.
    """
    p, q, v = parameters.tolist()
    weight = p * numbers + (q - 1)
    endless: Bools = weight <= 0
    return np.where(endless, 0.0, p * (v + totals) / np.where(endless, 1.0, weight)), endless
