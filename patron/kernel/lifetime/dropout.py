r"""
BG/NBD and MBG/NBD: customers buy at random at a rate of their own, and behind each purchase leave with a chance of their own.

Rates are Gamma(r, alpha), chances Beta(a, b). In the BG/NBD (Fader, Hardie, Lee 2005, "Counting your customers the easy way") a
customer can leave after a repeat purchase only, so whoever has none is alive for certain; in the MBG/NBD (Batislam, Denizel,
Filiztekin 2007) already after the first purchase. With m = 0 and m = 1 for the two, the likelihood of a history (x, t, T) is

    G(r+x) alpha^r / G(r)  *  G(a+b) G(b+x+m) / (G(b) G(a+b+x+m))  *  (alpha+T)^-(r+x)  *  (1 + exp d)
    d = ln(a / (b+x+m-1)) + (r+x) ln((alpha+T) / (alpha+t)),      exp d = 0 for x = 0 in the BG/NBD,

and 1 / (1 + exp d) is the probability of being alive. Everything but 1 + exp d is a sum over few distinct x and T; a history
costs one exponential and one logarithm.
"""

import numpy as np

from patron.kernel.layout import Float64s
from patron.kernel.lifetime.histories import Histories, Past
from patron.kernel.lifetime.newton import Value
from patron.kernel.lifetime.special import rising

PARAMETERS = ("r", "alpha", "a", "b")

_BLOCK = 1 << 14
"""Histories that are worked on at a time, so that their arrays stay in the cache."""

_SUMS = 18
_LARGEST_EXPONENT = 700.0


class Likelihood:
    """
    The log-likelihood of histories by (r, alpha, a, b).

    Args:
        histories: distinct histories, in days.
        unit: days of a unit of time.
        early: whether customers may leave after the first purchase (MBG/NBD).
    """

    def __init__(self, histories: Histories, unit: float, *, early: bool) -> None:
        self._early = int(early)
        self._counts = histories.counts.astype(np.float64)
        self._customers = float(self._counts.sum())
        self._most = int(histories.repeats.max(initial=0))
        self._by_repeats = np.bincount(histories.repeats, weights=self._counts, minlength=self._most + 1)
        ages = int(histories.age.max(initial=0)) + 1
        self._days = np.arange(ages) / unit
        self._by_age = np.bincount(histories.age, weights=self._counts, minlength=ages)
        self._bought = np.bincount(histories.age, weights=self._counts * histories.repeats, minlength=ages)
        mortal = slice(0 if early else int(np.searchsorted(histories.repeats, 1)), None)
        self._rows = [
            (histories.repeats[part], histories.last[part], histories.age[part], self._counts[part])
            for part in _blocks(mortal, len(histories.counts))
        ]

    def __call__(self, parameters: Float64s) -> Value:
        """Return the log-likelihood with its derivatives."""
        r, alpha, a, b = parameters.tolist()
        alive = self._alive_part(r, alpha, a, b)
        dead = self._dead_part(r, alpha, a, b)
        return Value(alive.value + dead.value, alive.gradient + dead.gradient, alive.hessian + dead.hessian)

    def _alive_part(self, r: float, alpha: float, a: float, b: float) -> Value:
        """Return what the histories would add up to if nobody had left."""
        number, by_repeats = self._customers, self._by_repeats
        logs, inverse = np.log(alpha + self._days), 1 / (alpha + self._days)
        rates = rising(r, self._most)
        stays, chances = (rising(start, self._most + self._early) for start in (b, a + b))
        weight = r * self._by_age + self._bought

        def total(column: Float64s) -> float:
            return float((by_repeats * column[len(column) - len(by_repeats) :]).sum())

        value = (
            total(rates.value)
            + total(stays.value)
            - total(chances.value)
            + number * r * np.log(alpha)
            - float((weight * logs).sum())
        )
        gradient = np.array(
            [
                total(rates.first) + number * np.log(alpha) - float((self._by_age * logs).sum()),
                number * r / alpha - float((weight * inverse).sum()),
                -total(chances.first),
                total(stays.first) - total(chances.first),
            ]
        )
        hessian = np.zeros((4, 4))
        hessian[0, 0] = total(rates.second)
        hessian[0, 1] = hessian[1, 0] = number / alpha - float((self._by_age * inverse).sum())
        hessian[1, 1] = -number * r / alpha**2 + float((weight * inverse**2).sum())
        hessian[2:, 2:] = -total(chances.second)
        hessian[3, 3] += total(stays.second)
        return Value(value, gradient, hessian)

    def _dead_part(self, r: float, alpha: float, a: float, b: float) -> Value:
        """Return the sum of ln(1 + exp d): what it adds that some may have left."""
        logs, inverse = np.log(alpha + self._days), 1 / (alpha + self._days)
        pulls = 1 / _chances(b, self._most, early=bool(self._early))
        odds = np.zeros_like(pulls)
        np.log(a * pulls, where=pulls > 0, out=odds)
        sums = np.zeros(_SUMS)
        for repeats, last, age, counts in self._rows:
            rate, pull = np.add(r, repeats, dtype=np.float64), pulls[repeats]
            longer, sooner, later = logs[age] - logs[last], inverse[last], inverse[age]
            sums += _row_sums(rate * longer + odds[repeats], longer, rate * (later - sooner), sooner + later, rate, pull, counts)
        value, s, sl, sp, sg, sm, sq, sgg, z, zl, zp, zg, zll, zlp, zlg, zpp, zpg, zgg = sums.tolist()
        gradient = np.array([sl, sp, s / a, -sg])
        hessian = np.array(
            [
                [zll, zlp + sm, zl / a, -zlg],
                [zlp + sm, zpp - sq, zp / a, -zpg],
                [zl / a, zp / a, (z - s) / a**2, -zg / a],
                [-zlg, -zpg, -zg / a, zgg + sgg],
            ]
        )
        return Value(value, gradient, hessian)


