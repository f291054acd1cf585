"""
Counting baskets: pairs basket by basket, and longer sets by meeting bits.
"""

import numpy as np

from patron.kernel._jit import compiled, inlined
from patron.kernel.compiled.bits import bits_set
from patron.kernel.layout import Int32s, Int64s, UInt64s


@compiled
def count_items(items: Int32s, counts: Int64s) -> None:
    """Add to the counts, shape (more than any item,), how often each item occurs."""
    for entry in range(items.size):
        counts[np.uint64(items[entry])] += 1


@compiled
def count_pairs(starts: Int64s, items: Int32s, first: int, last: int, low: int, high: int, width: int, table: Int32s) -> None:
    """
    Add the pairs of some baskets to a table.

    Places are counted without a sign: what may be negative would be looked at for every pair.

    Args:
        starts: shape (baskets + 1,).
        items: shape (entries,), ascending in each basket.
        first: the first of the baskets.
        last: behind the last of them.
        low: the first item of the pairs is at least this …
        high: … and less than this.
        width: behind the last item.
        table: shape ((high - low) * width,), by first and second item.
    """
    for basket in range(first, last):
        end = starts[basket + 1]
        for one in range(starts[basket], end):
            item = items[one]
            if item >= high:
                break
            if item >= low:
                row = np.uint64(item - low) * np.uint64(width)
                for other in range(one + 1, end):
                    table[row + np.uint64(items[other])] += 1


@compiled
def set_bits(starts: Int64s, items: Int32s, first: int, last: int, bits: UInt64s) -> None:
    """
    Set the bits of some baskets: `patron.kernel.baskets.basket_bits`.

    Args:
        starts: shape (baskets + 1,).
        items: shape (entries,).
        first: the first of the baskets.
        last: behind the last of them.
        bits: shape (items, words), zeros.
    """
    for basket in range(first, last):
        word, bit = (basket - first) >> 6, np.uint64(1) << np.uint64((basket - first) & 63)
        for entry in range(starts[basket], starts[basket + 1]):
            bits[items[entry], word] |= bit


@compiled
def count_extensions(bits: UInt64s, sets: Int32s, parents: Int64s, extensions: Int32s, counts: Int64s) -> None:
    """
    Add the baskets that hold a set and one more item, for each candidate.

    Args:
        bits: shape (items, words), the baskets of a chunk.
        sets: shape (sets, length).
        parents: shape (candidates,), the set of each; those of one set follow each other.
        extensions: shape (candidates,), the item of each.
        counts: shape (candidates,), added to.
    """
    words = np.empty(bits.shape[1], np.int64)
    masks = np.empty(bits.shape[1], np.uint64)
    used, current = 0, np.int64(-1)
    for candidate in range(parents.size):
        if parents[candidate] != current:
            current = parents[candidate]
            used = _meet(bits, sets[current], words, masks)
        row = bits[extensions[candidate]]
        count = 0
        for place in range(used):
            count += bits_set(masks[place] & row[words[place]])
        counts[candidate] += count


@inlined
def _meet(bits: UInt64s, items: Int32s, words: Int64s, masks: UInt64s) -> int:
    """Write which words have a basket with all of the items, and its bits; return how many there are."""
    used = 0
    for word in range(bits.shape[1]):
        mask = bits[items[0], word]
        for other in range(1, items.size):
            mask &= bits[items[other], word]
        if mask != 0:
            words[used] = word
            masks[used] = mask
            used += 1
    return used
