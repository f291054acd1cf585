"""
Any number of records scored by a scorecard, block by block: with the same points as one by one, to the last digit.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

import attrs
import numpy as np
import pyarrow as pa

from patron.core.money import LARGEST, UNIT
from patron.core.records import Column, FeatureTable, Kind
from patron.core.scoring.composites.curves import Table
from patron.core.scoring.composites.definition import DAYS_SINCE, DAYS_UNTIL, NONE, VALUE, YEARS_SINCE
from patron.core.scoring.composites.scorecard import FittedFactor, Scorecard
from patron.core.scoring.composites.values import code_points, read_counts
from patron.core.scoring.decimals.tree import Rows
from patron.core.scoring.id_columns import as_texts
from patron.core.scoring.result import EXACT
from patron.core.scoring.status import MISSING, OK
from patron.kernel import points as kernel
from patron.kernel.layout import Bools, Int64s, UInt8s
from patron.kernel.points import FULL

BLOCK_ROWS = 1 << 16
"""Rows that are scored at a time: what is between their values and their scores stays in the cache."""

_MOST = LARGEST // UNIT

Pointed = tuple[Int64s, UInt8s]
"""Points as the curve has them, 0 where the status is not OK; and the status of each value."""


@attrs.frozen(kw_only=True, eq=False)
class BulkScores:
    """
    The scores of many records.

    Attributes:
        points: shape (rows,), in counts of 1/10,000 of 100 points; 0 where there is no score.
        missing: shape (rows,), true where there is none.
        known: shape (rows,) float64, the part of the weights whose values are known.
        statuses: shape (factors, rows), codes of `patron.core.scoring.status`.
        worth: shape (factors, rows), the points that each factor counts with; -1 where it counts for nothing.
        parts: shape (factors, rows), what each factor brought.
    """

    points: Int64s
    missing: Bools
    known: np.ndarray[tuple[int], np.dtype[np.float64]]
    statuses: UInt8s
    worth: Int64s
    parts: Int64s


def score_rows(card: Scorecard, rows: Rows, as_of: date, zone: str) -> BulkScores:
    """
    Score the rows of a batch.

    Raises:
        InputError: a column is of a type that can't be read in this way.
    """
    return _scored(card, [_of_column(factor, rows, as_of, zone) for factor in card.factors], rows.rows, parts=True)


def score_table(card: Scorecard, table: FeatureTable) -> tuple[Int64s, Bools]:
    """Return the points of every customer of a table, and for whom there are none."""
    points, missing = np.zeros(len(table), np.int64), np.zeros(len(table), np.bool_)
    for rows in _blocks(len(table)):
        worth = [_of_feature(factor, table, rows) for factor in card.factors]
        found = _scored(card, worth, len(points[rows]), parts=False)
        points[rows], missing[rows] = found.points, found.missing
    return points, missing


def classes(card: Scorecard, points: Int64s) -> UInt8s:
    """Return the position of the class of each score; 0 is the highest class."""
    starts = np.array(sorted(card.classes.values()), np.int64)
    return (len(starts) - np.searchsorted(starts, points, side="right")).astype(np.uint8)


def feature_counts(column: Column, reads: str, as_of: date) -> tuple[Int64s, UInt8s]:
    """Return what counts of each value of a column of the customer table, in counts of 1/10,000, and its status."""
    status = np.zeros(len(column), np.uint8)
    if column.missing is not None:
        status[column.missing] = MISSING
    if column.kind is Kind.DATE:
        counts = _ago(column.integers(), reads, as_of)
    elif column.kind in (Kind.SHARE, Kind.NUMBER):
        counts, read = read_counts(pa.array(column.values), VALUE, as_of, zone="UTC", name="")
        status = np.maximum(status, read)
    elif column.kind in EXACT:
        counts = column.integers()
    else:
        counts = np.clip(column.integers(), -_MOST, _MOST) * UNIT
    found: Int64s = np.where(status == OK, counts, 0)
    return found, status


def _ago(days: Int64s, reads: str, as_of: date) -> Int64s:
    today = (as_of - date(1970, 1, 1)).days
    if reads == YEARS_SINCE:
        years: Int64s = days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
        since: Int64s = (as_of.year - years) * UNIT
        return since
    ago: Int64s = {VALUE: days, DAYS_SINCE: today - days, DAYS_UNTIL: days - today}[reads] * UNIT
    return ago


def _blocks(rows: int) -> Iterator[slice]:
    for start in range(0, rows, BLOCK_ROWS):
        yield slice(start, start + BLOCK_ROWS)


def _of_column(factor: FittedFactor, rows: Rows, as_of: date, zone: str) -> Pointed:
    array = rows.columns.get(factor.column)
    if array is None or factor.curve is None:
        return _nothing(rows.rows)
    if isinstance(factor.curve, Table):
        return _of_codes(factor.curve, array)
    counts, status = read_counts(
        array, factor.reads, as_of, zone=zone, name=factor.column, decimals=lambda: rows.decimals(factor.column)
    )
    return np.where(status == OK, factor.curve.many(counts), 0), status


def _of_codes(table: Table, array: pa.Array) -> Pointed:
    """Look each distinct code up once."""
    if pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
        return _looked_up(table.of, array.to_pylist(), np.arange(len(array)))
    coded = as_texts(array).dictionary_encode(null_encoding="encode")
    return _looked_up(table.of, coded.dictionary.to_pylist(), coded.indices.to_numpy(zero_copy_only=False))


def _looked_up(points_of: Callable[[str], int | None], values: Sequence[object], places: Int64s) -> Pointed:
    found = [code_points(points_of, value) for value in values] or [(MISSING, 0)]
    status, points = (np.array(each) for each in zip(*found, strict=True))
    return points.astype(np.int64)[places], status.astype(np.uint8)[places]


def _of_feature(factor: FittedFactor, table: FeatureTable, rows: slice) -> Pointed:
    column = table.columns.get(factor.column)
    if column is None or factor.curve is None:
        return _nothing(len(range(len(table))[rows]))
    part = Column(column.values[rows], column.kind, None if column.missing is None else column.missing[rows], column.labels)
    if not isinstance(factor.curve, Table):
        counts, status = feature_counts(part, factor.reads, table.as_of)
        return np.where(status == OK, factor.curve.many(counts), 0), status
    if column.kind is Kind.LABEL:
        points, status = _looked_up(factor.curve.of, column.labels, part.integers())
    else:
        points, status = _of_codes(factor.curve, pa.array(part.integers()))
    if part.missing is not None:
        points, status = np.where(part.missing, 0, points), np.where(part.missing, np.uint8(MISSING), status)
    return points, status


def _nothing(rows: int) -> Pointed:
    return np.zeros(rows, np.int64), np.full(rows, MISSING, np.uint8)


def _scored(card: Scorecard, worth: Sequence[Pointed], rows: int, *, parts: bool) -> BulkScores:
    weights = np.array([factor.weight for factor in card.factors], np.int64)
    points, known = np.zeros((len(worth), rows), np.int64), np.zeros((len(worth), rows), np.bool_)
    lacking = np.zeros(rows, np.bool_)
    statuses = np.zeros((len(worth), rows), np.uint8)
    for place, (factor, (some, status)) in enumerate(zip(card.factors, worth, strict=True)):
        there = status == OK
        statuses[place] = status
        points[place] = np.where(there, factor.turned(some), factor.filling or 0)
        known[place] = there | (factor.filling is not None)
        if factor.missing == NONE:
            lacking |= ~there
    score, _ = kernel.weigh(points, weights, known)
    share = (np.where(statuses == OK, weights[:, None], 0)).sum(axis=0)
    missing = (share == 0) | (share * FULL < card.least_known * int(weights.sum())) | lacking
    return BulkScores(
        points=np.where(missing, 0, score),
        missing=missing,
        known=share / np.float64(weights.sum()),
        statuses=statuses,
        worth=np.where(known, points, -1),
        parts=np.where(missing, 0, kernel.contributions(points, weights, known)) if parts else points[:0],
    )
