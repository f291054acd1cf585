"""
Points: values turned into parts of a full score, and weighed together; whole numbers only.

A point is counted in millionths of a full score. Every step is an integer operation with one stated rounding, so a score is the
same for one row and for a million of them, on any processor: also along a logarithm, which is taken bit by bit. Differences of
values that need more than 42 bits are looked at in coarser steps, a power of two of them, so that no product leaves 64 bits.
"""

from functools import lru_cache

import numpy as np

from patron.kernel.layout import Bools, Int64s, UInt64s

FULL = 1_000_000
"""A full score."""

LOG_BITS = 24
"""Binary places of a logarithm: finer than a millionth of any octave."""

_DISTANCE_BITS = 42
_MANTISSA_BITS = 31


def ramp(values: Int64s, low: int, high: int) -> Int64s:
    """
    Return points that grow evenly from 0 at *low* to `FULL` at *high*, rounded half up; none below, `FULL` above.

    Args:
        values: shape (rows,).
        low: below *high*.
        high: a difference of up to 64 bits is held.
    """
    shift = np.uint64(distance_shift(high - low))
    # As unsigned words the difference of two int64 is right however far they lie apart.
    distance = np.clip(values, low, high).view(np.uint64) - np.int64(low).view(np.uint64)
    return _share(distance >> shift, (high - low) >> int(shift))


def log_ramp(values: Int64s, low: int, high: int) -> Int64s:
    """
    Return points that grow with the logarithm of the values from 0 at *low* to `FULL` at *high*, rounded half up.

    Args:
        values: shape (rows,).
        low: at least 1, below *high*.
        high: of no other logarithm than *low* it makes a step.
    """
    begins, ends = log2(low), log2(high)
    logs = _logs(np.clip(values, low, high).view(np.uint64)) - np.uint64(begins)
    return _share(logs, ends - begins) if ends > begins else np.where(values >= high, FULL, 0).astype(np.int64)


def steps(values: Int64s, starts: Int64s, points: Int64s) -> Int64s:
    """
    Return the points of the last step that begins at or below each value.

    Args:
        values: shape (rows,).
        starts: shape (steps,), ascending.
        points: shape (steps + 1,): the first ones are those below every step.
    """
    return points[np.searchsorted(starts, values, side="right")]


def weigh(points: Int64s, weights: Int64s, known: Bools) -> tuple[Int64s, Int64s]:
    """
    Return the weighted mean of the points that are known, rounded half up, and the weight of these.

    Args:
        points: shape (factors, rows), 0 … `FULL`.
        weights: shape (factors,), at least 1, together below 2**41.
        known: shape (factors, rows).

    Returns:
        Two of shape (rows,); 0 and 0 where nothing is known.
    """
    total = np.zeros(points.shape[1], np.int64)
    weight = np.zeros(points.shape[1], np.int64)
    for own, some, there in zip(weights.tolist(), points, known, strict=True):
        total += np.where(there, some * own, 0)
        weight += np.where(there, own, 0)
    return mean(total, weight), weight


def contributions(points: Int64s, weights: Int64s, known: Bools) -> Int64s:
    """
    Return what each factor brings to the score of `weigh`; they add up to it exactly.

    The contribution of a factor is by how much the rounded mean of the sum grows when it is added to those before it, over the
    weight of all: so each lies within a millionth of its own exact share.

    Returns:
        Shape (factors, rows).
    """
    weight = np.where(known, weights[:, None], 0).sum(axis=0)
    sums = np.cumsum(np.where(known, points * weights[:, None], 0), axis=0)
    reached = np.stack([mean(total, weight) for total in sums])
    found: Int64s = np.diff(reached, axis=0, prepend=np.int64(0))
    return found


def mean(total: Int64s, weight: Int64s) -> Int64s:
    """Return total / weight, rounded half up; 0 where the weight is."""
    return (2 * total + weight) // np.maximum(2 * weight, 1)


@lru_cache(maxsize=1024)  # the ends of a curve are asked for again with every value
def log2(value: int) -> int:
    """Return the logarithm of one number of at least 1, in units of 2**-LOG_BITS, cut; as `log_ramp` takes it."""
    exponent = value.bit_length() - 1
    mantissa = (value << 63 - exponent) >> 63 - _MANTISSA_BITS
    log = exponent
    for _ in range(LOG_BITS):
        square = mantissa * mantissa
        over = square >> 2 * _MANTISSA_BITS + 1
        mantissa = square >> _MANTISSA_BITS + over
        log = log << 1 | over
    return log


def distance_shift(distance: int) -> int:
    """Return how many bits of a distance are left out of account."""
    return max(0, distance.bit_length() - _DISTANCE_BITS)


def _logs(values: UInt64s) -> UInt64s:
    """Return the logarithms of numbers of at least 1: the highest bit, then squares, each of which tells a further place."""
    exponent = np.zeros(len(values), np.uint64)
    rest = values.copy()
    for step in (32, 16, 8, 4, 2, 1):
        big = np.where(rest >= np.uint64(1 << step), np.uint64(step), np.uint64(0))
        exponent += big
        rest >>= big
    mantissa = (values << (np.uint64(63) - exponent)) >> np.uint64(63 - _MANTISSA_BITS)
    logs = exponent
    for _ in range(LOG_BITS):
        square = mantissa * mantissa
        over = square >> np.uint64(2 * _MANTISSA_BITS + 1)
        mantissa = square >> (np.uint64(_MANTISSA_BITS) + over)
        logs = logs << np.uint64(1) | over
    return logs


def _share(part: UInt64s, whole: int) -> Int64s:
    """Return part / whole of `FULL`, rounded half up; both have at most 42 bits."""
    found: Int64s = ((part * np.uint64(2 * FULL) + np.uint64(whole)) // np.uint64(2 * whole)).astype(np.int64)
    return found
