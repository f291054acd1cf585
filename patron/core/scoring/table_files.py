"""
Tables as files: CSV, or Parquet, whole or not at all.

A list of names is one text in a CSV file: joined by `|`, with a backslash before each `|` and backslash of a name, so that it can
be taken apart again. Parquet has lists.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from patron.core.errors import UsageError
from patron.core.files import atomic_target, check_target, same_place
from patron.core.scoring.formulas import guard_table

ENDINGS = (".csv", ".parquet")
SEPARATOR = "|"


def check_table(path: Path) -> None:
    """
    Refuse a file whose ending says no kind of table.

    Raises:
        UsageError: it is none of `ENDINGS`.
    """
    if path.suffix.lower() not in ENDINGS:
        raise UsageError("rows.unknown_output", path=str(path), endings=", ".join(ENDINGS))


def check_tables(inputs: Sequence[Path], outputs: Sequence[Path | None]) -> None:
    """
    Refuse, before the work, tables that could not be written or would overwrite what is read.

    Raises:
        UsageError: a file is named twice, or its ending says no kind of table.
        OutputError: it can't be written.
    """
    named = list(inputs)
    for output in (path for path in outputs if path is not None):
        if any(path.is_file() and output.is_file() and same_place(output, path) for path in named) or output in named:
            raise UsageError("score.same_file", path=output)
        check_table(output)
        check_target(output)
        named.append(output)


def csv_text(table: pa.Table, *, header: bool = True) -> str:
    """Return a table as the text of a CSV file, with the names of its columns unless it goes on with one."""
    sink = io.BytesIO()
    pacsv.write_csv(guard_table(_flat(table)), sink, pacsv.WriteOptions(include_header=header))
    return sink.getvalue().decode()


def write_table(table: pa.Table | Iterable[pa.Table], path: Path) -> None:
    """
    Write a table in the format that the ending of *path* says.

    Args:
        table: whole, or piece by piece, at least one.
        path: the file.

    Raises:
        OutputError: it can't be written; nothing is left behind.
    """
    pieces = iter([table] if isinstance(table, pa.Table) else table)
    with atomic_target(path) as draft:
        if path.suffix.lower() == ".parquet":
            first = next(pieces)
            with pq.ParquetWriter(draft, first.schema, compression="zstd") as writer:
                for piece in _with_first(first, pieces):
                    writer.write_table(piece)
        else:
            flat = (guard_table(_flat(piece)) for piece in pieces)
            head = next(flat)
            with pacsv.CSVWriter(draft, head.schema) as lines:
                for piece in _with_first(head, flat):
                    lines.write_table(piece)


def _with_first(first: pa.Table, others: Iterator[pa.Table]) -> Iterator[pa.Table]:
    yield first
    yield from others


def _flat(table: pa.Table) -> pa.Table:
    for place, field in enumerate(table.schema):
        if pa.types.is_list(field.type):
            joint = [_joined(chunk) for chunk in table.column(place).chunks]
            table = table.set_column(place, field.name, pa.chunked_array(joint, pa.large_string()))
    return table


def _joined(lists: pa.ListArray) -> pa.Array:
    """Return lists of names as texts."""
    names = lists.values
    for mark in ("\\", SEPARATOR):
        names = pc.replace_substring(names, mark, "\\" + mark)
    texts = pc.binary_join(pa.ListArray.from_arrays(lists.offsets, names), SEPARATOR)
    return texts.cast(pa.large_string())
