"""
From the scored customer table to the record of the run.

What is told of all customers is told of parts of them first: `PartSummary` is made of a part, those of several parts merge, and
`summarise` finishes. A table in one process is one part.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import zip_longest
from types import MappingProxyType
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from patron.core.records import Column, FeatureTable, Kind, RowCounts, ScoreRun, Tally, Totals
from patron.core.scoring import ranking
from patron.core.scoring.concentration import Concentration
from patron.kernel.layout import Int64s
from patron.kernel.ranking import GroupNumbers, sums_by_group

MODEL = "value"
"""The name of what `patron score` computes."""

VERSION = "1"
"""Raised when a definition changes, so that scores of different definitions are never taken for each other."""

_TALLIED = (Kind.LABEL, Kind.SCORE)
_GRID = ("recency_score", "frequency_score")
_LEAST_GRID = 5
_EPOCH = date(1970, 1, 1)

Counts = npt.NDArray[Any]


def run_id(parameters: dict[str, Any], as_of: date, digest: str) -> str:
    """Return an id that the same scoring of the same input always has."""
    text = json.dumps([MODEL, VERSION, parameters, as_of.isoformat(), digest], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@attrs.frozen(kw_only=True, eq=False)
class PartTally:
    """
    How many customers carry each value of a column, and their net sales.

    Attributes:
        labels: the values of a label column; empty for a score, whose values are its numbers.
        customers, monetary: by the number of the value from 1; first those without one.
    """

    labels: tuple[str, ...]
    customers: Sequence[int]
    monetary: Sequence[int]

    def merge(self, other: "PartTally") -> "PartTally":
        """Return the counts of both."""
        return attrs.evolve(
            self, customers=_added(self.customers, other.customers), monetary=_added(self.monetary, other.monetary)
        )

    def finish(self) -> tuple[Tally, ...]:
        """Return the rows: every value, and behind them those without one where there are any."""
        values = self.labels or tuple(str(number) for number in range(1, len(self.customers)))
        rows = [
            Tally(value=value, customers=count, monetary=sales)
            for value, count, sales in zip(values, self.customers[1:], self.monetary[1:], strict=True)
        ]
        without = Tally(value="", customers=self.customers[0], monetary=self.monetary[0])
        return (*rows, *([without] if without.customers else []))


@attrs.frozen(kw_only=True, eq=False)
class PartSummary:
    """
    What is told of some of the customers.

    Attributes:
        customers: how many they are.
        ranked: how many have a value of the ranking measure.
        totals: their sums.
        first_day, last_day: of their purchases, days since 1970-01-01; None without one.
        groups: what the groups come to.
        tallies: column → how many carry each value.
        grid: customers by recency score (from 1, downwards) and frequency score (from 1); None without these columns.
        graded: whether anybody has a recency score, and a frequency score.
    """

    customers: int
    ranked: int
    totals: Totals
    first_day: int | None
    last_day: int | None
    groups: ranking.GroupSums
    tallies: Mapping[str, PartTally]
    grid: Counts | None
    graded: tuple[bool, bool]

    def merge(self, other: "PartSummary") -> "PartSummary":
        """Return what is told of the customers of both."""
        return PartSummary(
            customers=self.customers + other.customers,
            ranked=self.ranked + other.ranked,
            totals=_totals_of_both(self.totals, other.totals),
            first_day=min((day for day in (self.first_day, other.first_day) if day is not None), default=None),
            last_day=max((day for day in (self.last_day, other.last_day) if day is not None), default=None),
            groups=self.groups.merge(other.groups),
            tallies={name: tally.merge(other.tallies[name]) for name, tally in self.tallies.items()},
            grid=None if self.grid is None or other.grid is None else _grid_of_both(self.grid, other.grid),
            graded=(self.graded[0] or other.graded[0], self.graded[1] or other.graded[1]),
        )


def part_summary(table: FeatureTable, measure: Column, group: GroupNumbers, groups: int) -> PartSummary:
    """
    Return what is told of the customers of a scored table.

    Args:
        table: the customers, all of them or a part.
        measure: what they are ranked by.
        group: shape (customers,), the group of each from 1; 0 without one.
        groups: how many there are.
    """
    monetary = table["monetary"].integers()
    first, last = table["first_purchase"].known(), table["last_purchase"].known()
    graded = tuple(table.has(name) for name in _GRID)
    return PartSummary(
        customers=len(table),
        ranked=int(np.count_nonzero(group)),
        totals=_totals(table),
        first_day=int(first.min()) if len(first) else None,
        last_day=int(last.max()) if len(last) else None,
        groups=ranking.group_sums(table, measure, group, groups),
        tallies={
            name: _tally(column, monetary)
            for name, column in table.columns.items()
            if column.kind in _TALLIED and name != "decile"
        },
        grid=_grid(table) if all(name in table for name in _GRID) else None,
        graded=(graded[0], graded[1]),
    )


def spread_columns(table: FeatureTable) -> tuple[Column, ...]:
    """Return the columns of which a run says how they are spread over customers: net sales, and margin where there are costs."""
    return (table["monetary"], *([table["margin"]] if "margin" in table else []))


def summarise(
    found: PartSummary,
    sales: Concentration,
    profits: Concentration | None = None,
    *,
    by: str,
    top: int,
    rows: RowCounts,
    parameters: dict[str, Any],
    as_of: date,
    zone: str,
    currency: str,
    digest: str,
    seconds: float,
    composites: Mapping[str, Any] = MappingProxyType({}),
) -> ScoreRun:
    """
    Return the run.

    Args:
        found: what is told of all customers.
        sales: how net sales are spread over them.
        profits: how margin is; None without costs.
        by: the ranking measure.
        top: the best part of the customers, in percent.
        rows: what became of the rows.
        parameters: what was chosen.
        as_of: the day that it is true for.
        zone: the zone of days.
        currency: that lines name.
        digest: of the input.
        seconds: how long it took.
        composites: the scorecards of composite scores, as JSON.
    """
    there = found.grid is not None and all(found.graded) and found.customers > 0
    return ScoreRun(
        id=run_id(parameters, as_of, digest),
        model=MODEL,
        version=VERSION,
        parameters=parameters,
        as_of=as_of,
        zone=zone,
        currency=currency,
        input_digest=digest,
        seconds=seconds,
        rows=rows,
        first_day=_date(found.first_day),
        last_day=_date(found.last_day),
        customers=found.customers,
        ranked=found.ranked,
        by=by,
        totals=found.totals,
        groups=ranking.group_table(found.groups, found.totals.monetary, found.totals.margin),
        purchase_deciles=ranking.purchase_table(sales, found.customers),
        purchase_deciles_margin=() if profits is None else ranking.purchase_table(profits, found.customers),
        pareto=ranking.top_shares(sales, top),
        pareto_margin={} if profits is None else ranking.top_shares(profits, top),
        curve=ranking.curve(sales),
        tallies={name: tally.finish() for name, tally in found.tallies.items()},
        grid=tuple(tuple(row) for row in found.grid[::-1].tolist()) if there and found.grid is not None else (),
        composites=composites,
    )


def _date(day: int | None) -> date | None:
    return None if day is None else _EPOCH + timedelta(day)


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


def _totals_of_both(one: Totals, other: Totals) -> Totals:
    return Totals(
        monetary=one.monetary + other.monetary,
        gross=one.gross + other.gross,
        refunds=one.refunds + other.refunds,
        margin=None if one.margin is None or other.margin is None else one.margin + other.margin,
        margin_missing=one.margin_missing + other.margin_missing,
    )


def _tally(column: Column, monetary: Int64s) -> PartTally:
    """Count the customers of each value; a score's values are its numbers, a label's its labels."""
    shift = 1 if column.kind is Kind.LABEL else 0
    group = column.values.astype(np.uint32) + np.uint32(shift)
    if column.missing is not None:
        group = np.where(column.missing, np.uint32(0), group)
    values = len(column.labels) or int(group.max(initial=0))
    money = sums_by_group(monetary, group, values)
    return PartTally(
        labels=column.labels,
        customers=np.bincount(group, minlength=values + 1).tolist(),
        monetary=[int(monetary.sum()) - sum(money), *money],
    )


def _added(one: Sequence[int], other: Sequence[int]) -> list[int]:
    """Add counts by number; the higher numbers may be missing in one of them."""
    return [first + second for first, second in zip_longest(one, other, fillvalue=0)]


def _grid(table: FeatureTable) -> Counts:
    recency, frequency = (table[name] for name in _GRID)
    there = np.ones(len(table), np.bool_) if recency.missing is None else ~recency.missing
    if frequency.missing is not None:
        there &= ~frequency.missing
    rows = recency.values[there].astype(np.int64)
    columns = frequency.values[there].astype(np.int64)
    size = max(_LEAST_GRID, int(rows.max(initial=0)), int(columns.max(initial=0)))
    return np.bincount((rows - 1) * size + columns - 1, minlength=size * size).reshape(size, size)


def _grid_of_both(one: Counts, other: Counts) -> Counts:
    size = max(len(one), len(other))
    both = np.zeros((size, size), np.int64)
    for grid in (one, other):
        both[: len(grid), : len(grid)] += grid
    return both
