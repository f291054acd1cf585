"""
Some customers of a part, best first: where a mark lies among them, and which marks to try next.

A mark is a place in the order of all customers: one key for each measure (the better the smaller, equal values have equal keys)
and, where equal values are told apart, the customer id. Marks travel; customers stay.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from patron.kernel.layout import Bools, Int64s, UInt64s, Values
from patron.kernel.ranking import ascending_order, descending_keys

Id = int | bytes
Mark = tuple[int | bytes, ...]
"""Keys of the measures, and the id where equal values are told apart."""

Ids = npt.NDArray[np.int64] | Any
"""Of the customers of a part, ascending: int64, or large strings of Arrow."""


class Ordered:
    """
    Customers of a part in order.

    Args:
        measures: by what they are ordered, the first one first; int64 or float64, a row for each customer of the part.
        rows: who of them; None: all.
        ids: of the customers of the part, ascending, where equal values are told apart by them; else None.
        with_sums: whether sums of the first measure will be asked for.

    Attributes:
        order: rows of the part, best first.
    """

    def __init__(
        self, measures: Sequence[Values], rows: Int64s | None = None, ids: Ids | None = None, *, with_sums: bool = False
    ) -> None:
        chosen = [measure if rows is None else measure[rows] for measure in measures]
        keys = [descending_keys(each) for each in chosen]
        order = ascending_order(keys[-1])
        for key in reversed(keys[:-1]):
            order = order[ascending_order(key[order])]
        self._keys: list[UInt64s] = [key[order] for key in keys]
        self._sums = np.concatenate([[0], np.cumsum(chosen[0][order])]) if with_sums else np.zeros(1, np.int64)
        self._ids = ids
        self.order: Int64s = order if rows is None else rows[order]

    def __len__(self) -> int:
        return len(self.order)

    def sum_of(self, count: int) -> int:
        """Return what the first *count* sum up to; 0 where sums were not asked for."""
        return int(self._sums[count]) if len(self._sums) > 1 else 0

    def places(self, marks: Sequence[Mark]) -> list[int]:
        """Return for each mark how many customers are not behind it."""
        first = np.array([mark[0] for mark in marks], np.uint64)
        starts: list[int] = self._keys[0].searchsorted(first, "left").tolist()
        stops: list[int] = self._keys[0].searchsorted(first, "right").tolist()
        if len(self._keys) == 1 and self._ids is None:
            return stops
        # Only where others have its first key is the rest of a mark looked at.
        return [stop if start == stop else self._span(mark)[1] for mark, start, stop in zip(marks, starts, stops, strict=True)]

    def between(self, after: Mark | None, until: Mark | None, share: float) -> list[Mark]:
        """
        Return marks of customers behind one mark and before another, evenly spaced.

        Args:
            after: they are behind this one; None: from the first on.
            until: they are before this one; None: to the last.
            share: how many marks to a customer; where there are customers, there is at least one mark.
        """
        start = 0 if after is None else self._span(after)[1]
        stop = len(self) if until is None else self._span(until)[0]
        rows = stop - start
        if rows <= 0:
            return []
        wanted = min(rows, int(rows * share) + 1)
        places = start + (2 * np.arange(wanted) + 1) * rows // (2 * wanted)
        return list(dict.fromkeys(self._mark(place) for place in places.tolist()))

    def first(self, mark: Mark | None) -> Int64s:
        """Return the rows of the customers that are not behind a mark; all of them where there is none."""
        return self.order if mark is None else self.order[: self._span(mark)[1]]

    def _mark(self, place: int) -> Mark:
        keys = tuple(int(key[place]) for key in self._keys)
        return keys if self._ids is None else (*keys, self._id(place))

    def _span(self, mark: Mark) -> tuple[int, int]:
        """Return how many are before a mark, and how many are not behind it."""
        start, stop = 0, len(self)
        for keys, key in zip(self._keys, mark, strict=False):
            run, wanted = keys[start:stop], np.uint64(key)
            start, stop = start + int(run.searchsorted(wanted, "left")), start + int(run.searchsorted(wanted, "right"))
        if self._ids is None or start == stop:
            return start, stop
        wanted_id = mark[-1]
        place = start + bisect_right(range(start, stop), wanted_id, key=self._id)
        there = place > start and self._id(place - 1) == wanted_id
        return place - there, place

    def _id(self, place: int) -> Id:
        row = self.order[place]
        if isinstance(self._ids, pa.Array):
            return bytes(self._ids[int(row)].as_buffer())
        return 0 if self._ids is None else int(self._ids[row])


def known_rows(values: Values, missing: Bools | None) -> Int64s | None:
    """Return the rows that have a value; None where all have one."""
    without = missing
    if values.dtype == np.float64:
        nan = np.isnan(values)
        without = nan if missing is None else nan | missing
    return None if without is None or not without.any() else np.flatnonzero(~without)


def values_of(keys: UInt64s, dtype: "np.dtype[Any]") -> Values:
    """Return the values that keys of `descending_keys` stand for, int64 or float64; 0.0 for -0.0."""
    bits = keys.view(np.int64) ^ np.int64(2**63 - 1)
    if dtype == np.float64:
        bits ^= (bits >> np.int64(63)) & np.int64(2**63 - 1)
        return bits.view(np.float64)
    return bits
