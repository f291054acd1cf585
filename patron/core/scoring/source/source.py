"""
Several files as one input.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import pyarrow as pa

from patron.core.errors import InputError, PatronError, UsageError
from patron.core.names import ALIKE, listed, nearest, shorten
from patron.core.records import Skipped
from patron.core.scoring.source.batch import DataFile, Task

_SEPARATORS = ",;\t|^~:+"
"""What may stand between fields, the usual ones first."""


class Source:
    """
    The input: one or more files, of one format or several, each with its own order of columns.

    Attributes:
        files: their names, in the order in which they are read.
        columns: the names of the columns of the first file.
        rows_estimate: about how many rows there are; exact without text files.
        bytes: their size on disk.
    """

    def __init__(self, files: Sequence[DataFile]) -> None:
        self._files = {file.name: file for file in files}
        self.files = tuple(self._files)
        self.columns = files[0].columns
        self.rows_estimate = sum(file.rows_estimate for file in files)
        self.bytes = sum(file.size for file in files)

    def require(self, columns: Iterable[str]) -> None:
        """
        Check that every file has each of the columns, once, and that it holds plain values.

        Raises:
            UsageError: a column is missing (the message names the columns there are and the nearest), occurs twice, or is nested.
            InputError: a file has no names of columns.
        """
        for name in columns:
            for file in self._files.values():
                _require(file, name)

    def types(self, column: str) -> tuple[pa.DataType | None, ...]:
        """Return the type of a column in every file, in the order of `files`; None for text files, which know no types."""
        return tuple(file.type_of(column) for file in self._files.values())

    def holds_numbers(self, column: str) -> bool:
        """Say whether the column is one of numbers, by its type, in every file; text files know no types."""
        kinds = [file.type_of(column) if column in file.columns else None for file in self._files.values()]
        return all(kind is not None and _is_number(kind) for kind in kinds)

    def columns_of(self, file: str) -> tuple[str, ...]:
        """Return the names of the columns of one of `files`."""
        return self._files[file].columns

    def tasks(self, columns: Sequence[str], also: Mapping[str, str] | None = None) -> Iterator[Task]:
        """
        Return the pieces of all files, in order.

        Drawing a task is cheap, except that for text files it reads the next block; advance the iterator from one thread at a
        time, and hold only a few tasks: each may carry its block. What `Task.read` does is the decoding, in any thread.

        Args:
            columns: to be read of every file.
            also: file → one more column of it.

        Raises:
            PatronError: as `require`.
        """
        self.require(dict.fromkeys(columns))
        more = also or {}
        for name, column in more.items():
            _require(self._files[name], column)
        for name, file in self._files.items():
            yield from file.tasks(tuple(dict.fromkeys([*columns, *([more[name]] if name in more else [])])))

    def locate(self, file: str, positions: Iterable[int]) -> dict[int, int]:
        """
        Return where rows stand: the line of a text file or the row of another, counted from 1.

        Args:
            file: one of `files`.
            positions: of rows, as told by `SourceBatch.first_row`.
        """
        return self._files[file].locate(positions)

    def wrong_fields(self, limit: int = 5) -> Skipped | None:
        """
        Return the rows of text files that have too many or too few fields, with the first *limit* places.

        They are part of no batch. The answer is complete once all tasks were read; None where there are none.
        """
        found = [skipped for file in self._files.values() if (skipped := file.wrong_fields(limit))]
        if not found:
            return None
        places = tuple(place for skipped in found for place in skipped.first)[:limit]
        return Skipped(count=sum(skipped.count for skipped in found), first=places, example=found[0].example)


def _require(file: DataFile, name: str) -> None:
    times = file.columns.count(name)
    if times == 1:
        kind = file.type_of(name)
        if kind is not None and pa.types.is_nested(kind):
            raise UsageError("source.nested_column", file=file.name, column=name, type=str(kind)[:80])
        return
    if times > 1:
        raise UsageError("source.column_twice", file=file.name, column=name, times=times)
    raise _missing(file, name)


def _missing(file: DataFile, name: str) -> PatronError:
    if not any(file.columns):
        return InputError("source.no_names", file=file.name, count=len(file.columns))
    delimiter = _overlooked(file)
    if delimiter:
        shown = "tab" if delimiter == "\t" else f'"{delimiter}"'
        return UsageError(
            "source.one_column", file=file.name, column=shorten(name, 80), only=shorten(file.columns[0], 80), delimiter=shown
        )
    near = nearest(name, file.columns, cutoff=ALIKE)
    key = "source.missing_column_near" if near else "source.missing_column"
    return UsageError(key, file=file.name, column=shorten(name, 80), nearest=near, columns=listed(file.columns))


def _overlooked(file: DataFile) -> str:
    """Return what probably separates the fields of a text file that was read as one column; "" where nothing does."""
    if len(file.columns) != 1 or file.type_of(file.columns[0]) is not None:
        return ""
    only = file.columns[0]
    return max((sign for sign in _SEPARATORS if sign in only), key=only.count, default="")


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))
