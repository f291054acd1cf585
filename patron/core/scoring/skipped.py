"""
The rows that do not count, with their reasons: bad input is data.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from heapq import nsmallest

import numpy as np

from patron.core.records import Place, Skipped
from patron.kernel.layout import Bools, Int64s

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
"""Every reason of a scoring, in the order in which they are looked for: a row is counted under the first that applies to it."""

_LONGEST_EXAMPLE = 60

Noted = Mapping[str, tuple[int, tuple[tuple[int, int, str], ...]]]
"""Reason → how many rows, and the first of them: file, position, example."""


class SkippedRows:
    """
    Counts skipped rows by reason and keeps the first places of each; batches may come from any thread in any order.

    Args:
        files: the names of the input files, in order.
        reasons: every reason there can be, in the order in which they are looked for.
    """

    def __init__(self, files: Sequence[str], reasons: Sequence[str] = REASONS) -> None:
        self._files = files
        self._reasons = reasons
        self.lock = threading.Lock()
        self._counts: dict[str, int] = {}
        self._first: dict[str, list[tuple[int, int, str]]] = {}

    def add(self, reason: str, file: str, positions: Int64s, example: Callable[[int], str] | None = None) -> None:
        """
        Count rows.

        Args:
            reason: one of those that there can be.
            file: name of the input file.
            positions: of the rows in this file, ascending (`Source.locate` knows their lines).
            example: returns the offending value of the n-th of *positions*.
        """
        if len(positions) == 0:
            return
        number = self._files.index(file)
        head = [
            (number, position, "" if example is None else example(place)[:_LONGEST_EXAMPLE])
            for place, position in enumerate(positions[:FIRST].tolist())
        ]
        with self.lock:
            self._counts[reason] = self._counts.get(reason, 0) + len(positions)
            self._first[reason] = nsmallest(FIRST, [*self._first.get(reason, []), *head])

    def noted(self) -> "Noted":
        """Return the counts and the first places, for another one to absorb."""
        return {reason: (count, tuple(self._first[reason])) for reason, count in self._counts.items()}

    def absorb(self, noted: "Noted", numbers: Sequence[int]) -> None:
        """
        Add what another one noted.

        Args:
            noted: of its files.
            numbers: which of the files here each of its files is.
        """
        for reason, (count, first) in noted.items():
            here = [(numbers[file], position, example) for file, position, example in first]
            self._counts[reason] = self._counts.get(reason, 0) + count
            self._first[reason] = nsmallest(FIRST, [*self._first.get(reason, []), *here])

    def result(self, locate: Callable[[str, Sequence[int]], Mapping[int, int]]) -> dict[str, Skipped]:
        """Return the counts in the order of the reasons; *locate* turns positions in a file into lines."""
        wanted: dict[int, list[int]] = {}
        for rows in self._first.values():
            for number, position, _ in rows:
                wanted.setdefault(number, []).append(position)
        lines = {number: locate(self._files[number], positions) for number, positions in wanted.items()}
        return {
            reason: Skipped(
                count=self._counts[reason],
                first=tuple(Place(file=self._files[file], line=lines[file][row]) for file, row, _ in self._first[reason]),
                example=self._first[reason][0][2],
            )
            for reason in self._reasons
            if reason in self._counts
        }


def positions_of(mask: Bools, first_row: int) -> Int64s:
    """Return the positions in the file of the rows of a batch that *mask* marks, given that of its first row."""
    return np.flatnonzero(mask).astype(np.int64) + first_row
