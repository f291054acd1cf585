"""
Exact sums of whole numbers by group.
"""

import numpy as np

from patron.kernel.layout import Int64s

_HALF = np.int64(32)
_LOW = np.int64(2**32 - 1)


def magnitude(values: Int64s) -> int:
    """Return the sum of the absolute values, exactly: no partial sum of any order is larger."""
    # |-2**63| has no int64, but its bits are those of the unsigned number.
    absolute = np.abs(values).view(np.uint64)
    high, low = absolute >> np.uint64(_HALF), absolute & np.uint64(_LOW)
    return (int(high.sum()) << int(_HALF)) + int(low.sum())


def sums(values: Int64s, groups: Int64s, count: int) -> Int64s:
    """
    Return the sum of the values of each group.

    Args:
        values: shape (rows,).
        groups: shape (rows,), 0 … count - 1.
        count: how many groups there are.

    Raises:
        OverflowError: a sum might not fit 64 bits; nothing is wrapped.
    """
    if magnitude(values) > np.iinfo(np.int64).max:
        raise OverflowError("the sum of the magnitudes leaves 64 bits")
    total = np.zeros(count, np.int64)
    np.add.at(total, groups, values)
    return total
