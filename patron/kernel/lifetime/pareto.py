r"""
Pareto/NBD: customers buy at random at a rate of their own and leave for good at a moment of their own.

Schmittlein, Morrison, Colombo 1987, "Counting your customers: who are they and what will they do next?". Purchase rates are
Gamma(r, alpha), rates of leaving Gamma(s, beta). The likelihood of a history (x, t, T) is

    G(r+x) alpha^r beta^s / G(r)  *  [ (alpha+T)^-(r+x) (beta+T)^-s  +  s * integral of (alpha+u)^-(r+x) (beta+u)^-(s+1) du ],

u from t to T. It is usually written with differences of two hypergeometric functions, which cancel; the integral is of a smooth
positive function and is taken by Gauss-Legendre nodes in ln(c+u), c the smaller of alpha and beta. There the integrand is
analytic within pi of the real axis and its logarithm is concave: the nodes reach as far as it has fallen by e^-40.
"""

from functools import cache
from typing import NamedTuple

import numpy as np

from patron.kernel.layout import Bools, Float64s
from patron.kernel.lifetime.histories import Histories, Past
from patron.kernel.lifetime.newton import Value
from patron.kernel.lifetime.special import rising

PARAMETERS = ("r", "alpha", "s", "beta")

_BLOCK = 2048
"""Histories that are worked on at a time; each has a node for each of its possible moments of leaving."""

_FALLEN = 40.0
_SHORT = 6.0
"""Up to this length of ln(c+u) few nodes are exact to the last digits; beyond, many are."""

_FEW, _MANY = 32, 96


class Likelihood:
    """
    The log-likelihood of histories by (r, alpha, s, beta).

    Args:
        histories: distinct histories, in days.
        unit: days of a unit of time.
    """

    def __init__(self, histories: Histories, unit: float) -> None:
        self._repeats = histories.repeats.astype(np.float64)
        self._last = histories.last / unit
        self._age = histories.age / unit
        self._counts = histories.counts.astype(np.float64)
        self._by_repeats = np.bincount(histories.repeats, weights=self._counts) if len(histories.counts) else np.zeros(1)

    def __call__(self, parameters: Float64s) -> Value:
        """Return the log-likelihood with its derivatives."""
        r, alpha, s, beta = parameters.tolist()
        number = float(self._counts.sum())
        rates = rising(r, len(self._by_repeats) - 1)
        value = float((self._by_repeats * rates.value).sum()) + number * (r * np.log(alpha) + s * np.log(beta))
        gradient = np.array(
            [
                float((self._by_repeats * rates.first).sum()) + number * np.log(alpha),
                number * r / alpha,
                number * np.log(beta),
                number * s / beta,
            ]
        )
        hessian = np.zeros((4, 4))
        hessian[0, 0] = float((self._by_repeats * rates.second).sum())
        hessian[0, 1] = hessian[1, 0] = number / alpha
        hessian[1, 1] = -number * r / alpha**2
        hessian[2, 3] = hessian[3, 2] = number / beta
        hessian[3, 3] = -number * s / beta**2
        for start in range(0, len(self._counts), _BLOCK):
            part = slice(start, start + _BLOCK)
            ends = _ends(parameters, _Rows.of(parameters, self._repeats[part], self._last[part], self._age[part]))
            found = _bracket(parameters, self._repeats[part], ends, self._counts[part])
            value, gradient, hessian = value + found.value, gradient + found.gradient, hessian + found.hessian
        return Value(value, gradient, hessian)


def alive(parameters: Float64s, past: Past, unit: float) -> Float64s:
    """
    Return the probability that a customer has not left.

    Args:
        parameters: (r, alpha, s, beta).
        past: of the customers, in days.
        unit: days of a unit of time.
    """
    repeats, last, age = past
    found = np.empty(len(repeats))
    for start in range(0, len(repeats), _BLOCK):
        part = slice(start, start + _BLOCK)
        rows = _Rows.of(parameters, repeats[part].astype(np.float64), last[part] / unit, age[part] / unit)
        # Each row takes the nodes of its own length, so that what is found of it does not rest on the others.
        for alike in (rows.length <= _SHORT, rows.length > _SHORT):
            ends = _ends(parameters, rows.part(alike))
            found[part][alike] = ends.weights[:, 0] / ends.weights.sum(axis=1)
    return found


class _Rows(NamedTuple):
    """
    Histories, all of shape (rows,).

    Attributes:
        repeats, last, age: of each, times in units.
        begin: where leaving may begin, as ln(c+u).
        length: how far from there it is likely enough to be looked at.
    """

    repeats: Float64s
    last: Float64s
    age: Float64s
    begin: Float64s
    length: Float64s

    @classmethod
    def of(cls, parameters: Float64s, repeats: Float64s, last: Float64s, age: Float64s) -> "_Rows":
        """Return histories with what their integrals reach over."""
        r, alpha, s, beta = parameters.tolist()
        near, far = (alpha, beta) if alpha <= beta else (beta, alpha)
        bought = r + repeats
        near_power, far_power = (bought, s + 1) if alpha <= beta else (s + 1, bought)
        length = np.log((near + age) / (near + last))
        slope = near_power - 1 + far_power * (near + last) / (far + last)
        return cls(repeats, last, age, np.log(near + last), np.minimum(length, _FALLEN / np.maximum(slope, 1e-300)))

    def part(self, rows: Bools) -> "_Rows":
        """Return some of them."""
        return _Rows(*(column[rows] for column in self))


class _Ends(NamedTuple):
    """
    How histories may go on, each column one way: not to have left in the first, to have left at a node in the others.

    Attributes:
        times: shape (rows, ways), when.
        weights: shape (rows, ways), how likely, times a number of the row's own.
        scale: shape (rows,), the logarithm of that number, negative.
    """

    times: Float64s
    weights: Float64s
    scale: Float64s


def _ends(parameters: Float64s, rows: _Rows) -> _Ends:
    r, alpha, s, beta = parameters.tolist()
    repeats, last, age, begin, length = rows
    near, bought = min(alpha, beta), r + repeats
    nodes, shares = _nodes(_FEW if float(length.max(initial=0)) <= _SHORT else _MANY)
    stretched = np.exp(begin[:, None] + length[:, None] * nodes)
    times = np.column_stack([age, stretched - near])
    times[:, 1:] = np.clip(times[:, 1:], last[:, None], age[:, None])
    logs = -bought[:, None] * np.log(alpha + times) - s * np.log(beta + times)
    logs[:, 1:] += np.log(s) - np.log(beta + times[:, 1:]) + np.log(stretched)
    scale = logs.max(axis=1)
    weights = np.exp(logs - scale[:, None])
    weights[:, 1:] *= length[:, None] * shares
    return _Ends(times, weights, scale)


def _bracket(parameters: Float64s, repeats: Float64s, ends: _Ends, counts: Float64s) -> Value:
    """Return the sum of the logarithms of the brackets: means over the ways to go on, and the spread of these."""
    r, alpha, s, beta = parameters.tolist()
    bought = (r + repeats)[:, None]
    whole = ends.weights.sum(axis=1)
    part = ends.weights / whole[:, None]
    left = np.ones(ends.times.shape[1])
    left[0] = 0.0
    by_alpha, by_beta = 1 / (alpha + ends.times), 1 / (beta + ends.times)
    leaving = s + left
    slopes = (-np.log(alpha + ends.times), -bought * by_alpha, left / s - np.log(beta + ends.times), -leaving * by_beta)
    means = [(part * slope).sum(axis=1) for slope in slopes]
    hessian = np.zeros((4, 4))
    for row in range(4):
        for column in range(row + 1):
            spread = (part * slopes[row] * slopes[column]).sum(axis=1) - means[row] * means[column]
            hessian[row, column] = hessian[column, row] = float((counts * spread).sum())
    bends = {
        (0, 1): -by_alpha,
        (1, 1): bought * by_alpha**2,
        (2, 2): np.broadcast_to(-left / s**2, part.shape),
        (2, 3): -by_beta,
        (3, 3): leaving * by_beta**2,
    }
    for (row, column), bend in bends.items():
        mean = float((counts * (part * bend).sum(axis=1)).sum())
        hessian[row, column] += mean
        if row != column:
            hessian[column, row] += mean
    value = float((counts * (ends.scale + np.log(whole))).sum())
    return Value(value, np.array([float((counts * mean).sum()) for mean in means]), hessian)


@cache
def _nodes(number: int) -> tuple[Float64s, Float64s]:
    """Return Gauss-Legendre nodes and weights of the interval from 0 to 1."""
    nodes, weights = np.polynomial.legendre.leggauss(number)
    return (nodes + 1) / 2, weights / 2
