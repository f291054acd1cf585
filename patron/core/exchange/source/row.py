"""
What passes from files to the import: rows of cells, in order, with their place.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, Protocol

from patron.core.errors import PatronError

Cell = str | float | int | bool | date | datetime | time | timedelta | None
"""Text files bring text; workbooks bring what a cell was formatted as."""


class SourceRow(NamedTuple):
    """
    One row below the header that is not blank.

    Attributes:
        line: where it begins in the file, counted from 1.
        cells: as many as the header has; where the row can't be read, what could be told of it.
        problem: why the row can't be read.
    """

    line: int
    cells: list[Cell]
    problem: PatronError | None = None


class Above(NamedTuple):
    """
    A row above the headings that says something, and is no record.

    Attributes:
        line: where it begins in the file.
        text: how what it says begins.
    """

    line: int
    text: str


class SourceFile(Protocol):
    """A file of rows, opened and found readable."""

    @property
    def heading_row(self) -> int:
        """The row of the headings, the last of two."""

    @property
    def above(self) -> tuple[Above, ...]:
        """The rows above them that say something."""

    @property
    def untitled(self) -> Collection[int]:
        """The columns, from 0, that have no heading, and in which something stands in a row that was read."""

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns, as they stand there."""

    @property
    def encoding(self) -> str | None:
        """What text is written in; None where the format says it."""

    @property
    def sheet(self) -> str | None:
        """Which sheet of a workbook is read."""

    @property
    def sheets(self) -> tuple[str, ...]:
        """What the sheets of a workbook are called."""

    @property
    def others(self) -> Mapping[str, int]:
        """How many rows the other sheets of a workbook have, where nobody said which is meant."""

    @property
    def blank(self) -> int:
        """How many rows said nothing among those that were read; what stands below the last that says something is no row."""

    @property
    def size(self) -> int:
        """What `position` comes to at the end."""

    @property
    def position(self) -> int:
        """How much of the file was read."""

    def rows(self) -> Iterator[SourceRow]:
        """
        Return the rows, once.

        Raises:
            InputError: the file is damaged, or inflates beyond all measure.
        """

    def close(self) -> None:
        """Let go of the file."""


def letters_of(column: int) -> str:
    """Return what spreadsheets call a column, from 0: A, …, Z, AA, …."""
    letters, number = "", column + 1
    while number:
        number, place = divmod(number - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters
