"""
What passes between files and those who read them: options, tasks, batches of rows, and what every format must be able to do.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

import attrs
import pyarrow as pa

from patron.core.records import Skipped
from patron.core.scoring.decimals import Decimals, read_decimals


@attrs.frozen(kw_only=True)
class SourceOptions:
    """
    How text files are written; other formats say it themselves.

    Attributes:
        encoding: a codec of Python; None: UTF-8, or UTF-16 where a byte order mark says so.
        delimiter: one character between fields; None: found out from the header.
        decimal: the decimal mark, `.` or `,`.
    """

    encoding: str | None = None
    delimiter: str | None = None
    decimal: str = attrs.field(default=".", validator=attrs.validators.in_((".", ",")))


@attrs.frozen(kw_only=True, eq=False)
class SourceBatch:
    """
    Consecutive rows of one file.

    Attributes:
        file: its name, one of `Source.files`.
        first_row: the position of the first row. Row number i of the batch has the position `first_row + i`; positions grow in
            the order of the file, and `Source.locate` says where they stand. In a text file they are not consecutive from one
            batch to the next.
        rows: how many.
        columns: column name → values. Text files bring strings, as they stand in the file.
        decimal: the decimal mark of text.
    """

    file: str
    first_row: int
    rows: int
    columns: Mapping[str, pa.Array]
    decimal: str = "."
    _decimals: dict[str, Decimals] = attrs.field(factory=dict, init=False, repr=False)

    def decimals(self, name: str) -> Decimals:
        """Return a column as exact decimals; it is read once, however many expressions use it."""
        found = self._decimals.get(name)
        if found is None:
            found = self._decimals[name] = read_decimals(self.columns[name], self.decimal)
        return found

    def pieces(self, most: int) -> "Iterator[SourceBatch]":
        """Return the batch in pieces of at most *most* rows, without copying."""
        for start in range(0, self.rows, most):
            rows = min(most, self.rows - start)
            columns = {name: values.slice(start, rows) for name, values in self.columns.items()}
            yield attrs.evolve(self, first_row=self.first_row + start, rows=rows, columns=columns)


class Task(ABC):
    """A piece of the input that is not decoded yet."""

    @abstractmethod
    def read(self) -> SourceBatch:
        """
        Decode it; may be called in any thread, once.

        Raises:
            InputError: the file is damaged, or its text is not in the encoding that it should be in.
        """

    def pieces(self, most: int) -> Iterator[SourceBatch]:
        """
        Decode it in pieces of at most *most* rows, as they are asked for where the format can do that; instead of `read`.

        Raises:
            InputError: as `read`.
        """
        return self.read().pieces(most)


class DataFile(Protocol):
    """One file of some format, opened and found readable."""

    @property
    def name(self) -> str:
        """The file's name as the user knows it."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns; one may occur twice."""

    @property
    def rows_estimate(self) -> int:
        """About how many rows it has."""

    @property
    def size(self) -> int:
        """How many bytes it has."""

    def type_of(self, column: str) -> pa.DataType | None:
        """Return the type of a column; None in a text file, which knows no types."""

    def tasks(self, columns: Sequence[str]) -> Iterator[Task]:
        """Return its pieces in the order of the file; the iterator may be advanced by any one thread at a time."""

    def locate(self, positions: Iterable[int]) -> dict[int, int]:
        """Return the line (in text) or row (elsewhere), counted from 1, of each row position."""

    def wrong_fields(self, limit: int) -> Skipped | None:
        """Return the rows left out for their number of fields, once all tasks were read; None where there are none."""
