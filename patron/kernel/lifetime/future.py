"""
What fitted models expect of every customer: whether they are there, how often they will buy, and what that is worth today.

The expected purchases given life rest on repeats and age alone, so they are computed once for each pair of these, however many
customers share it. Future purchases are discounted from the instant at which they are expected: the integral of exp(-d t) over
the expected purchases, by parts, on Gauss-Legendre nodes in ln(1 + t / (alpha+T)), where it is smooth.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from patron.kernel.layout import Float64s, Int64s
from patron.kernel.lifetime import dropout, opportunities, pareto
from patron.kernel.lifetime.fit import Fit
from patron.kernel.lifetime.histories import Past
from patron.kernel.lifetime.visits import expected_visits

_NODES = 16
_BLOCK = 1024
"""Pairs whose times are worked on together, so that their arrays stay in the cache."""

_DENSE = 1 << 24
"""Pairs up to which a table with a place for every pair there could be is made rather than sorting."""

Given = Callable[[Float64s], Float64s]


class Future(NamedTuple):
    """
    What is expected of customers; all of shape (customers,).

    Attributes:
        alive: the probability that the customer has not left.
        purchases: expected within the horizon.
        discounted: the same, each purchase at its value today.
    """

    alive: Float64s
    purchases: Float64s
    discounted: Float64s


def expect(fit: Fit, past: Past, *, unit: float = 1.0, horizon: float, interest: float = 0.0) -> Future:
    """
    Return what a fitted model expects.

    Args:
        fit: of a model of purchases.
        past: of the customers, as the model was fitted on.
        unit: as it was fitted with.
        horizon: units of time ahead, not negative; for `bgbb` whole opportunities.
        interest: the logarithm of what money grows by in a unit of time; 0 for none.
    """
    living = is_alive(fit, past, unit)
    often, old, places = _pairs(past.repeats, past.age)
    if fit.model == "bgbb":
        plain, discounted = _opportunities(fit.parameters, often, old, int(horizon), interest)
    else:
        plain, discounted = _continuous(fit, often, old / unit, horizon, interest)
    return Future(living, living * plain[places], living * discounted[places])


def is_alive(fit: Fit, past: Past, unit: float = 1.0) -> Float64s:
    """Return the probability that each customer has not left; the arguments are those of `expect`."""
    if fit.model == "bgbb":
        return opportunities.alive(fit.parameters, past)
    if fit.model == "paretonbd":
        return pareto.alive(fit.parameters, past, unit)
    return dropout.alive(fit.parameters, past, unit, early=fit.model == "mbgnbd")


def _pairs(repeats: Int64s, age: Int64s) -> tuple[Int64s, Int64s, Int64s]:
    """Return the distinct pairs, and for each customer which of them it has."""
    times = int(age.max(initial=0)) + 1
    keys = repeats * times + age
    room = (int(repeats.max(initial=0)) + 1) * times
    if room <= _DENSE:
        there = np.zeros(room, np.bool_)
        there[keys] = True
        distinct = np.flatnonzero(there)
        table = np.empty(room, np.int64)
        table[distinct] = np.arange(len(distinct))
        return *np.divmod(distinct, times), table[keys]
    distinct, places = np.unique(keys, return_inverse=True)
    return *np.divmod(distinct, times), places


def _continuous(fit: Fit, repeats: Int64s, age: Float64s, horizon: float, interest: float) -> tuple[Float64s, Float64s]:
    """Return the expected purchases of living customers, plain and discounted."""
    plain, discounted = np.empty(len(age)), np.empty(len(age))
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    places, shares = (nodes[:, None] + 1) / 2, weights[:, None] / 2
    for start in range(0, len(age), _BLOCK):
        part = slice(start, start + _BLOCK)
        begin = fit.parameters[1] + age[part]
        given = _given_life(fit, repeats[part], age[part])
        end = np.full((1, len(begin)), float(horizon))
        if interest == 0 or horizon == 0:
            plain[part] = discounted[part] = given(end)[0]
            continue
        length = np.log1p(horizon / begin)
        times = begin * np.expm1(places * length)
        found = given(np.concatenate([end, times]))
        worth = shares * found[1:] * np.exp(-interest * times) * (begin + times)
        total = np.zeros(len(begin))
        for own in worth:  # node by node: NumPy adds a single column up in another order than one among others
            total += own
        plain[part] = found[0]
        discounted[part] = found[0] * np.exp(-interest * horizon) + interest * length * total
    return plain, discounted


def _given_life(fit: Fit, repeats: Int64s, age: Float64s) -> Given:
    """Return the function of times ahead, a column a customer, that says what the living are expected to buy until then."""
    if fit.model == "paretonbd":
        r, alpha, s, beta = fit.parameters.tolist()
        rate = (r + repeats) / (alpha + age)
        return lambda time: rate * (beta + age) * _lived(s - 1, np.log1p(time / (beta + age)))
    r, alpha, a, b = fit.parameters.tolist()
    rho, stays = r + repeats, b + repeats + int(fit.model == "mbgnbd")

    def visits(time: Float64s) -> Float64s:
        shapes, stayed = (np.broadcast_to(column, time.shape).ravel() for column in (rho, stays))
        return expected_visits(shapes, a, stayed, (time / (alpha + age)).ravel()).reshape(time.shape)

    return visits


def _lived(power: float, logs: Float64s) -> Float64s:
    """Return (1 - exp(-power logs)) / power, which is *logs* at power 0."""
    return logs if power == 0 else np.asarray(-np.expm1(-power * logs) / power)


def _opportunities(
    parameters: Float64s, repeats: Int64s, age: Int64s, horizon: int, interest: float
) -> tuple[Float64s, Float64s]:
    """Return the expected purchases of those who are there at the next opportunity, plain and discounted."""
    alpha, beta, gamma, delta = parameters.tolist()
    chance = (alpha + repeats) / (alpha + beta + age)
    there = np.ones(len(age))
    plain, discounted = np.zeros(len(age)), np.zeros(len(age))
    for number in range(1, horizon + 1):
        plain += there
        discounted += there * np.exp(-interest * number)
        there = there * (delta + age + number) / (gamma + delta + age + number)
    return chance * plain, chance * discounted
