"""
Rows of integers, counted: rows that are alike in all columns are one, with their number.

Tallies of parts merge to the tally of all, whatever the parts and their order; so what is made of a tally alone, be it in floats,
is the same for every partitioning.
"""

import math
from functools import reduce
from typing import NamedTuple

import numpy as np

from patron.kernel.layout import Bools, Int64s

_ROOM = 2**63


class Tally(NamedTuple):
    """
    Distinct rows, ascending by the first column, then by the next ones.

    Attributes:
        columns: at least one, int64, shape (distinct,) each.
        counts: int64, shape (distinct,), how often each row is there, above zero.
    """

    columns: tuple[Int64s, ...]
    counts: Int64s

    def merge(self, other: "Tally") -> "Tally":
        """Return the tally of the rows of both."""
        columns = tuple(np.concatenate(pair) for pair in zip(self.columns, other.columns, strict=True))
        return tally_of(*columns, counts=np.concatenate([self.counts, other.counts]))


def tally_of(*columns: Int64s, counts: Int64s | None = None) -> Tally:
    """
    Count rows that are alike.

    Args:
        columns: at least one, shape (rows,) each.
        counts: how often each row is there; None: once.
    """
    if len(columns[0]) == 0:
        return Tally(tuple(column.astype(np.int64) for column in columns), np.empty(0, np.int64))
    lows = [int(column.min()) for column in columns]
    spans = [int(column.max()) - low + 1 for column, low in zip(columns, lows, strict=True)]
    if math.prod(spans) < _ROOM:
        return _by_words(columns, counts, lows, spans)
    order = np.lexsort(columns[::-1])
    ordered = [column[order] for column in columns]
    fresh = reduce(np.logical_or, [column[1:] != column[:-1] for column in ordered])
    begins, numbers = _runs(fresh, None if counts is None else counts[order])
    return Tally(tuple(column[begins] for column in ordered), numbers)


def _by_words(columns: tuple[Int64s, ...], counts: Int64s | None, lows: list[int], spans: list[int]) -> Tally:
    """Count rows each of which fits into a word, which is sorted faster."""
    words = columns[0] - lows[0]
    for column, low, span in zip(columns[1:], lows[1:], spans[1:], strict=True):
        words = words * span + (column - low)
    if counts is None:
        words = np.sort(words)
    else:
        order = np.argsort(words, kind="stable")
        words, counts = words[order], counts[order]
    begins, numbers = _runs(words[1:] != words[:-1], counts)
    left, found = words[begins], []
    for low, span in zip(lows[:0:-1], spans[:0:-1], strict=True):
        left, own = np.divmod(left, span)
        found.append(own + low)
    return Tally((left + lows[0], *reversed(found)), numbers)


def _runs(fresh: Bools, counts: Int64s | None) -> tuple[Int64s, Int64s]:
    """Return where runs of rows that are alike begin, given which rows differ from the one before, and what each comes to."""
    begins = np.flatnonzero(np.concatenate([[True], fresh]))
    if counts is None:
        return begins, np.diff(np.append(begins, len(fresh) + 1))
    return begins, np.add.reduceat(counts, begins)
