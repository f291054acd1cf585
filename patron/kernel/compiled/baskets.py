"""
Packing rows of (basket, item) that stand in the order of baskets: each basket's items ascending and once.

Most baskets are small. The first eight items go through a sorting network: minima and maxima of numbers in registers, no branch
that could be mispredicted. The others are inserted one by one.
"""

import numpy as np

from patron.kernel._jit import compiled, inlined
from patron.kernel.layout import Int32s, Int64s

_NOTHING = np.int64(2**31)
"""Stands behind all items, where a basket has fewer than eight."""


@compiled
def pack_in_order(baskets: Int64s, items: Int64s, first: int, behind: int, into: Int32s, starts: Int64s) -> np.int64:
    """
    Pack some baskets.

    Args:
        baskets: shape (rows,), their rows, ascending.
        items: shape (rows,).
        first: the first of the baskets …
        behind: … and behind the last of them; they may have no rows.
        into: shape (at least rows + 1,), its beginning is set to the items of the baskets.
        starts: shape (behind - first,), set to where the items of each begin.

    Returns:
        How many items there are; -1 where the rows are not in order, or a number is out of its range.
    """
    bits = np.int64(0)
    for row in range(items.size):
        bits |= items[row]
    if bits >> 31 != 0:
        return np.int64(-1)
    count, basket, row = np.int64(0), first, 0
    while row < baskets.size:
        this = baskets[row]
        if this < basket or this >= behind:
            return np.int64(-1)
        while basket <= this:
            starts[basket - first] = count
            basket += 1
        begin = count
        if row + 8 <= baskets.size:
            size = 0
            for place in range(8):
                size += baskets[row + place] == this
            count = _append_few(items[row : row + 8], size, into, count)
            row += size
        while row < baskets.size and baskets[row] == this:
            count = _insert(np.int32(items[row]), into, begin, count)
            row += 1
    while basket < behind:
        starts[basket - first] = count
        basket += 1
    return count


@inlined
def _append_few(items: Int64s, size: int, into: Int32s, count: np.int64) -> np.int64:
    """Write the first *size* of eight items, ascending and once, from place *count* on; return how many there are then."""
    a, b, c, d, e, f, g, h = _sorted(
        items[0],
        items[1] if size > 1 else _NOTHING,
        items[2] if size > 2 else _NOTHING,
        items[3] if size > 3 else _NOTHING,
        items[4] if size > 4 else _NOTHING,
        items[5] if size > 5 else _NOTHING,
        items[6] if size > 6 else _NOTHING,
        items[7] if size > 7 else _NOTHING,
    )
    # Each is written over the one before where that was equal to it.
    for one, other in ((a, b), (b, c), (c, d), (d, e), (e, f), (f, g), (g, h), (h, _NOTHING)):
        into[count] = one
        count += one != other
    return count


@inlined
def _sorted(
    a: np.int64, b: np.int64, c: np.int64, d: np.int64, e: np.int64, f: np.int64, g: np.int64, h: np.int64
) -> tuple[np.int64, ...]:
    """Return eight numbers in ascending order, by the nineteen comparisons of Batcher's network."""
    a, b, c, d, e, f, g, h = *_pair(a, b), *_pair(c, d), *_pair(e, f), *_pair(g, h)
    (a, c), (b, d), (e, g), (f, h) = _pair(a, c), _pair(b, d), _pair(e, g), _pair(f, h)
    (b, c), (f, g), (a, e), (d, h) = _pair(b, c), _pair(f, g), _pair(a, e), _pair(d, h)
    (b, f), (c, g) = _pair(b, f), _pair(c, g)
    (b, e), (d, g) = _pair(b, e), _pair(d, g)
    (c, e), (d, f) = _pair(c, e), _pair(d, f)
    d, e = _pair(d, e)
    return a, b, c, d, e, f, g, h


@inlined
def _pair(one: np.int64, other: np.int64) -> tuple[np.int64, np.int64]:
    return min(one, other), max(one, other)


@inlined
def _insert(item: np.int32, into: Int32s, begin: np.int64, count: np.int64) -> np.int64:
    """Put an item into its place among those from *begin* to *count*, unless it is there; return how many there are then."""
    place = count
    while place > begin and into[place - 1] > item:
        place -= 1
    if place > begin and into[place - 1] == item:
        return count
    for moved in range(count, place, -1):
        into[moved] = into[moved - 1]
    into[place] = item
    return count + 1
