"""
The rows that do not count, with their reasons: bad input is data.
"""

import threading
from collections.abc import Callable
from heapq import nsmallest

import numpy as np

from patron.core.records import Place, Skipped
from patron.kernel.layout import Int64s

FIRST = 5
"""How many places are kept for each reason."""

REASONS = (
    "wrong_fields",
    "where",
    "missing_customer",
    "missing_time",
    "bad_time",
    "after_as_of",
    "missing_amount",
    "bad_amount",
    "amount_too_large",
    "bad_cost",
    "bad_discount",
)
"""Every reason, in the order in which they are looked for: a row is counted under the first that applies to it."""

_LONGEST_EXAMPLE = 60


class SkippedRows:
    """Counts skipped rows by reason and keeps the first places of each; batches may come from any thread in any order."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._counts: dict[str, int] = {}
        self._first: dict[str, list[tuple[int, int, str]]] = {}

    def add(self, reason: str, file: int, ordinals: Int64s, example: Callable[[int], str] | None = None) -> None:
        """
        Count rows.

        Args:
            reason: one of `REASONS`.
            file: number of the input file.
            ordinals: data rows of this file, ascending, counted from 0.
            example: returns the offending value of the n-th of *ordinals*.
        """
        if len(ordinals) == 0:
            return
        head = [
            (file, int(ordinal), "" if example is None else example(place)[:_LONGEST_EXAMPLE])
            for place, ordinal in enumerate(ordinals[:FIRST].tolist())
        ]
        with self.lock:
            self._counts[reason] = self._counts.get(reason, 0) + len(ordinals)
            self._first[reason] = nsmallest(FIRST, [*self._first.get(reason, []), *head])

    @property
    def total(self) -> int:
        """All rows skipped so far."""
        return sum(self._counts.values())

    def places(self) -> dict[int, list[int]]:
        """Return the data rows to be located, by file."""
        wanted: dict[int, list[int]] = {}
        for rows in self._first.values():
            for file, ordinal, _ in rows:
                wanted.setdefault(file, []).append(ordinal)
        return wanted

    def result(self, place: Callable[[int, int], Place]) -> dict[str, Skipped]:
        """Return the counts in the order of `REASONS`; *place* turns a file number and a data row into where it stands."""
        return {
            reason: Skipped(
                count=self._counts[reason],
                first=tuple(place(file, ordinal) for file, ordinal, _ in self._first[reason]),
                example=self._first[reason][0][2],
            )
            for reason in REASONS
            if reason in self._counts
        }


def ordinals(mask: np.ndarray[tuple[int], np.dtype[np.bool_]], first_row: int) -> Int64s:
    """Return the data rows of a batch that *mask* marks, given the batch's first data row."""
    return np.flatnonzero(mask).astype(np.int64) + first_row
