"""The record of a run: what is told of a scored table."""

from datetime import date

import numpy as np
import pytest

from patron.core.records import Column, FeatureTable, Kind, RowCounts, ScoreRun, Tally
from patron.core.scoring import ranking
from patron.core.scoring.digest import part_digest
from patron.core.scoring.population import WholePopulation
from patron.core.scoring.summary import part_summary, run_id, spread_columns, summarise

ROWS = RowCounts(read=9, used=9)


def money(*values: int, missing: tuple[bool, ...] | None = None) -> Column:
    return Column(np.array(values, np.int64), Kind.MONEY, None if missing is None else np.array(missing))


def days(*values: int | None) -> Column:
    missing = np.array([value is None for value in values], np.bool_)
    return Column(np.array([value or 0 for value in values], np.int64), Kind.DATE, missing)


def table(**further: Column) -> FeatureTable:
    columns = {
        "first_purchase": days(10, 20, None),
        "last_purchase": days(30, 25, None),
        "monetary": money(70, 40, -10),
        "gross": money(75, 40, 0),
        "refunds": money(-5, 0, -10),
    }
    return FeatureTable(ids=np.array([1, 2, 3]), columns={**columns, **further}, as_of=date(2026, 1, 1))


def run(scored: FeatureTable, by: str = "monetary") -> ScoreRun:
    found = ranking.rank_customers(scored, by, 3, together=False)
    everybody = WholePopulation(scored)
    return summarise(
        part_summary(scored, found.measure, found.group, found.groups),
        *(everybody.concentration(column.integers(), 20, column.missing) for column in spread_columns(scored)),
        by=by,
        top=20,
        rows=ROWS,
        parameters={},
        as_of=scored.as_of,
        zone="UTC",
        currency="",
        digest=part_digest(scored).finish(),
        seconds=0.0,
    )


def test_totals_and_period() -> None:
    """Sums over all customers; the period runs from the first to the last purchase of anyone who has one."""
    found = run(table())
    assert (found.totals.monetary, found.totals.gross, found.totals.refunds, found.totals.margin) == (100, 115, -15, None)
    assert (found.first_day, found.last_day) == (date(1970, 1, 11), date(1970, 1, 31))
    assert (found.customers, found.ranked) == (3, 3)


@pytest.mark.requirement("R132")
def test_the_best_fifth_is_told_for_sales_and_for_margin() -> None:
    """Two rankings, two shares: who brings the sales need not bring the profit."""
    found = run(table(margin=money(1, 30, 0, missing=(False, False, True))))
    assert (found.pareto["0.2"].customers, found.pareto["0.2"].share) == (1, 0.7)
    assert (found.pareto_margin["0.2"].customers, found.pareto_margin["0.2"].share) == (1, 30 / 31)
    assert (found.totals.margin, found.totals.margin_missing) == (31, 1)
    assert run(table()).pareto_margin == {}


def test_tallies_count_every_value_and_those_without() -> None:
    """Labels and scores are counted with their sales; customers without one stand under the empty value."""
    tier = Column(np.array([1, 0, 0], np.uint8), Kind.LABEL, np.array([False, False, True]), ("A", "B"))
    grade = Column(np.array([2, 1, 2], np.uint8), Kind.SCORE)
    found = run(table(tier=tier, grade=grade)).tallies
    assert found["tier"] == (
        Tally(value="A", customers=1, monetary=40),
        Tally(value="B", customers=1, monetary=70),
        Tally(value="", customers=1, monetary=-10),
    )
    assert found["grade"] == (Tally(value="1", customers=1, monetary=40), Tally(value="2", customers=2, monetary=60))


def test_the_grid_crosses_recency_and_frequency() -> None:
    """Rows are recency from 5 down, columns frequency from 1 up; who has no recency score is not in it."""
    recency = Column(np.array([5, 1, 0], np.uint8), Kind.SCORE, np.array([False, False, True]))
    frequency = Column(np.array([3, 1, 1], np.uint8), Kind.SCORE)
    grid = run(table(recency_score=recency, frequency_score=frequency)).grid
    assert grid[0] == (0, 0, 1, 0, 0)
    assert grid[4] == (1, 0, 0, 0, 0)
    assert sum(map(sum, grid)) == 2
    assert run(table()).grid == ()


def test_the_id_is_that_of_the_choice() -> None:
    """The same choice on the same day and input has the same id; each of them changes it."""
    day = date(2026, 1, 1)
    ids = {
        run_id({"a": 1}, day, "d"),
        run_id({"a": 2}, day, "d"),
        run_id({"a": 1}, date(2026, 1, 2), "d"),
        run_id({"a": 1}, day, "e"),
    }
    assert len(ids) == 4
    assert run_id({"a": 1}, day, "d") in ids
