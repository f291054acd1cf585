"""
Units of time: days and weeks are whole days, a month is the twelfth part of a year of 365.25 days.

So a month is 487/16 days, and no month of a history is longer than another.
"""

import math
from fractions import Fraction

UNITS = {"day": Fraction(1), "week": Fraction(7), "month": Fraction(487, 16)}
"""Name → days."""

YEAR = Fraction(1461, 4)
"""Days of a year, for interest."""


def interest_of(discount: float, unit: Fraction) -> float:
    """Return the logarithm of what money grows by in a unit of time, where it earns *discount* a year."""
    return math.log1p(discount) * float(unit / YEAR)
