"""
Exact sums: floats split into whole numbers, and the additions that no order of the rows can change.

An integer is added as two halves of 32 bits. A float, scaled by a power of two, is split into a high and a low whole number;
where that would lose a bit it is added to *digits* instead, a row of 32-bit digits wide enough for every float there is.
"""

import numpy as np

from patron.kernel._jit import compiled, inlined
from patron.kernel.layout import Int64s, Values

BLOCK = 1024
"""Rows that are split at a time: values and parts stay in the first cache."""

COUNT_BITS = 12
"""Last bits of the low part, left free to count rows."""

HIGH_BITS, LOW_BITS = 51, 39
"""Of the two parts of a float: sums of 2,048 of either stay below 2**63, counts included."""

DIGITS = 68
"""32-bit digits, from 2**-1074 upwards."""

MAGNITUDE = np.int64(2**63 - 1)
INFINITY = np.int64(0x7FF0000000000000)
LOW_HALF = np.int64(2**32 - 1)

_LOW_SCALE = float(2**LOW_BITS)
_FRACTION = np.int64(2**52 - 1)


@inlined
def add_digits(digits: Int64s, bits: np.int64) -> None:
    """Add the float of these bits to a row of 32-bit digits, as a whole number of 2**-1074."""
    exponent = (bits >> np.int64(52)) & np.int64(2047)
    fraction = bits & _FRACTION
    if exponent > 0:
        fraction |= np.int64(2**52)
        exponent -= 1
    sign = np.int64(-1) if bits < 0 else np.int64(1)
    digit = exponent >> np.int64(5)
    shift = exponent & np.int64(31)
    low = (fraction & LOW_HALF) << shift
    high = (fraction >> np.int64(32)) << shift
    digits[digit] += sign * (low & LOW_HALF)
    digits[digit + 1] += sign * ((low >> np.int64(32)) + (high & LOW_HALF))
    digits[digit + 2] += sign * (high >> np.int64(32))


@inlined
def split_floats(values: Values, bits: Int64s, exponents: Int64s, high: Int64s, low: Int64s) -> bool:
    """
    Split a block of floats into two whole numbers each, and say whether that is exact for all that are finite.

    Args:
        values: shape (rows,).
        bits: the same as integers.
        exponents: shape (3,), powers of two as the bits of floats: above all values to be split; below which a value surely is
            not exact; and by which values are scaled.
        high: shape (rows,), set to the upper part.
        low: shape (rows,), set to the lower part, times 2**COUNT_BITS, plus one.
    """
    limit, floor = exponents[0], exponents[1]
    scale = exponents[2:3].view(np.float64)[0]
    odd = False
    for row in range(values.size):
        size = bits[row] & MAGNITUDE
        scaled = values[row] * scale if size < limit else 0.0
        upper = np.int64(scaled)
        rest = (scaled - np.float64(upper)) * _LOW_SCALE
        lower = np.int64(rest)
        odd |= (np.float64(lower) != rest) | ((size >= limit) & (size < INFINITY)) | ((size < floor) & (size > 0))
        high[row] = upper
        low[row] = (lower << np.int64(COUNT_BITS)) + 1
    return odd


@inlined
def is_odd(value: float, bits: np.int64, exponents: Int64s) -> bool:
    """Say of one float whether `split_floats` is not exact for it."""
    size = bits & MAGNITUDE
    if size >= INFINITY or size == 0:
        return False
    if size >= exponents[0] or size < exponents[1]:
        return True
    scaled = value * exponents[2:3].view(np.float64)[0]
    rest = (scaled - np.float64(np.int64(scaled))) * _LOW_SCALE
    odd: bool = np.float64(np.int64(rest)) != rest
    return odd


@compiled
def add_floats(values: Values, exponents: Int64s, tally: Int64s, digits: Int64s) -> None:
    """Add the finite ones of many floats to the last four places of *tally*, shape (5,), and to *digits*, shape (DIGITS,)."""
    high = np.empty(BLOCK, np.int64)
    low = np.empty(BLOCK, np.int64)
    for start in range(0, values.size, BLOCK):
        some = values[start : start + BLOCK]
        bits = some.view(np.int64)
        if split_floats(some, bits, exponents, high, low):
            for row in range(some.size):
                if is_odd(some[row], bits[row], exponents):
                    high[row], low[row] = 0, 1
                    add_digits(digits, bits[row])
        upper, lower = np.int64(0), np.int64(0)
        for row in range(some.size):
            upper += high[row]
            lower += low[row] >> np.int64(COUNT_BITS)
        tally[1] += upper >> np.int64(32)
        tally[2] += upper & LOW_HALF
        tally[3] += lower >> np.int64(32)
        tally[4] += lower & LOW_HALF


@compiled
def add_integers(values: Values, tally: Int64s) -> None:
    """Add many integers to *tally*, shape (5,): halves of 32 bits at the places 2 and 4."""
    for row in range(values.size):
        tally[2] += values[row] >> np.int64(32)
        tally[4] += values[row] & LOW_HALF
