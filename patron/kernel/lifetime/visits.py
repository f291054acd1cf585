r"""
How many purchases a living customer of a BG/NBD or MBG/NBD is expected to make, without cancellation.

A living customer buys at a rate that is Gamma(rho, alpha+T), rho = r+x, and leaves behind each purchase with a chance that is
Beta(a, beta). If nobody left, the number N of purchases in a time of y (alpha+T) would be negative binomial; purchase j+1 of them
happens if the customer stayed j times. So the expected number is

    G(y) = sum over n >= 1 of P(N = n) C(n),    C(n) = sum over j < n of (beta)_j / (a+beta)_j,

all terms positive: what is usually written (a+b+x-1)/(a-1) [1 - ...2F1...], which loses digits for short times and for a near 1,
is here exact to the last digits for any a. Long times take many terms; for these G is the mean over p ~ Beta(a, beta) of
(1 - (1+py)^-rho) / p, by the trapezoidal rule in v, logit p = m + c sinh v, where it converges geometrically.
"""

import numpy as np

from patron.kernel.layout import Float64s

_LONGEST = 0.95
"""Of y / (1+y): beyond, the series would take more terms than the other way takes nodes."""

_MOST_TERMS = 2000.0
_LEAST_LOGARITHM = 600.0
"""From this size of ln P(N = 0) on, the first term would be too small for a float."""

_LOOKS = 8
"""Terms between two looks at which sums are complete."""

_IN_A_UNIT = 64
"""Steps between nodes in a unit of v."""

_FALLEN = 60.0
_BLOCK = 64
_PRECISION = 1e-17


def expected_visits(rho: Float64s, a: float, beta: Float64s, times: Float64s) -> Float64s:
    """
    Return G(y); all arrays of shape (rows,).

    Args:
        rho: shape of the rate of purchases, positive.
        a: first parameter of the chance to leave, positive.
        beta: second parameter of the chance to leave, positive.
        times: y, not negative.
    """
    found = np.empty(len(rho))
    share = times / (1 + times)
    many = (share > _LONGEST) | (rho * times > _MOST_TERMS) | (rho * np.log1p(times) > _LEAST_LOGARITHM)
    few = ~many
    found[few] = _by_series(rho[few], a, beta[few], times[few])
    found[many] = _by_nodes(rho[many], a, beta[many], times[many])
    return found


def _by_series(rho: Float64s, a: float, beta: Float64s, times: Float64s) -> Float64s:
    found = np.zeros(len(rho))
    rows = np.arange(len(rho))
    share = times / (1 + times)
    chance, stayed, visits, total = np.exp(-rho * np.log1p(times)), np.ones(len(rho)), np.zeros(len(rho)), np.zeros(len(rho))
    number = 0
    while len(rows):
        for _ in range(_LOOKS):
            # From P(N = n) and C(n) to those of n + 1.
            chance *= share * ((rho + number) / (number + 1))
            visits += stayed
            stayed *= (beta + number) / (a + beta + number)
            total += chance * visits
            number += 1
        # What is left is less than a geometric series with the present ratio, which falls or stays below its limit.
        ratio = share * np.maximum((rho + number) / (number + 1), 1.0) * (1 + 1 / number)
        going = (ratio >= 1) | (chance * visits > _PRECISION * (1 - np.minimum(ratio, 1)) * total)
        if not going.all():
            found[rows[~going]] = total[~going]
            rows, rho, beta, share = rows[going], rho[going], beta[going], share[going]
            chance, stayed, visits, total = chance[going], stayed[going], visits[going], total[going]
    return found


def _by_nodes(rho: Float64s, a: float, beta: Float64s, times: Float64s) -> Float64s:
    spread = np.minimum(1.0, np.sqrt(1 / a + 1 / beta))
    # Whole units of v; rows that reach equally far are worked on together, so that none rests on which others there are.
    reaches = np.ceil(np.arcsinh((_FALLEN + _FALLEN / np.minimum(a, beta)) / spread)).astype(np.int64)
    found = np.empty(len(rho))
    for reach in np.unique(reaches).tolist():
        nodes = np.arange(-reach * _IN_A_UNIT, reach * _IN_A_UNIT + 1) / _IN_A_UNIT
        rows = np.flatnonzero(reaches == reach)
        for start in range(0, len(rows), _BLOCK):
            part = rows[start : start + _BLOCK]
            found[part] = _at_nodes(nodes, rho[part], a, beta[part], times[part], spread[part])
    return found


def _at_nodes(nodes: Float64s, rho: Float64s, a: float, beta: Float64s, times: Float64s, spread: Float64s) -> Float64s:
    logit = np.log(a / beta)[:, None] + spread[:, None] * np.sinh(nodes)
    small = np.log1p(np.exp(-np.abs(logit)))
    leave, stay = np.minimum(logit, 0) - small, np.minimum(-logit, 0) - small
    logs = a * leave + beta[:, None] * stay
    weights = np.exp(logs - logs.max(axis=1)[:, None]) * np.cosh(nodes)
    chance = np.exp(leave)
    tiny = chance * times[:, None] < 1e-290  # there the quotient is its limit
    exponent = rho[:, None] * np.log1p(chance * times[:, None])
    visits = np.where(tiny, (rho * times)[:, None], -np.expm1(-exponent) / np.where(tiny, 1.0, chance))
    return np.asarray((weights * visits).sum(axis=1) / weights.sum(axis=1))
