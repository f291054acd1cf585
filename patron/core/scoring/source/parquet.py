"""
Parquet files: one task for about half a million rows of whole row groups, each with a file handle of its own.

Row groups are what can be decoded independently. Small ones go together into one task. A very large one is decoded as a stream,
its columns side by side, and its tasks take turns; so is a file that would make too few tasks for the threads that wait for them.
"""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import pyarrow as pa
import pyarrow.parquet as pq

from patron.core.errors import InputError
from patron.core.records import Skipped
from patron.core.scoring.source.batch import SourceBatch, Task
from patron.core.scoring.source.columns import flat_columns
from patron.core.scoring.source.streams import first_line

TASK_ROWS = 2**19
"""Rows of a task: enough that its start costs nothing, few enough that a few tasks in flight stay small."""

_LARGE_GROUP = 4 * TASK_ROWS

_FEW, _TURN_ROWS = 4, 2**17
"""Tasks of a file below which they are cut into turns of so many rows: one thread judges and adds while another decodes."""


class ParquetData:
    """
    One Parquet file.

    Args:
        path: where it is.
        size: how many bytes it has.
        name: as the user knows it; None: the path.
        filesystem: Arrow's way to it; None: the machine's own.
    """

    def __init__(self, path: Path | str, size: int, *, name: str | None = None, filesystem: Any = None) -> None:
        self.name = name or str(path)
        self.path = str(path)
        self.size = size
        self.filesystem = filesystem
        with _damage(self.name), pq.ParquetFile(self.path, filesystem=filesystem) as file:
            self._metadata = file.metadata
            self._schema = file.schema_arrow
        self.columns = tuple(self._schema.names)
        self.rows_estimate = int(self._metadata.num_rows)

    def type_of(self, column: str) -> pa.DataType | None:
        """Return the type of a column."""
        return self._schema.field(column).type

    def tasks(self, columns: Sequence[str]) -> Iterator[Task]:
        """Return one task for each run of row groups, or part of a large one."""
        units = list(self.units())
        turn = _TURN_ROWS if len(units) < _FEW else TASK_ROWS
        for groups, first_row, rows in units:
            if rows > (_LARGE_GROUP if turn == TASK_ROWS else turn):
                stream = _GroupStream(self, groups, first_row, columns, turn)
                for part in range(0, rows, turn):
                    yield _Part(stream, last=part + turn >= rows)
            else:
                yield _Groups(self, groups, first_row, columns)

    def units(self) -> Iterator[tuple[tuple[int, ...], int, int]]:
        """Return runs of row groups that are read on their own: the groups, their first row, and how many rows they have."""
        groups: list[int] = []
        first_row = rows = 0
        for group in range(self._metadata.num_row_groups):
            size = self._metadata.row_group(group).num_rows
            if groups and rows + size > TASK_ROWS:
                yield tuple(groups), first_row, rows
                groups, first_row, rows = [], first_row + rows, 0
            groups.append(group)
            rows += size
        if groups:
            yield tuple(groups), first_row, rows

    def unit(self, groups: tuple[int, ...], first_row: int, columns: Sequence[str]) -> Task:
        """Return the task that decodes one of `units`, best in pieces."""
        return _Groups(self, groups, first_row, columns)

    def locate(self, positions: Iterable[int]) -> dict[int, int]:
        """Return the rows, counted from 1."""
        return {position: position + 1 for position in positions}

    def wrong_fields(self, limit: int) -> Skipped | None:
        """Return None: every row has every column."""

    def open(self) -> pq.ParquetFile:
        """Return a handle of its own on the file, sparing it the metadata."""
        return pq.ParquetFile(self.path, metadata=self._metadata, filesystem=self.filesystem)


@attrs.frozen
class _Groups(Task):
    """Whole row groups."""

    file: ParquetData
    groups: tuple[int, ...]
    first_row: int
    columns: Sequence[str]

    def read(self) -> SourceBatch:
        with _damage(self.file.name), self.file.open() as handle:
            table = handle.read_row_groups(list(self.groups), columns=list(self.columns), use_threads=False)
            return _batch(self.file.name, self.first_row, table, self.columns)

    def pieces(self, most: int) -> Iterator[SourceBatch]:
        """Decode as the pieces are asked for: the columns of a piece stay in the cache, and few are in memory."""
        with _damage(self.file.name), self.file.open() as handle:
            first_row = self.first_row
            for rows in handle.iter_batches(most, row_groups=list(self.groups), columns=list(self.columns), use_threads=False):
                yield _batch(self.file.name, first_row, pa.Table.from_batches([rows]), self.columns)
                first_row += rows.num_rows


class _GroupStream:
    """Row groups, decoded piece by piece."""

    def __init__(self, file: ParquetData, groups: Sequence[int], first_row: int, columns: Sequence[str], rows: int) -> None:
        self.file = file
        self.columns = columns
        self._groups = list(groups)
        self._rows = rows
        self._row = first_row
        self._lock = threading.Lock()
        self._handle: pq.ParquetFile | None = None
        self._batches: Iterator[pa.RecordBatch] = iter(())

    def next(self, *, last: bool) -> SourceBatch:
        """Return the next rows; all that are left when it is the *last* time."""
        with _damage(self.file.name), self._lock:
            if self._handle is None:
                self._handle = self.file.open()
                self._batches = self._handle.iter_batches(
                    self._rows, row_groups=self._groups, columns=list(self.columns), use_threads=True
                )
            taken: list[pa.RecordBatch] = []
            first_row, wanted = self._row, self._row + self._rows
            while last or self._row < wanted:
                batch = next(self._batches, None)
                if batch is None:
                    break
                taken.append(batch)
                self._row += batch.num_rows
            if last:
                self._handle.close()
            table = pa.Table.from_batches(taken, taken[0].schema) if taken else self._empty()
            return _batch(self.file.name, first_row, table, self.columns)

    def _empty(self) -> pa.Table:
        return pa.table({name: pa.array([], self.file.type_of(name)) for name in self.columns})


@attrs.frozen
class _Part(Task):
    """The next part of a stream; which one depends on who comes first."""

    stream: _GroupStream
    last: bool

    def read(self) -> SourceBatch:
        return self.stream.next(last=self.last)


def _batch(file: str, first_row: int, table: pa.Table, columns: Sequence[str]) -> SourceBatch:
    flat: Mapping[str, pa.Array] = flat_columns(table, columns, file, first_row)
    return SourceBatch(file=file, first_row=first_row, rows=table.num_rows, columns=flat)


@contextmanager
def _damage(file: str) -> Iterator[None]:
    """Turn what Arrow says of a damaged file into an error that names it."""
    try:
        yield
    except (pa.ArrowException, OSError, EOFError) as error:
        raise InputError("source.damaged_parquet", file=file, reason=first_line(error)) from error
