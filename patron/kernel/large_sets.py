"""
How large a set can be and still be frequent: a lower bound that is found fast.

All subsets of a frequent set are frequent. A set of thirty items has a billion of them, which no search could list: it is better
found before the search than by it. Items are added one by one, each time the one that most of the baskets left have; from several
first items, those that have the most frequent partners for their own number first: they stand in large baskets.
"""

import math

import numpy as np

from patron.kernel.baskets import Baskets
from patron.kernel.layout import Int32s, Int64s

_FIRST_ITEMS = 64
_STEPS = 1 << 28  # entries that are looked at to find the baskets of first items, about


def large_set(baskets: Baskets, least: int, partners: Int64s) -> Int64s:
    """
    Return a frequent set, as large as a quick look finds one, ascending.

    Args:
        baskets: all of them.
        least: in how many a frequent set stands; at least 1.
        partners: shape (items,), with how many others each item is a frequent pair.
    """
    if not len(partners) or not partners.any():
        return np.empty(0, np.int64)
    own = np.bincount(baskets.items, minlength=len(partners))
    order = np.argsort(-(partners / np.maximum(own, 1)), kind="stable")
    firsts = order[: max(1, min(_FIRST_ITEMS, _STEPS // max(1, len(baskets.items))))]
    return np.sort(max((_grown(baskets, first, least) for first in firsts[partners[firsts] > 0].tolist()), key=len))


def partners_of(pairs: Int32s, items: int) -> Int64s:
    """Return with how many others each of 0 … *items* - 1 is among *pairs*, shape (pairs, 2)."""
    return np.bincount(pairs.ravel(), minlength=items).astype(np.int64)


def most_of_a_length(items: int, longest: int | None) -> int:
    """Return the largest number of subsets of one length, up to *longest*, that a set of so many items has."""
    half = items // 2 if longest is None else min(items // 2, longest)
    return math.comb(items, half)


def _grown(baskets: Baskets, first: int, least: int) -> Int64s:
    """Return a frequent set that the item *first* is in."""
    owners = np.searchsorted(baskets.starts, np.flatnonzero(baskets.items == first), side="right") - 1
    sizes = np.diff(baskets.starts)[owners]
    rows = np.repeat(np.arange(len(owners)), sizes)
    places = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes - baskets.starts[owners], sizes)
    names, items = np.unique(baskets.items[places], return_inverse=True)
    chosen = np.zeros(len(names), np.bool_)
    chosen[np.searchsorted(names, first)] = True
    while True:
        counts = np.where(chosen, 0, np.bincount(items, minlength=len(names)))
        best = int(counts.argmax())
        if counts[best] < least:
            return names[chosen].astype(np.int64)
        chosen[best] = True
        there = np.zeros(len(owners), np.bool_)
        there[rows[items == best]] = True
        left = there[rows]
        rows, items = rows[left], items[left]
