"""
From the scored customer table to the record of the run.
"""

import hashlib
import json
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from patron.core.records import Column, FeatureTable, Kind, RowCounts, ScoreRun, Tally, Totals
from patron.core.scoring import ranking
from patron.kernel.layout import Int64s
from patron.kernel.ranking import sums_by_group

MODEL = "value"
"""The name of what `patron score` computes."""

VERSION = "1"
"""Raised when a definition changes, so that scores of different definitions are never taken for each other."""

_TALLIED = (Kind.LABEL, Kind.SCORE)
_GRID = ("recency_score", "frequency_score")


def input_digest(table: FeatureTable) -> str:
    """
    Return a digest of the aggregated customers, before anything was scored.

    It is the same for the same rows in any format, order, batch size and split over files.
    """
    digest = hashlib.sha256()
    if isinstance(table.ids, pa.Array):
        offsets = np.frombuffer(table.ids.buffers()[1], np.int64)[table.ids.offset : table.ids.offset + len(table.ids) + 1]
        digest.update(b"text")
        digest.update(np.diff(offsets).tobytes())
        digest.update(memoryview(table.ids.buffers()[2] or b"")[int(offsets[0]) : int(offsets[-1])])
    else:
        digest.update(b"integer")
        digest.update(table.ids.tobytes())
    for name, column in table.columns.items():
        digest.update(f"{name}:{column.kind}".encode())
        digest.update(column.values.tobytes())
        if column.missing is not None:
            digest.update(column.missing.tobytes())
    return f"sha256:{digest.hexdigest()}"


def run_id(parameters: dict[str, Any], as_of: date, digest: str) -> str:
    """Return an id that the same scoring of the same input always has."""
    text = json.dumps([MODEL, VERSION, parameters, as_of.isoformat(), digest], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def summarise(
    table: FeatureTable,
    found: ranking.Ranking,
    *,
    by: str,
    top: int,
    rows: RowCounts,
    parameters: dict[str, Any],
    zone: str,
    currency: str,
    digest: str,
    seconds: float,
) -> ScoreRun:
    """Return the run of a scored table."""
    monetary = table["monetary"]
    first, last = _span(table)
    margin = table.columns.get("margin")
    sales = ranking.best_first(monetary)
    profits = None if margin is None else ranking.best_first(margin)
    return ScoreRun(
        id=run_id(parameters, table.as_of, digest),
        model=MODEL,
        version=VERSION,
        parameters=parameters,
        as_of=table.as_of,
        zone=zone,
        currency=currency,
        input_digest=digest,
        seconds=seconds,
        rows=rows,
        first_day=first,
        last_day=last,
        customers=len(table),
        ranked=len(found.order),
        by=by,
        totals=_totals(table),
        groups=ranking.group_table(table, found),
        purchase_deciles=ranking.purchase_table(sales, len(table)),
        purchase_deciles_margin=() if profits is None else ranking.purchase_table(profits, len(table)),
        pareto=ranking.top_shares(sales, top),
        pareto_margin={} if profits is None else ranking.top_shares(profits, top),
        curve=ranking.curve(sales),
        tallies={
            name: _tally(column, monetary.integers())
            for name, column in table.columns.items()
            if column.kind in _TALLIED and name != "decile"
        },
        grid=_grid(table),
    )


def _totals(table: FeatureTable) -> Totals:
    margin = table.columns.get("margin")
    known = None
    missing = 0
    if margin is not None:
        missing = 0 if margin.missing is None else int(np.count_nonzero(margin.missing))
        known = int(margin.known().sum())
    return Totals(
        monetary=int(table["monetary"].integers().sum()),
        gross=int(table["gross"].integers().sum()),
        refunds=int(table["refunds"].integers().sum()),
        margin=known,
        margin_missing=missing,
    )


def _span(table: FeatureTable) -> tuple[date | None, date | None]:
    first, last = table["first_purchase"], table["last_purchase"]
    if len(first.known()) == 0:
        return None, None
    epoch = date(1970, 1, 1)
    return epoch + timedelta(int(first.known().min())), epoch + timedelta(int(last.known().max()))


def _tally(column: Column, monetary: Int64s) -> tuple[Tally, ...]:
    """Count the customers of each value; a score's values are its numbers, a label's its labels."""
    shift = 1 if column.kind is Kind.LABEL else 0
    group = column.values.astype(np.uint32) + np.uint32(shift)
    if column.missing is not None:
        group = np.where(column.missing, np.uint32(0), group)
    values = list(column.labels) if column.labels else [str(number) for number in range(1, int(group.max(initial=0)) + 1)]
    customers = np.bincount(group, minlength=len(values) + 1).tolist()
    money = sums_by_group(monetary, group, len(values))
    without = int(monetary.sum()) - sum(money)
    rows = [
        Tally(value=value, customers=count, monetary=sales)
        for value, count, sales in zip(values, customers[1:], money, strict=True)
    ]
    return (*rows, *([Tally(value="", customers=customers[0], monetary=without)] if customers[0] else []))


def _grid(table: FeatureTable) -> tuple[tuple[int, ...], ...]:
    if not all(table.has(name) for name in _GRID) or len(table) == 0:
        return ()
    recency, frequency = (table[name] for name in _GRID)
    there = np.ones(len(table), np.bool_) if recency.missing is None else ~recency.missing
    rows = recency.values[there].astype(np.int64)
    columns = frequency.values[there].astype(np.int64)
    size = 5 if len(rows) == 0 else max(5, int(rows.max()), int(columns.max()))
    counts = np.bincount((rows - 1) * size + columns - 1, minlength=size * size).reshape(size, size)
    return tuple(tuple(row) for row in counts[::-1].tolist())
