"""
Scores as an Arrow table and as a file: Parquet, CSV or XLSX, best customer first.

Money is exact decimal, dates are dates, a missing value is null (an empty cell), labels are text. The Parquet file carries the
run in its metadata, so that reports can be built from it. The same run writes the same bytes.
"""

import json
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from patron.core.errors import OutputError, UsageError
from patron.core.files import atomic_target, output_error
from patron.core.money import SCALE
from patron.core.records import Column, FeatureTable, Kind, ScoreRun
from patron.core.records.run_json import METADATA_KEY, run_to_json
from patron.kernel.layout import Int64s

MONEY = pa.decimal128(19, SCALE)
"""Every int64 count of 1/10,000 fits."""

XLSX_ROWS = 1_048_575
"""Rows an Excel sheet holds beside its header."""

_ROW_GROUP = 262_144
_FEW_VALUES = ("first_purchase", "last_purchase", "recency", "tenure", "orders", "lines", "products")
_SORTED = ("rank", "decile", "cumulative_share")


def scores_table(table: FeatureTable, order: Int64s) -> pa.Table:
    """
    Return the scores, one row a customer.

    Args:
        table: the customers with all columns.
        order: positions of the customers in the order of rows; customers that are not in it follow in order of id.
    """
    rows = order
    if len(order) < len(table):
        rest = np.ones(len(table), np.bool_)
        rest[order] = False
        rows = np.concatenate([order, np.flatnonzero(rest)])
    ids = table.ids if isinstance(table.ids, pa.Array) else pa.array(table.ids)
    columns = {"customer": ids.take(pa.array(rows))}
    for name, column in table.columns.items():
        columns[name] = _to_arrow(column, rows)
    return pa.table(columns)


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


def write_scores(scores: pa.Table, run: ScoreRun, path: Path) -> None:
    """
    Write the scores whole or not at all; the ending of *path* says the format.

    Raises:
        OutputError: it can't be written; nothing is left behind.
    """
    if path.suffix.lower() == ".xlsx" and scores.num_rows > XLSX_ROWS:
        raise OutputError("score.too_many_for_xlsx", path=str(path), customers=f"{scores.num_rows:,}", most=f"{XLSX_ROWS:,}")
    with atomic_target(path) as draft:
        WRITERS[path.suffix.lower()](scores, run, draft)


def _write_parquet(scores: pa.Table, run: ScoreRun, path: Path) -> None:
    # The time it took is left out, so that the same scores are the same bytes.
    text = json.dumps(run_to_json(attrs.evolve(run, seconds=0.0)), ensure_ascii=False, sort_keys=True)
    schema = scores.schema.with_metadata({METADATA_KEY: text.encode()})
    # Trying a dictionary for columns of many different values, and statistics of unsorted ones, doubles the time for nothing.
    few = [name for name in scores.column_names if name in _FEW_VALUES or _has_few_values(schema.field(name).type)]
    pq.write_table(
        scores.cast(schema),
        path,
        compression="zstd",
        compression_level=1,
        row_group_size=_ROW_GROUP,
        use_dictionary=[name for name in few if name != "customer"],
        write_statistics=[name for name in scores.column_names if name in _SORTED],
    )


def _has_few_values(kind: pa.DataType) -> bool:
    return bool(pa.types.is_large_string(kind) or pa.types.is_string(kind) or pa.types.is_uint8(kind))


def _write_csv(scores: pa.Table, run: ScoreRun, path: Path) -> None:
    pacsv.write_csv(scores, path, pacsv.WriteOptions(include_header=True, quoting_style="needed"))


def _write_xlsx(scores: pa.Table, run: ScoreRun, path: Path) -> None:
    import xlsxwriter  # an extra: only who writes Excel files needs it

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_date_format": "yyyy-mm-dd",
    }
    try:
        with xlsxwriter.Workbook(str(path), options) as book:
            book.set_properties({"created": _midnight(run), "title": f"Patron {run.id}"})
            sheet = book.add_worksheet("scores")
            sheet.freeze_panes(1, 1)
            sheet.autofilter(0, 0, max(1, scores.num_rows), scores.num_columns - 1)
            head = book.add_format({"bold": True})
            formats = {kind: book.add_format({"num_format": text}) for kind, text in _NUMBER_FORMATS.items()}
            for place, name in enumerate(scores.column_names):
                kind = _sheet_kind(name, scores.schema.field(name).type)
                sheet.set_column(place, place, max(12, len(name) + 3), formats.get(kind))
                sheet.write_string(0, place, name, head)
            row = 1
            for batch in scores.to_batches(max_chunksize=10_000):
                columns = [column.to_pylist() for column in batch.columns]
                for values in zip(*columns, strict=True):
                    for place, value in enumerate(values):
                        _write_cell(sheet, row, place, value)
                    row += 1
    except xlsxwriter.exceptions.FileCreateError as error:
        cause = error.args[0] if error.args and isinstance(error.args[0], OSError) else OSError(str(error))
        raise output_error(path, cause) from error


def _write_cell(sheet: Any, row: int, place: int, value: object) -> None:
    if value is None:
        return
    if isinstance(value, str):
        sheet.write_string(row, place, value)
    elif isinstance(value, int) and abs(value) >= 10**15:
        sheet.write_string(row, place, str(value))  # Excel keeps fifteen digits
    else:
        sheet.write(row, place, value)


def _midnight(run: ScoreRun) -> Any:
    from datetime import datetime

    return datetime.combine(run.as_of, datetime.min.time())


def _sheet_kind(name: str, kind: pa.DataType) -> str:
    if pa.types.is_decimal(kind):
        return "money"
    if pa.types.is_date(kind):
        return "date"
    return "share" if name.endswith("_share") else "count" if pa.types.is_integer(kind) and name != "customer" else "text"


_NUMBER_FORMATS = {"money": "#,##0.00", "date": "yyyy-mm-dd", "share": "0.00%", "count": "#,##0"}

WRITERS: Mapping[str, Callable[[pa.Table, ScoreRun, Path], None]] = {
    ".parquet": _write_parquet,
    ".csv": _write_csv,
    ".xlsx": _write_xlsx,
}
"""File ending → how scores are written under it."""


def _to_arrow(column: Column, rows: Int64s) -> pa.Array:
    values = column.values[rows]
    missing = None if column.missing is None else column.missing[rows]
    if column.kind is Kind.MONEY:
        return money_array(values.astype(np.int64, copy=False), missing)
    if column.kind is Kind.DATE:
        return pa.array(values.astype(np.int32), pa.date32(), mask=missing)
    if column.kind is Kind.LABEL:
        index = pa.array(values.astype(np.int8), mask=missing)
        return pa.DictionaryArray.from_arrays(index, pa.array(column.labels, pa.string())).dictionary_decode()
    return pa.array(values, mask=missing)


def money_array(counts: Int64s, missing: np.ndarray[Any, np.dtype[np.bool_]] | None = None) -> pa.Array:
    """Return counts of 1/10,000 as an exact decimal array, without a Python object for each."""
    words = np.empty((len(counts), 2), np.int64)
    words[:, 0] = counts
    words[:, 1] = counts >> 63
    valid = None
    if missing is not None:
        valid = pa.py_buffer(np.packbits(~missing, bitorder="little"))
    return pa.Array.from_buffers(MONEY, len(counts), [valid, pa.py_buffer(words)])
