"""
Feather files (Arrow's own format, version 2): one task for about half a million rows of whole record batches.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import attrs
import pyarrow as pa

from patron.core.errors import InputError
from patron.core.records import Skipped
from patron.core.scoring.source.batch import SourceBatch, Task
from patron.core.scoring.source.columns import flat_columns
from patron.core.scoring.source.streams import first_line

TASK_ROWS = 2**19


class FeatherFile:
    """One Feather file."""

    def __init__(self, path: Path, size: int) -> None:
        self.name = str(path)
        self.size = size
        with _damage(self.name), pa.OSFile(self.name) as handle, pa.ipc.open_file(handle) as reader:
            self._schema = reader.schema
            # The lengths stand in each batch's own header; Arrow tells them with at least one column, so take the narrowest.
            options = pa.ipc.IpcReadOptions(included_fields=[_narrowest(self._schema)], use_threads=False)
            with pa.ipc.open_file(handle, options=options) as lengths:
                self._lengths = [lengths.get_batch(number).num_rows for number in range(lengths.num_record_batches)]
        self.columns = tuple(self._schema.names)
        self.rows_estimate = sum(self._lengths)

    def type_of(self, column: str) -> pa.DataType | None:
        """Return the type of a column."""
        return self._schema.field(column).type

    def tasks(self, columns: Sequence[str]) -> Iterator[Task]:
        """Return one task for each run of record batches."""
        numbers: list[int] = []
        first_row = rows = 0
        for number, length in enumerate(self._lengths):
            if numbers and rows + length > TASK_ROWS:
                yield _Batches(self, tuple(numbers), first_row, columns)
                numbers, first_row, rows = [], first_row + rows, 0
            numbers.append(number)
            rows += length
        if numbers:
            yield _Batches(self, tuple(numbers), first_row, columns)

    def locate(self, positions: Iterable[int]) -> dict[int, int]:
        """Return the rows, counted from 1."""
        return {position: position + 1 for position in positions}

    def wrong_fields(self, limit: int) -> Skipped | None:
        """Return None: every row has every column."""

    def read(self, numbers: Sequence[int], columns: Sequence[str]) -> pa.Table:
        """Return some columns of some record batches."""
        fields = [self._schema.get_field_index(name) for name in columns]
        options = pa.ipc.IpcReadOptions(included_fields=fields, use_threads=False)
        with pa.OSFile(self.name) as handle, pa.ipc.open_file(handle, options=options) as reader:
            return pa.Table.from_batches([reader.get_batch(number) for number in numbers], reader.schema)


@attrs.frozen
class _Batches(Task):
    """Whole record batches."""

    file: FeatherFile
    numbers: tuple[int, ...]
    first_row: int
    columns: Sequence[str]

    def read(self) -> SourceBatch:
        with _damage(self.file.name):
            table = self.file.read(self.numbers, self.columns)
            flat = flat_columns(table, self.columns, self.file.name, self.first_row)
        return SourceBatch(file=self.file.name, first_row=self.first_row, rows=table.num_rows, columns=flat)


def _narrowest(schema: pa.Schema) -> int:
    widths = [
        (field.type.bit_width if pa.types.is_primitive(field.type) else 10_000, place) for place, field in enumerate(schema)
    ]
    return min(widths, default=(0, 0))[1]


@contextmanager
def _damage(file: str) -> Iterator[None]:
    """Turn what Arrow says of a damaged file into an error that names it."""
    try:
        yield
    except (pa.ArrowException, OSError, EOFError) as error:
        raise InputError("source.damaged_feather", file=file, reason=first_line(error)) from error
