r"""
BG/BB: at each of n opportunities a living customer buys or not; before each, some leave for good.

Fader, Hardie, Shang 2010, "Customer-base analysis in a discrete-time noncontractual setting". Chances to buy are
Beta(alpha, beta), chances to leave Beta(gamma, delta). The likelihood of a history (x, t, n) is a sum over when they left:

    B(alpha+x, beta+n-x) / B(alpha, beta)  *  B(gamma, delta+n) / B(gamma, delta)
      + sum over i = 0 ... n-t-1 of
        B(alpha+x, beta+t-x+i) / B(alpha, beta)  *  B(gamma+1, delta+t+i) / B(gamma, delta).

All arguments are a parameter and an integer: every factor is read from four tables of rising factorials.
"""

from typing import NamedTuple

import numpy as np

from patron.kernel.layout import Float64s, Int64s
from patron.kernel.lifetime.histories import Histories, Past
from patron.kernel.lifetime.newton import Value
from patron.kernel.lifetime.special import GammaLogs, rising

PARAMETERS = ("alpha", "beta", "gamma", "delta")

_BLOCK = 4096
"""Histories that are worked on at a time."""


class Likelihood:
    """
    The log-likelihood of histories by (alpha, beta, gamma, delta).

    Args:
        histories: distinct histories, in opportunities.

    Raises:
        ValueError: somebody bought more often than they could until their last purchase.
    """

    def __init__(self, histories: Histories) -> None:
        if bool((histories.repeats > histories.last).any()):
            raise ValueError("an opportunity has one purchase at most")
        self._histories = histories

    def __call__(self, parameters: Float64s) -> Value:
        """Return the log-likelihood with its derivatives."""
        value, gradient, hessian = 0.0, np.zeros(4), np.zeros((4, 4))
        tables = _Tables.of(parameters, int(self._histories.age.max(initial=0)))
        for start in range(0, len(self._histories.counts), _BLOCK):
            part = Histories(*(column[start : start + _BLOCK] for column in self._histories))
            found = _part(parameters, tables, part)
            value, gradient, hessian = value + found.value, gradient + found.gradient, hessian + found.hessian
        return Value(value, gradient, hessian)


def alive(parameters: Float64s, past: Past) -> Float64s:
    """
    Return the probability that a customer is still there at the next opportunity.

    Args:
        parameters: (alpha, beta, gamma, delta).
        past: of the customers, in opportunities.
    """
    gamma, delta = parameters.tolist()[2:]
    repeats, last, age = past
    tables = _Tables.of(parameters, int(age.max(initial=0)))
    found = np.empty(len(repeats))
    for start in range(0, len(repeats), _BLOCK):
        part = slice(start, start + _BLOCK)
        ways = _Ways.of(Histories(repeats[part], last[part], age[part], repeats[part]))
        weights, whole, _ = _weights(tables, ways)
        found[part] = weights[ways.begins] / whole * ((delta + age[part]) / (gamma + delta + age[part]))
    return found


class _Tables(NamedTuple):
    """ln of rising factorials of alpha, beta, alpha+beta, delta, gamma+delta, with two derivatives; and ln gamma."""

    bought: GammaLogs
    missed: GammaLogs
    asked: GammaLogs
    stayed: GammaLogs
    could_leave: GammaLogs
    leaving: float

    @classmethod
    def of(cls, parameters: Float64s, most: int) -> "_Tables":
        alpha, beta, gamma, delta = parameters.tolist()
        bought, missed, asked, stayed, could_leave = (
            rising(start, most + 1) for start in (alpha, beta, alpha + beta, delta, gamma + delta)
        )
        return cls(bought, missed, asked, stayed, could_leave, float(np.log(gamma)))


class _Ways(NamedTuple):
    """
    How histories may have gone on: a row for each way, those of one history together, not to have left in the first.

    Attributes:
        begins: shape (histories,), the first way of each.
        bought, missed, stayed: shape (ways,), opportunities of each kind.
        left: shape (ways,), 1 where the customer has left, else 0.
        owner: shape (ways,), the history.
    """

    begins: Int64s
    bought: Int64s
    missed: Int64s
    stayed: Int64s
    left: Int64s
    owner: Int64s

    @classmethod
    def of(cls, histories: Histories) -> "_Ways":
        ways = histories.age - histories.last + 1
        begins = np.cumsum(ways) - ways
        owner = np.repeat(np.arange(len(ways)), ways)
        stayed = histories.age[owner] - (np.arange(len(owner)) - begins[owner])
        left = np.ones(len(owner), np.int64)
        left[begins] = 0
        bought = histories.repeats[owner]
        return cls(begins, bought, stayed - bought, stayed, left, owner)


def _weights(tables: _Tables, ways: _Ways) -> tuple[Float64s, Float64s, Float64s]:
    """Return the weight of each way, their sum for each history, and the logarithm of what both are divided by."""
    logs = tables.bought[0][ways.bought] + tables.missed[0][ways.missed] - tables.asked[0][ways.stayed]
    logs += tables.stayed[0][ways.stayed] - tables.could_leave[0][ways.stayed + ways.left] + ways.left * tables.leaving
    scale = np.maximum.reduceat(logs, ways.begins)
    weights = np.exp(logs - scale[ways.owner])
    return weights, np.add.reduceat(weights, ways.begins), scale


def _part(parameters: Float64s, tables: _Tables, histories: Histories) -> Value:
    gamma = float(parameters[2])
    ways = _Ways.of(histories)
    weights, whole, scale = _weights(tables, ways)
    counts = histories.counts.astype(np.float64)
    share = weights / whole[ways.owner]
    first, second = ((tables.asked[order][ways.stayed], tables.could_leave[order][ways.stayed + ways.left]) for order in (1, 2))
    slopes = (
        tables.bought[1][ways.bought] - first[0],
        tables.missed[1][ways.missed] - first[0],
        ways.left / gamma - first[1],
        tables.stayed[1][ways.stayed] - first[1],
    )
    bends = {
        (0, 0): tables.bought[2][ways.bought] - second[0],
        (0, 1): -second[0],
        (1, 1): tables.missed[2][ways.missed] - second[0],
        (2, 2): -ways.left / gamma**2 - second[1],
        (2, 3): -second[1],
        (3, 3): tables.stayed[2][ways.stayed] - second[1],
    }
    each = share * counts[ways.owner]
    means = [np.add.reduceat(share * slope, ways.begins) for slope in slopes]
    hessian = np.zeros((4, 4))
    for row in range(4):
        for column in range(row, 4):
            total = float((each * slopes[row] * slopes[column]).sum()) - float((counts * means[row] * means[column]).sum())
            bend = bends.get((row, column))
            total += 0.0 if bend is None else float((each * bend).sum())
            hessian[row, column] = hessian[column, row] = total
    value = float((counts * (scale + np.log(whole))).sum())
    return Value(value, np.array([float((counts * mean).sum()) for mean in means]), hessian)
