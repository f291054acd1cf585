"""
Scores as a file: Parquet, CSV or XLSX, best customer first, written block by block.

The Parquet file carries the run in its metadata, so that reports can be built from it. The same run writes the same bytes.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from patron.core.errors import OutputError, UsageError
from patron.core.files import atomic_target
from patron.core.records import Kind, ScoreRun
from patron.core.records.run_json import METADATA_KEY, run_to_json
from patron.core.scoring.formulas import guard_table
from patron.core.scoring.result import KIND_KEY, Scores

XLSX_ROWS = 1_048_575
"""Rows an Excel sheet holds beside its header."""

_FEW_VALUES = (Kind.COUNT, Kind.DAYS, Kind.DATE, Kind.SCORE, Kind.LABEL)
_SORTED = ("rank", "decile", "cumulative_share")


def check_output(path: Path) -> None:
    """
    Refuse an output that could not be written, before the work begins.

    Raises:
        UsageError: the ending says no format that scores can be written in.
        OutputError: what the format needs is not installed.
    """
    suffix = path.suffix.lower()
    if suffix not in WRITERS:
        raise UsageError("score.unknown_output", path=str(path), endings=", ".join(WRITERS))
    if suffix == ".xlsx" and find_spec("xlsxwriter") is None:
        raise OutputError("score.needs_xlsxwriter", path=str(path))


def write_scores(scores: Scores, path: Path) -> None:
    """
    Write the scores whole or not at all; the ending of *path* says the format.

    Raises:
        OutputError: it can't be written; nothing is left behind.
    """
    customers = len(scores.customers)
    if path.suffix.lower() == ".xlsx" and customers > XLSX_ROWS:
        raise OutputError("score.too_many_for_xlsx", path=str(path), customers=f"{customers:,}", most=f"{XLSX_ROWS:,}")
    with atomic_target(path) as draft:
        WRITERS[path.suffix.lower()](scores.blocks(), scores.run, draft)


def write_parquet(blocks: Iterable[pa.Table], run: ScoreRun, path: Any) -> None:
    """Write blocks of scores to a path or an open file, with the run in the metadata."""
    # The time it took is left out, so that the same scores are the same bytes.
    text = json.dumps(run_to_json(attrs.evolve(run, seconds=0.0)), ensure_ascii=False, sort_keys=True)
    with ExitStack() as stack:
        writer: pq.ParquetWriter | None = None
        for block in blocks:
            if writer is None:
                writer = stack.enter_context(_parquet_writer(path, block.schema.with_metadata({METADATA_KEY: text.encode()})))
            writer.write_table(block.cast(writer.schema))


def _parquet_writer(path: Any, schema: pa.Schema) -> pq.ParquetWriter:
    # Trying a dictionary for columns of many different values, and statistics of unsorted ones, doubles the time for nothing.
    few = [field.name for field in schema if _kind(field) in _FEW_VALUES and field.name != "rank"]
    return pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        compression_level=1,
        use_dictionary=few,
        write_statistics=[name for name in schema.names if name in _SORTED],
    )


def _write_csv(blocks: Iterable[pa.Table], run: ScoreRun, path: Path) -> None:
    with ExitStack() as stack:
        writer: pacsv.CSVWriter | None = None
        for block in blocks:
            if writer is None:
                writer = stack.enter_context(pacsv.CSVWriter(path, block.schema))
            writer.write_table(guard_table(block))


def _write_xlsx(blocks: Iterable[pa.Table], run: ScoreRun, path: Path) -> None:
    import xlsxwriter  # an extra: only who writes Excel files needs it

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_date_format": "yyyy-mm-dd",
    }
    try:
        # The parts of the book stand in files until it is put together; who is interrupted must not leave them behind.
        with TemporaryDirectory(prefix="patron-") as parts, xlsxwriter.Workbook(str(path), {**options, "tmpdir": parts}) as book:
            book.set_properties({"created": datetime.combine(run.as_of, datetime.min.time()), "title": f"Patron {run.id}"})
            sheet = book.add_worksheet("scores")
            row = 1
            for block in blocks:
                if row == 1:
                    _write_head(book, sheet, block.schema, run.customers)
                for values in zip(*(column.to_pylist() for column in block.columns), strict=True):
                    for place, value in enumerate(values):
                        _write_cell(sheet, row, place, value)
                    row += 1
    except xlsxwriter.exceptions.FileCreateError as error:
        raise error.args[0] if error.args and isinstance(error.args[0], OSError) else OSError(str(error)) from error


def _write_head(book: Any, sheet: Any, schema: pa.Schema, customers: int) -> None:
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(1, customers), len(schema) - 1)
    head = book.add_format({"bold": True})
    formats = {kind.value: book.add_format({"num_format": text}) for kind, text in _NUMBER_FORMATS.items()}
    for place, field in enumerate(schema):
        sheet.set_column(place, place, max(12, len(field.name) + 3), formats.get(_kind(field)))
        sheet.write_string(0, place, field.name, head)


def _write_cell(sheet: Any, row: int, place: int, value: object) -> None:
    if value is None:
        return
    if isinstance(value, str):
        sheet.write_string(row, place, value)
    elif isinstance(value, int) and abs(value) >= 10**15:
        sheet.write_string(row, place, str(value))  # Excel keeps fifteen digits
    else:
        sheet.write(row, place, value)


def _kind(field: pa.Field) -> str:
    return str((field.metadata or {}).get(KIND_KEY, b"").decode())


_NUMBER_FORMATS = {
    Kind.MONEY: "#,##0.00",
    Kind.POINTS: "0.00",
    Kind.DATE: "yyyy-mm-dd",
    Kind.SHARE: "0.00%",
    Kind.COUNT: "#,##0",
    Kind.DAYS: "#,##0",
}

WRITERS: Mapping[str, Callable[[Iterable[pa.Table], ScoreRun, Path], None]] = {
    ".parquet": write_parquet,
    ".csv": _write_csv,
    ".xlsx": _write_xlsx,
}
"""File ending → how scores are written under it."""