def alive(parameters: Float64s, past: Past, unit: float, *, early: bool) -> Float64s:
    """
    Return the probability that a customer has not left; exactly 1 without repeats in the BG/NBD.

    Args:
        parameters: (r, alpha, a, b).
        past: of the customers, in days.
        unit: days of a unit of time.
        early: whether customers may leave after the first purchase (MBG/NBD).
    """
    r, alpha, a, b = parameters.tolist()
    repeats, last, age = past
    logs = np.log(alpha + np.arange(int(age.max(initial=0)) + 1) / unit)
    with np.errstate(divide="ignore"):
        odds = np.log(a / _chances(b, int(repeats.max(initial=0)), early=early))
    found = np.empty(len(repeats))
    for part in _blocks(slice(0, None), len(repeats)):
        often = repeats[part]
        exponent = (r + often) * (logs[age[part]] - logs[last[part]]) + odds[often]
        found[part] = 1 / (1 + np.exp(np.minimum(exponent, _LARGEST_EXPONENT)))
    return found


def _chances(b: float, most: int, *, early: bool) -> Float64s:
    """Return b + x + m - 1 for x = 0 … *most*; infinite where nobody can have left."""
    chances = np.arange(most + 1, dtype=np.float64) + (b - 1 + int(early))
    if not early:
        chances[0] = np.inf
    return chances


def _row_sums(
    exponent: Float64s, longer: Float64s, nearer: Float64s, both: Float64s, rate: Float64s, pull: Float64s, counts: Float64s
) -> Float64s:
    """
    Return the sums over histories of ln(1 + exp d), and of the products that its derivatives are made of.

    Args:
        exponent: d.
        longer: ln((alpha+T) / (alpha+t)), its derivative by r.
        nearer: (r+x) (1/(alpha+T) - 1/(alpha+t)), its derivative by alpha.
        both: 1/(alpha+T) + 1/(alpha+t).
        rate: r+x.
        pull: 1/(b+x+m-1), its derivative by b but for the sign.
        counts: customers.
    """
    small = np.exp(-np.abs(exponent))
    whole = 1 + small
    value = np.maximum(exponent, 0) + np.log(whole)
    weight = counts / whole
    spread = weight * small / whole
    weight[exponent < 0] *= small[exponent < 0]
    spread_longer, spread_nearer, spread_pull = spread * longer, spread * nearer, spread * pull
    weight_nearer, weight_pull = weight * nearer, weight * pull
    return np.array(
        [
            _dot(counts, value),
            weight.sum(),
            _dot(weight, longer),
            weight_nearer.sum(),
            weight_pull.sum(),
            (weight_nearer / rate).sum(),
            _dot(weight_nearer, both),
            _dot(weight_pull, pull),
            spread.sum(),
            spread_longer.sum(),
            spread_nearer.sum(),
            spread_pull.sum(),
            _dot(spread_longer, longer),
            _dot(spread_longer, nearer),
            _dot(spread_longer, pull),
            _dot(spread_nearer, nearer),
            _dot(spread_nearer, pull),
            _dot(spread_pull, pull),
        ]
    )


def _dot(one: Float64s, two: Float64s) -> float:
    # Not BLAS: its threads spin between calls, and how many there are changes the order of its sums.
    return float(np.einsum("i,i->", one, two))


def _blocks(within: slice, rows: int) -> list[slice]:
    start = within.start or 0
    return [slice(begin, min(begin + _BLOCK, rows)) for begin in range(start, rows, _BLOCK)]
