"""
The slow twin of `patron.kernel.points`: fractions, and logarithms of fifty digits.
"""

import math
from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction


def ramp(value: int, low: int, high: int) -> int:
    """Return the points of one value, rounded half up."""
    return rounded(Fraction(1_000_000 * (min(max(value, low), high) - low), high - low))


def log_ramp(value: int, low: int, high: int) -> Fraction:
    """Return the points of one value to fifty digits, unrounded."""
    with localcontext(prec=50):
        inside = min(max(value, low), high)
        return Fraction(1_000_000 * (Decimal(inside) / low).ln() / (Decimal(high) / low).ln())


def steps(value: int, starts: Sequence[int], points: Sequence[int]) -> int:
    """Return the points of the last step that begins at or below the value."""
    return points[sum(1 for start in starts if start <= value)]


def weigh(points: Sequence[int | None], weights: Sequence[int]) -> int | None:
    """Return the weighted mean of the points that are known."""
    known = [(point, weight) for point, weight in zip(points, weights, strict=True) if point is not None]
    if not known:
        return None
    return rounded(Fraction(sum(point * weight for point, weight in known), sum(weight for _, weight in known)))


def rounded(value: Fraction) -> int:
    """Return the nearest whole number, of two the higher one."""
    return math.floor(value + Fraction(1, 2))
