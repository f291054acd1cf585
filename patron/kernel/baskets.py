"""
Baskets: which items go together in which transaction, row by row and item by item.

Items and transactions are numbers from 0 on; names are the caller's business. An item counts once in a basket, however often it
stands there. Rows are brought into order by sorting; very many that stand in the order of their baskets are packed by compiled
code, in parts that threads share.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from patron.kernel.layout import Bools, Int32s, Int64s, UInt64s, numba_is_there, processors

WORD = 64
"""Baskets whose bits are one word."""

COMPILE_COLD = 40_000_000
"""Rows from which it is worth loading numba."""

COMPILE_WARM = 500_000
"""The same, where numba is loaded already."""

_ITEM_BITS, _KEY_BITS = 31, 63


class Baskets(NamedTuple):
    """
    Baskets by row.

    Attributes:
        starts: shape (baskets + 1,), where the items of each begin.
        items: shape (entries,), ascending and distinct within a basket.
    """

    starts: Int64s
    items: Int32s

    @property
    def size(self) -> int:
        """How many baskets there are."""
        return len(self.starts) - 1

    @property
    def owners(self) -> Int64s:
        """The basket of each entry."""
        return np.repeat(np.arange(self.size), np.diff(self.starts))

    def merge(self, other: "Baskets") -> "Baskets":
        """Return the baskets of both: the same ones, numbered alike, of which each has some of the items."""
        owners = np.concatenate([self.owners, other.owners])
        items = np.concatenate([self.items, other.items]).astype(np.int64)
        return pack_baskets(owners, items, max(self.size, other.size))


def pack_baskets(baskets: Int64s, items: Int64s, count: int, threads: int | None = None) -> Baskets:
    """
    Return rows of (basket, item) as baskets; their order does not matter.

    Args:
        baskets: shape (rows,), 0 … *count* - 1.
        items: shape (rows,), 0 … less than 2**31.
        count: how many baskets there are; one without rows is empty.
        threads: how many may work; as many as there are processors unless given. The result does not depend on it.

    Raises:
        OverflowError: basket and item do not fit one word together.
    """
    if _compiled_pays(len(items)) and count.bit_length() <= _KEY_BITS - _ITEM_BITS:
        packed = _pack_in_order(baskets, items, count, threads or processors())
        if packed is not None:
            return packed
    return _pack_by_sorting(baskets, items, count)


def _pack_by_sorting(baskets: Int64s, items: Int64s, count: int) -> Baskets:
    bits = int(items.max(initial=0)).bit_length()
    if bits > _ITEM_BITS or count.bit_length() + bits > _KEY_BITS:
        raise OverflowError("there are too many baskets or items")
    keys = (baskets.astype(np.int64) << bits) | items
    if len(keys) and not (keys[1:] > keys[:-1]).all():
        keys.sort()
        keys = keys[np.concatenate([[True], keys[1:] != keys[:-1]])]
    sizes = np.bincount(keys >> bits, minlength=count)
    return Baskets(np.concatenate([[0], np.cumsum(sizes)]), (keys & ((1 << bits) - 1)).astype(np.int32))


def _pack_in_order(baskets: Int64s, items: Int64s, count: int, threads: int) -> Baskets | None:
    """Pack rows that stand in the order of their baskets; None where they don't, or a number is out of its range."""
    from patron.kernel.compiled.baskets import pack_in_order

    threads = max(1, min(threads, len(baskets)))
    rows = [0, *(len(baskets) * part // threads for part in range(1, threads)), len(baskets)]
    # A part begins with a basket, and has the empty ones before it.
    firsts = [0, *np.clip(baskets[rows[1:-1]], 0, count).tolist(), count]
    edges = [0, *np.searchsorted(baskets, firsts[1:-1]).tolist(), len(baskets)]
    into, starts = np.empty(len(items) + threads, np.int32), np.empty(count + 1, np.int64)

    def pack(part: int) -> int:
        (row, end), (first, behind) = edges[part : part + 2], firsts[part : part + 2]
        if row > end or first > behind:
            return -1
        given = (baskets[row:end], items[row:end], first, behind)
        return int(pack_in_order(*given, into[row + part : end + part + 1], starts[first:behind]))

    with ThreadPoolExecutor(threads, thread_name_prefix="patron-baskets") as pool:
        counts = list(pool.map(pack, range(threads)))
    if min(counts) < 0:
        return None
    before = 0
    for (first, behind), found in zip(pairwise(firsts), counts, strict=True):
        starts[first:behind] += before
        before += found
    starts[count] = before
    pieces = [into[row + part :][:found] for part, (row, found) in enumerate(zip(edges[:-1], counts, strict=True))]
    return Baskets(starts, pieces[0] if len(pieces) == 1 else np.concatenate(pieces))


def _compiled_pays(rows: int) -> bool:
    return rows >= (COMPILE_WARM if "numba" in sys.modules else COMPILE_COLD) and numba_is_there()


def keep_items(baskets: Baskets, kept: Bools) -> Baskets:
    """Return the baskets with the items that are *kept* only, numbered anew in their order; empty ones stay."""
    if kept.all():
        return baskets
    there = kept[baskets.items]
    running = np.concatenate([[0], np.cumsum(there)])
    numbers = (np.cumsum(kept) - 1).astype(np.int32)
    return Baskets(running[baskets.starts], numbers[baskets.items[there]])


def basket_bits(baskets: Baskets, first: int, last: int, items: int) -> UInt64s:
    """
    Return the baskets *first* … *last* - 1 by item, a bit for each.

    Returns:
        Shape (items, words): bit b of word w of an item says whether basket ``first + 64 * w + b`` has it.
    """
    begin, end = int(baskets.starts[first]), int(baskets.starts[last])
    sizes = np.diff(baskets.starts[first : last + 1])
    rows = np.repeat(np.arange(last - first, dtype=np.int64), sizes)
    words = -(-(last - first) // WORD)
    bits = np.zeros(items * words, np.uint64)
    places = baskets.items[begin:end].astype(np.int64) * words + rows // WORD
    np.bitwise_or.at(bits, places, np.uint64(1) << (rows % WORD).astype(np.uint64))
    return bits.reshape(items, words)
