"""
What a scoring gives: the run, and the customers as rows of an Arrow table, best first.

Money is exact decimal, dates are dates, a missing value is null, labels are text.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import attrs
import numpy as np
import pyarrow as pa

from patron.core.errors import InputError
from patron.core.money import SCALE
from patron.core.records import Column, FeatureTable, Kind, ScoreRun
from patron.kernel.layout import Int64s

MONEY = pa.decimal128(19, SCALE)
"""Every int64 count of 1/10,000 fits."""

EXACT = (Kind.MONEY, Kind.POINTS)
"""Kinds whose values are counts of 1/10,000 and are written as exact decimals."""

KIND_KEY = b"patron.kind"
"""Under this key the metadata of a column says what its values mean: `id`, or a value of `Kind`."""

AHEAD = 2
"""Blocks that are made while one is used."""

BLOCK_ROWS = 262_144
"""Rows of a block: enough for a row group of Parquet, few enough that the scores never stand in memory twice."""


@attrs.frozen(kw_only=True, eq=False)
class Scores:
    """
    What a scoring gives.

    Attributes:
        run: the record of the run.
        customers: the customer table with all columns, ascending by id.
        order: positions of the ranked customers in it, best first.
    """

    run: ScoreRun
    customers: FeatureTable
    order: Int64s

    def table(self, names: Sequence[str] | None = None) -> pa.Table:
        """Return one row a customer, best first, those without a rank last; with names, only these columns."""
        return self._block(self._rows(), names)

    def blocks(self) -> Iterator[pa.Table]:
        """Return the rows of `table` in blocks; while one is used the next ones are made."""
        rows = self._rows()
        parts = [rows[start : start + BLOCK_ROWS] for start in range(0, len(rows), BLOCK_ROWS)] or [rows]
        with ThreadPoolExecutor(AHEAD) as ahead:
            coming = deque(ahead.submit(self._block, part, None) for part in parts[:AHEAD])
            for number in range(len(parts)):
                block = coming.popleft().result()
                if number + AHEAD < len(parts):
                    coming.append(ahead.submit(self._block, parts[number + AHEAD], None))
                yield block

    def _rows(self) -> Int64s:
        if len(self.order) == len(self.customers):
            return self.order
        rest = np.ones(len(self.customers), np.bool_)
        rest[self.order] = False
        return np.concatenate([self.order, np.flatnonzero(rest)])

    def _block(self, rows: Int64s, names: Sequence[str] | None) -> pa.Table:
        ids = self.customers.ids
        fields, columns = [], []
        for name in ("customer", *self.customers.columns) if names is None else names:
            if name == "customer":
                kind = "id"
                columns.append(ids.take(pa.array(rows)) if isinstance(ids, pa.Array) else pa.array(ids.take(rows)))
            elif name in self.customers:
                kind = self.customers[name].kind.value
                columns.append(to_arrow(self.customers[name], rows))
            else:
                raise InputError("score.no_column", column=name[:60], columns=", ".join(self.customers.columns))
            fields.append(pa.field(name, columns[-1].type, metadata={KIND_KEY: kind}))
        return pa.Table.from_arrays(columns, schema=pa.schema(fields))


def to_arrow(column: Column, rows: Int64s) -> pa.Array:
    """Return the values of a column in some rows as they are written."""
    values = column.values.take(rows)  # in half the time that an index in brackets takes
    missing = None if column.missing is None else column.missing.take(rows)
    if column.kind in EXACT:
        return money_array(values.astype(np.int64, copy=False), missing)
    if column.kind is Kind.DATE:
        return pa.array(values.astype(np.int32), pa.date32(), mask=missing)
    if column.kind is Kind.LABEL:
        index = pa.array(values.astype(np.uint8), mask=missing)
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
