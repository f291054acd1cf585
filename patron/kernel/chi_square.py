"""
The chi-square distribution: how likely a value as large is by chance.

The regularised incomplete gamma function by its series where the value is small, by its continued fraction (Lentz's method)
elsewhere; so a tail of 1e-300 is as exact as one of 0.5.
"""

import math

_ENOUGH = 1e-16
_STEPS = 100_000
_TINY = 1e-300


def chi_square_tail(value: float, degrees: int) -> float:
    """
    Return how likely it is that a chi-square variable exceeds *value*.

    Args:
        value: not negative.
        degrees: of freedom, at least 1.
    """
    shape, half = degrees / 2, value / 2
    if half <= 0:
        return 1.0
    if math.isinf(half):
        return 0.0
    front = math.exp(shape * math.log(half) - half - math.lgamma(shape))
    if half < shape + 1:
        return 1 - front * _series(shape, half)
    return front * _fraction(shape, half)


def _series(shape: float, half: float) -> float:
    term = total = 1 / shape
    for step in range(1, _STEPS):
        term *= half / (shape + step)
        total += term
        if term < total * _ENOUGH:
            break
    return total


def _fraction(shape: float, half: float) -> float:
    below = half + 1 - shape
    ratio, inverse = 1 / _TINY, 1 / below
    product = inverse
    for step in range(1, _STEPS):
        above = -step * (step - shape)
        below += 2
        inverse = 1 / _not_zero(above * inverse + below)
        ratio = _not_zero(below + above / ratio)
        change = inverse * ratio
        product *= change
        if abs(change - 1) < _ENOUGH:
            break
    return product


def _not_zero(value: float) -> float:
    return value if abs(value) >= _TINY else _TINY
