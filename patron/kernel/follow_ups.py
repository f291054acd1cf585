"""
Sequences: who buys this buys that within so many days.

The unit is the customer: a rule A → B counts the customers with some purchase of A that one of B follows in time, among those
with any purchase of A. Days are counted from the purchase of A; "within 90 days" is day 1 … 90, so that what is bought on the
same day is left to association, unless the first day is said to be 0. B may be A itself: a later purchase of the same.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from patron.kernel.layout import Bools, Int32s, Int64s, numba_is_there, processors
from patron.kernel.rules import Rules, at_least, best_first

COMPILE_COLD = 15_000_000
"""Pairs of purchases from which it is worth loading numba."""

COMPILE_WARM = 100_000
"""The same, where numba is loaded already."""

_BLOCK = 1 << 20  # pairs of purchases that NumPy looks at at a time
_TABLE = 1 << 23  # cells of a table of pairs


class Purchases(NamedTuple):
    """
    Purchases by customer, day and item, each once, ascending.

    Attributes:
        starts: shape (customers + 1,), where those of each customer begin.
        days: shape (purchases,).
        items: shape (purchases,).
    """

    starts: Int64s
    days: Int64s
    items: Int32s

    @property
    def customers(self) -> Int64s:
        """The customer of each purchase."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))

    def merge(self, other: "Purchases") -> "Purchases":
        """Return the purchases of both: of the same customers, numbered alike, of whom each has some."""
        customers = np.concatenate([self.customers, other.customers])
        days, items = np.concatenate([self.days, other.days]), np.concatenate([self.items, other.items]).astype(np.int64)
        return pack_purchases(customers, days, items, max(len(self.starts), len(other.starts)) - 1)


def pack_purchases(customers: Int64s, days: Int64s, items: Int64s, count: int) -> Purchases:
    """
    Return rows of (customer, day, item) as purchases; their order does not matter.

    Args:
        customers: shape (rows,), 0 … *count* - 1.
        days: shape (rows,).
        items: shape (rows,), 0 … less than 2**31.
        count: how many customers there are.
    """
    order = np.lexsort((items, days, customers))
    customers, days, items = customers[order], days[order], items[order]
    fresh = np.ones(len(customers), np.bool_)
    fresh[1:] = (customers[1:] != customers[:-1]) | (days[1:] != days[:-1]) | (items[1:] != items[:-1])
    starts = np.concatenate([[0], np.cumsum(np.bincount(customers[fresh], minlength=count))])
    return Purchases(starts, days[fresh].astype(np.int64), items[fresh].astype(np.int32))


def sequence_rules(
    purchases: Purchases, least: int, confidence: Fraction, *, within: int, first_day: int = 1, threads: int | None = None
) -> Rules:
    """
    Return the rules "B within so many days after A".

    Args:
        purchases: of all customers.
        least: customers that a rule must have, at least.
        confidence: the least share of the customers with A.
        within: the last day that counts, from the purchase of A on.
        first_day: the first day that counts, 1, or 0 for the day of A itself (then B is not A on that day).
        threads: how many may work; as many as there are processors unless given. The result does not depend on it.

    Returns:
        Rules with one item on either side; their baskets are customers.
    """
    everyone = len(purchases.starts) - 1
    buyers = _buyers(purchases)
    kept = buyers >= max(least, 1)
    names = np.flatnonzero(kept)
    frequent = _with_items(purchases, kept)
    befores, afters, counts = _pairs(frequent, len(names), max(least, 1), min(within, _span(frequent)), first_day, threads)
    before, after = names[befores], names[afters]
    sure = at_least(counts, buyers[before], confidence)
    before, after, counts = before[sure], after[sure], counts[sure]
    rules = Rules(
        before.astype(np.int32)[:, None], after.astype(np.int32)[:, None], counts, buyers[before], buyers[after], everyone
    )
    return best_first(rules)


def _buyers(purchases: Purchases) -> Int64s:
    """Return how many customers there are of each item."""
    keys = purchases.customers << 31 | purchases.items
    return np.bincount(np.unique(keys) & (2**31 - 1), minlength=1)


def _with_items(purchases: Purchases, kept: Bools) -> Purchases:
    there = kept[purchases.items]
    running = np.concatenate([[0], np.cumsum(there)])
    numbers = (np.cumsum(kept) - 1).astype(np.int32)
    return Purchases(running[purchases.starts], purchases.days[there], numbers[purchases.items[there]])


