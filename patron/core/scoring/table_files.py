"""
Tables as files: CSV, or Parquet, whole or not at all.

A list of names is one text in a CSV file: joined by `|`, with a backslash before each `|` and backslash of a name, so that it can
be taken apart again. Parquet has lists.
"""

import io
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
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


def csv_text(table: pa.Table) -> str:
    """Return a table as the text of a CSV file."""
    sink = io.BytesIO()
    pacsv.write_csv(guard_table(_flat(table)), sink)
    return sink.getvalue().decode()


def write_table(table: pa.Table, path: Path) -> None:
    """
    Write a table in the format that the ending of *path* says.

    Raises:
        OutputError: it can't be written; nothing is left behind.
    """
    with atomic_target(path) as draft:
        if path.suffix.lower() == ".parquet":
            pq.write_table(table, draft, compression="zstd")
        else:
            pacsv.write_csv(guard_table(_flat(table)), draft)


def joined(names: list[str]) -> str:
    """Return names as one text."""
    return SEPARATOR.join(name.replace("\\", "\\\\").replace(SEPARATOR, "\\" + SEPARATOR) for name in names)


def _flat(table: pa.Table) -> pa.Table:
    for place, field in enumerate(table.schema):
        if pa.types.is_list(field.type):
            texts = pa.array([joined(names) for names in table.column(place).to_pylist()], pa.large_string())
            table = table.set_column(place, field.name, texts)
    return table
