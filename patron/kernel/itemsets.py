"""
Frequent itemsets: what stands together in at least so many baskets.

Vertical bitsets as in Eclat (Zaki 2000), length by length as in Apriori (Agrawal and Srikant 1994): sets of one length are joined
by their common beginning, those with a subset that is not frequent are dropped, and the others are counted by meeting the bits of
their items, chunk of baskets after chunk. Counts of chunks add up, so memory is bounded and nothing depends on the chunks. Pairs
are counted basket by basket where that takes fewer steps.

Thresholds are whole numbers of baskets. Few steps are done with NumPy; many are worth loading numba.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from patron.kernel.baskets import WORD, Baskets, basket_bits, keep_items
from patron.kernel.large_sets import large_set, most_of_a_length, partners_of
from patron.kernel.layout import Bools, Int32s, Int64s, UInt64s, numba_is_there, processors

MOST_SETS = 20_000_000
"""Sets of one length beyond which the threshold is too low for any reader."""

COMPILE_COLD = 400_000_000
"""Steps (words that meet) from which it is worth loading numba."""

COMPILE_WARM = 4_000_000
"""The same, where numba is loaded already."""

_CHUNK = 1 << 15  # baskets of a chunk: the bits of an item are 4 KB
_KEPT = 1 << 29  # bytes of bits that are kept from one length to the next; beyond, they are made anew for each
_BLOCK = 1 << 20  # words that NumPy meets at a time
_JOINED = 1 << 22  # candidates that are made, pruned and counted at a time
_TABLE = 1 << 24  # cells of a table of pairs
_HIGHER = (2, 3, 5, 10, 20, 50, 100)  # times as high thresholds that are tried where one is too low
_FEW = 15  # items that a set may have so that its subsets, and the rules of these, can be listed


class TooManySetsError(OverflowError):
    """
    More sets are frequent than can be held, or hold more rules.

    Attributes:
        found: how many sets of one item, of two, … are frequent, of the lengths that were finished.
        together: the items of a frequent set whose subsets alone are too many; empty where it was not found by one.
        enough: how many times as high a threshold seems to leave sets of few items alone; None where that is not known.
    """

    def __init__(
        self, message: str, levels: "Sequence[Itemsets]", together: Sequence[int] = (), enough: int | None = None
    ) -> None:
        super().__init__(message)
        self.found = tuple(len(level.counts) for level in levels)
        self.together = tuple(together)
        self.enough = enough


class Itemsets(NamedTuple):
    """
    The frequent sets of one length, in lexicographic order.

    Attributes:
        items: shape (sets, length), ascending in each set.
        counts: shape (sets,), baskets that hold all of them.
        parents: shape (sets,), which set of the length below is this one without its last item; 0 for single items.
    """

    items: Int32s
    counts: Int64s
    parents: Int64s


def least_count(share: Fraction, of: int) -> int:
    """Return the smallest whole number, at least 1, that is at least this share of *of*."""
    return max(1, -(-share.numerator * of // share.denominator))


def frequent_itemsets(baskets: Baskets, least: int, longest: int | None = None, threads: int | None = None) -> list[Itemsets]:
    """
    Return the sets that stand in at least *least* baskets.

    Args:
        baskets: all of them.
        least: at least 1.
        longest: items a set may have; any number unless given.
        threads: how many may work; as many as there are processors unless given. The result does not depend on it.

    Returns:
        The sets of one item, of two, …; the last length that has any is the last.

    Raises:
        TooManySetsError: there are more than `MOST_SETS` of one length; where a large set shows it, before they are looked for.
    """
    threads = threads or processors()
    counts = _item_counts(baskets)
    kept = counts >= max(least, 1)
    names = np.flatnonzero(kept).astype(np.int32)
    if not len(names):
        return []
    # Renumbered, the items of a level index its bits; the order of items, and so of sets, stays.
    single = Itemsets(np.arange(len(names), dtype=np.int32)[:, None], counts[names], np.zeros(len(names), np.int64))
    levels = [single]
    with ThreadPoolExecutor(threads, thread_name_prefix="patron-itemsets") as pool:
        some = keep_items(baskets, kept)
        counter = _Counter(some, len(names), pool, threads)
        while longest is None or len(levels) < longest:
            found = counter.pairs(least) if len(levels) == 1 else None
            found = _longer(levels, least, counter) if found is None else found
            if not len(found.counts):
                break
            levels.append(found)
            if len(levels) == 2:
                _refuse_a_large_set(some, levels, names, least, longest)
    return levels if len(names) == len(kept) else [level._replace(items=names[level.items]) for level in levels]


def find_sets(levels: Sequence[Itemsets], sets: Int32s) -> Int64s:
    """
    Return where sets stand among the frequent ones of their length; -1 for one that is not frequent.

    Args:
        levels: of `frequent_itemsets`.
        sets: shape (rows, length), ascending in each row.
    """
    span = int(levels[0].items[-1, 0]) + 1
    places = np.zeros(len(sets), np.int64)
    there = np.ones(len(sets), np.bool_)
    for length in range(sets.shape[1]):
        keys = levels[length].parents * span + levels[length].items[:, -1]
        wanted = places * span + sets[:, length]
        places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        there &= (keys[places] == wanted) & (sets[:, length] < span)
    return np.where(there, places, -1)


def _refuse_a_large_set(baskets: Baskets, levels: Sequence[Itemsets], names: Int32s, least: int, longest: int | None) -> None:
    """Refuse, before longer sets are looked for, a set that is frequent and has too many subsets."""

    def largest(times: int) -> Int64s:
        pairs = levels[1].items[levels[1].counts >= least * times]
        return large_set(baskets, max(least * times, 1), partners_of(pairs, len(names)))

    together = largest(1)
    if most_of_a_length(len(together), longest) > MOST_SETS:
        enough = next((times for times in _HIGHER if len(largest(times)) <= _FEW), None)
        raise TooManySetsError(f"{len(together)} items stand together", levels, names[together].tolist(), enough)


def _item_counts(baskets: Baskets) -> Int64s:
    """Return in how many baskets each item is; up to the last one that occurs."""
    if "numba" not in sys.modules or len(baskets.items) < COMPILE_WARM:
        return np.bincount(baskets.items, minlength=1)
    from patron.kernel.compiled.itemsets import count_items

    counts = np.zeros(int(baskets.items.max()) + 1, np.int64)
    count_items(baskets.items, counts)
    return counts


def _longer(levels: Sequence[Itemsets], least: int, counter: "_Counter") -> Itemsets:
    """Return the frequent sets that are one longer than those of the last level."""
    last = levels[-1]
    parents, items, counts = [np.empty(0, np.int64)], [np.empty(0, np.int32)], [np.empty(0, np.int64)]
    for some, extensions in _joined(last):
        keep = _without_rare_subsets(levels, some, extensions)
        some, extensions = some[keep], extensions[keep]  # noqa: PLW2901 - the same candidates, fewer
        found = counter.extensions(last.items, some, extensions)
        frequent = found >= least
        parents.append(some[frequent])
        items.append(extensions[frequent])
        counts.append(found[frequent])
        if sum(map(len, counts)) > MOST_SETS:
            raise TooManySetsError(f"more than {MOST_SETS} sets are frequent", levels)
    above = np.concatenate(parents)
    return Itemsets(np.column_stack([last.items[above], np.concatenate(items)]), np.concatenate(counts), above)


def _joined(level: Itemsets) -> Iterator[tuple[Int64s, Int32s]]:
    """Yield sets of a level by place, each with the last items of the later ones that begin like it, block by block."""
    places = np.arange(len(level.counts))
    ends = np.searchsorted(level.parents, level.parents, side="right")
    if level.items.shape[1] == 1:
        ends[:] = len(level.counts)
    later = ends - places - 1
    running = np.concatenate([[0], np.cumsum(later)])
    start = 0
    while start < len(level.counts):
        stop = max(start + 1, int(np.searchsorted(running, running[start] + _JOINED, side="right")) - 1)
        some = np.repeat(places[start:stop], later[start:stop])
        steps = np.arange(len(some)) - (running[some] - running[start])
        if len(some):
            yield some, level.items[some + 1 + steps, -1]
        start = stop


def _without_rare_subsets(levels: Sequence[Itemsets], parents: Int64s, extensions: Int32s) -> Bools:
    """Return which candidates have frequent subsets only; the two that they were joined from are known to be."""
    length = levels[-1].items.shape[1] + 1
    keep = np.ones(len(parents), np.bool_)
    for dropped in range(length - 2):
        rows = np.flatnonzero(keep)
        own = levels[-1].items[parents[rows]]
        subset = np.column_stack([np.delete(own, dropped, axis=1), extensions[rows]])
        keep[rows[find_sets(levels, subset) < 0]] = False
    return keep


class _Counter:
    """
    Counts the baskets of candidates.

    Args:
        baskets: with items 0 … *items* - 1.
        items: how many items there are.
        pool: runs the threads.
        threads: how many.
    """

    def __init__(self, baskets: Baskets, items: int, pool: ThreadPoolExecutor, threads: int) -> None:
        self._baskets = baskets
        self._items = items
        self._pool = pool
        self._threads = threads
        self._words = -(-baskets.size // WORD)
        self._bits: list[UInt64s] = []
        self._keeps = items * self._words * 8 <= _KEPT

    def pairs(self, least: int) -> Itemsets | None:
        """Return the frequent pairs, counted basket by basket; None where meeting bits takes fewer steps."""
        sizes = np.diff(self._baskets.starts)
        steps = int(sizes @ sizes - sizes.sum()) // 2
        by_bits = self._items * (self._items - 1) // 2 * self._words
        if steps > 2 * by_bits or not _compiled_pays(by_bits):
            return None
        band = max(1, _TABLE // self._items)
        found = [self._pairs_from(low, min(low + band, self._items), least) for low in range(0, self._items, band)]
        firsts, seconds, counts = (np.concatenate(column) for column in zip(*found, strict=True))
        return Itemsets(np.column_stack([firsts, seconds]).astype(np.int32), counts, firsts)

    def _pairs_from(self, low: int, high: int, least: int) -> tuple[Int64s, Int64s, Int64s]:
        from patron.kernel.compiled.itemsets import count_pairs

        def count(part: tuple[int, int]) -> Int32s:
            table = np.zeros((high - low) * self._items, np.int32)
            count_pairs(self._baskets.starts, self._baskets.items, *part, low, high, self._items, table)
            return table

        tables = list(self._pool.map(count, self._shares()))
        table = tables[0]
        for other in tables[1:]:
            table += other
        places = np.flatnonzero(table >= least)
        firsts, seconds = np.divmod(places, self._items)
        return firsts + low, seconds, table[places].astype(np.int64)

    def _shares(self) -> list[tuple[int, int]]:
        """Return ranges of baskets of about equal numbers of entries, one for each thread."""
        total = int(self._baskets.starts[-1])
        edges = np.searchsorted(
            self._baskets.starts, [total * part // self._threads for part in range(1, self._threads)]
        ).tolist()
        return list(zip([0, *edges], [*edges, self._baskets.size], strict=True))

    def extensions(self, sets: Int32s, parents: Int64s, extensions: Int32s) -> Int64s:
        """Return how many baskets hold a set and one more item, for each candidate; *parents* ascending."""
        counts = np.zeros(len(parents), np.int64)
        if not len(parents):
            return counts
        compiled = _compiled_pays(len(parents) * self._words)
        count = self._count_compiled if compiled else _count_plainly
        for bits in self._chunks(compiled=compiled):
            count(bits, sets, parents, extensions, counts)
        return counts

    def _count_compiled(self, bits: UInt64s, sets: Int32s, parents: Int64s, extensions: Int32s, counts: Int64s) -> None:
        from patron.kernel.compiled.itemsets import count_extensions

        size = -(-len(parents) // self._threads)
        parts = [slice(start, start + size) for start in range(0, len(parents), size)]
        work = [self._pool.submit(count_extensions, bits, sets, parents[part], extensions[part], counts[part]) for part in parts]
        for each in work:
            each.result()

    def _chunks(self, *, compiled: bool) -> Iterable[UInt64s]:
        if self._bits:
            return self._bits
        ranges = [(first, min(first + _CHUNK, self._baskets.size)) for first in range(0, self._baskets.size, _CHUNK)]
        if not self._keeps:
            return (self._chunk(*each, compiled=compiled) for each in ranges)
        self._bits = list(self._pool.map(lambda each: self._chunk(*each, compiled=compiled), ranges))
        return self._bits

    def _chunk(self, first: int, last: int, *, compiled: bool) -> UInt64s:
        if not compiled:
            return basket_bits(self._baskets, first, last, self._items)
        from patron.kernel.compiled.itemsets import set_bits

        bits = np.zeros((self._items, -(-(last - first) // WORD)), np.uint64)
        set_bits(self._baskets.starts, self._baskets.items, first, last, bits)
        return bits


def _compiled_pays(steps: int) -> bool:
    return steps >= (COMPILE_WARM if "numba" in sys.modules else COMPILE_COLD) and numba_is_there()


def _count_plainly(bits: UInt64s, sets: Int32s, parents: Int64s, extensions: Int32s, counts: Int64s) -> None:
    """Add the baskets of each candidate in one chunk, with NumPy."""
    block = max(1, _BLOCK // bits.shape[1])
    for start in range(0, len(parents), block):
        some = parents[start : start + block]
        first = int(some[0])
        met = np.bitwise_and.reduce(bits[sets[first : int(some[-1]) + 1]], axis=1)
        both = met[some - first]
        both &= bits[extensions[start : start + block]]
        counts[start : start + block] += np.bitwise_count(both).sum(axis=1, dtype=np.int64)
