"""
Exact sums of floats: whole numbers of the smallest float, 2**-1074, whose sum depends neither on order nor on grouping.
"""

import math

import numpy as np

from patron.kernel.layout import Values

UNIT_BITS = 1074
"""A sum is a Python integer that counts 2**-UNIT_BITS."""

_BLOCK = 1 << 18  # rows that are worked on at a time
_STEP = 42  # bits that one step takes from each value: a sum of 2**18 of them fits 64 bits


def float_units(values: Values) -> int:
    """Return the exact sum of the finite ones of *values* in units of 2**-UNIT_BITS."""
    units = 0
    for start in range(0, len(values), _BLOCK):
        rest = values[start : start + _BLOCK]
        rest = rest[np.isfinite(rest)]
        while rest.any():
            # Take the leading bits of all values, as whole numbers of one power of two, until nothing is left of any.
            lowest = max(int(np.frexp(np.abs(rest).max())[1]) - _STEP, -UNIT_BITS)
            leading = np.trunc(np.ldexp(rest, -lowest))
            units += int(leading.astype(np.int64).sum()) << (lowest + UNIT_BITS)
            rest = rest - np.ldexp(leading, lowest)
    return units


def one_float_units(value: float) -> int:
    """Return a finite float in units of 2**-UNIT_BITS."""
    numerator, denominator = value.as_integer_ratio()
    return numerator * ((1 << UNIT_BITS) // denominator)


def nearest_float(units: int) -> float:
    """Return the float nearest to a sum; infinite where it is too large for any."""
    try:
        return units / (1 << UNIT_BITS)
    except OverflowError:
        return math.inf if units > 0 else -math.inf
