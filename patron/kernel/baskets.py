"""
Baskets: which items go together in which transaction, row by row and item by item.

Items and transactions are numbers from 0 on; names are the caller's business. An item counts once in a basket, however often it
stands there.
"""

from typing import NamedTuple

import numpy as np

from patron.kernel.layout import Bools, Int32s, Int64s, UInt64s

WORD = 64
"""Baskets whose bits are one word."""


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


def pack_baskets(baskets: Int64s, items: Int64s, count: int) -> Baskets:
    """
    Return rows of (basket, item) as baskets; their order does not matter.

    Args:
        baskets: shape (rows,), 0 … *count* - 1.
        items: shape (rows,), 0 … less than 2**31.
        count: how many baskets there are; one without rows is empty.

    Raises:
        OverflowError: basket and item do not fit one word together.
    """
    bits = int(items.max(initial=0)).bit_length()
    if bits > 31 or count.bit_length() + bits > 63:
        raise OverflowError("there are too many baskets or items")
    keys = (baskets.astype(np.int64) << bits) | items
    if len(keys) and not (keys[1:] > keys[:-1]).all():
        keys.sort()
        keys = keys[np.concatenate([[True], keys[1:] != keys[:-1]])]
    sizes = np.bincount(keys >> bits, minlength=count)
    return Baskets(np.concatenate([[0], np.cumsum(sizes)]), (keys & ((1 << bits) - 1)).astype(np.int32))


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