def _span(purchases: Purchases) -> int:
    return int(purchases.days.max() - purchases.days.min()) if len(purchases.days) else 0


def _pairs(
    purchases: Purchases, items: int, least: int, within: int, first_day: int, threads: int | None
) -> tuple[Int64s, Int64s, Int64s]:
    """Return the pairs of items that at least *least* customers bought one after the other, with how many did."""
    begins, ends = _followers(purchases, within, first_day)
    steps = int((ends - begins).sum())
    if steps >= (COMPILE_WARM if "numba" in sys.modules else COMPILE_COLD) and numba_is_there():
        return _compiled_pairs(purchases, items, least, within, first_day, threads or processors())
    keys, counts = _plain_pairs(purchases, items, begins, ends)
    keys, counts = keys[counts >= least], counts[counts >= least]
    return keys // max(items, 1), keys % max(items, 1), counts


def _followers(purchases: Purchases, within: int, first_day: int) -> tuple[Int64s, Int64s]:
    """Return, for each purchase, the range of those of the same customer that follow it in time."""
    span = _span(purchases) + within + 2
    times = purchases.customers * span + (purchases.days - purchases.days.min(initial=2**62))
    begins = np.searchsorted(times, times + first_day)
    return begins, np.maximum(np.searchsorted(times, times + within, side="right"), begins)


def _plain_pairs(purchases: Purchases, items: int, begins: Int64s, ends: Int64s) -> tuple[Int64s, Int64s]:
    """Return each pair of items as one number, with its customers; with NumPy, block by block."""
    running = np.concatenate([[0], np.cumsum(ends - begins)])
    customers = purchases.customers
    found, counts, unfinished = np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int64)
    start = 0
    while start < len(customers):
        stop = max(start + 1, int(np.searchsorted(running, running[start] + _BLOCK, side="right")) - 1)
        first = np.repeat(np.arange(start, stop), ends[start:stop] - begins[start:stop])
        second = begins[first] + np.arange(len(first)) - (running[first] - running[start])
        apart = first != second
        first, second = first[apart], second[apart]
        pairs = purchases.items[first].astype(np.int64) * items + purchases.items[second]
        keys = (customers[first] - customers[start]) * items**2 + pairs
        keys = np.unique(np.concatenate([unfinished, keys]))
        # The pairs of a customer who goes on in the next block wait for it: a customer counts once.
        goes_on = stop < len(customers) and customers[stop] == customers[stop - 1]
        edge = int(np.searchsorted(keys, (customers[stop - 1] - customers[start]) * items**2)) if goes_on else len(keys)
        unfinished = keys[edge:] % items**2
        found, counts = _added(found, counts, keys[:edge] % items**2)
        start = stop
    return found, counts


def _added(keys: Int64s, counts: Int64s, more: Int64s) -> tuple[Int64s, Int64s]:
    fresh, numbers = np.unique(more, return_counts=True)
    joined, places = np.unique(np.concatenate([keys, fresh]), return_inverse=True)
    total = np.zeros(len(joined), np.int64)
    np.add.at(total, places, np.concatenate([counts, numbers]))
    return joined, total


def _compiled_pairs(
    purchases: Purchases, items: int, least: int, within: int, first_day: int, threads: int
) -> tuple[Int64s, Int64s, Int64s]:
    from patron.kernel.compiled.follow_ups import count_follow_ups

    edges = np.searchsorted(purchases.starts, [len(purchases.days) * part // threads for part in range(1, threads)]).tolist()
    shares = list(zip([0, *edges], [*edges, len(purchases.starts) - 1], strict=True))
    band = max(1, _TABLE // items)
    found: list[tuple[Int64s, Int64s, Int64s]] = []
    with ThreadPoolExecutor(threads, thread_name_prefix="patron-sequences") as pool:
        for low in range(0, items, band):
            high = min(low + band, items)

            def count(part: tuple[int, int], low: int = low, high: int = high) -> Int32s:
                table = np.zeros((high - low, items), np.int32)
                count_follow_ups(*purchases, *part, low, high, within, first_day == 0, table)
                return table

            table = np.add.reduce(list(pool.map(count, shares)), dtype=np.int64)
            befores, afters = np.nonzero(table >= least)
            found.append((befores + low, afters, table[befores, afters]))
    befores, afters, counts = (np.concatenate(column) for column in zip(*found, strict=True))
    return befores, afters, counts
