"""Scores of awkward input: every case has one outcome, which `docs/scores.md` says."""

import math
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from patron import testing
from patron.core.errors import CapacityError, InputError
from patron.core.scoring import ScoreCommand, Scores, score

DAY = "2025-01-01"
LONG = "x" * 100_000


def scored(folder: Path, customers: list[Any], amounts: Any, times: list[str] | None = None, **chosen: Any) -> Scores:
    """Return the scores of lines of one day, or of some, with their lifetime value."""
    lines = {"c": customers, "t": times or [DAY] * len(customers), "a": amounts}
    pq.write_table(pa.table(lines), folder / "lines.parquet")
    with testing.app().session() as session:
        command = ScoreCommand(inputs=(folder / "lines.parquet",), customer="c", time="t", amount="a", as_of=date(2025, 12, 31))
        return score(session, ScoreCommand(**{**_as_dict(command), "extras": ("value",), **chosen}))


def _as_dict(command: ScoreCommand) -> dict[str, Any]:
    return {name: getattr(command, name) for name in ("inputs", "customer", "time", "amount", "as_of")}


def told(found: Scores, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in found.table(["customer", *names]).to_pylist()]


def test_equal_values_rank_by_customer_and_score_alike(tmp_path: Path) -> None:
    found = scored(tmp_path, [4, 1, 3, 2], [5.0] * 4)
    columns = ("customer", "rank", "decile", "cumulative_share", "monetary_score", "frequency_score", "recency_score")
    assert told(found, *columns) == [(id_, id_, id_, id_ / 4, 1, 1, 1) for id_ in (1, 2, 3, 4)]


@pytest.mark.parametrize(("amounts", "totals"), [([0.0, 0.0, -0.0], [0, 0, 0]), ([-5.0, -3.0, 1.0], [1, -3, -5])])
def test_totals_that_are_not_positive_have_no_shares(tmp_path: Path, amounts: list[float], totals: list[int]) -> None:
    """Zero and negative totals rank where they stand."""
    found = scored(tmp_path, [1, 2, 3], amounts)
    assert [row[0] for row in told(found, "monetary")] == totals
    assert {row[0] for row in told(found, "cumulative_share")} == {None}


def test_who_never_bought_has_no_dates_and_no_future(tmp_path: Path) -> None:
    found = scored(tmp_path, [1, 2], [-5.0, 5.0])
    columns = ("customer", "orders", "recency", "recency_score", "alive", "lifetime_value")
    assert told(found, *columns)[1] == (1, 0, None, None, None, None)


def test_one_customer_is_the_best_of_all(tmp_path: Path) -> None:
    found = scored(tmp_path, [7], [5.0])
    assert told(found, "rank", "decile", "cumulative_share", "abc", "alive") == [(1, 1, 1.0, "A", 1.0)]


@pytest.mark.parametrize("ties", ["split", "together"])
def test_more_groups_than_customers(tmp_path: Path, ties: str) -> None:
    """The first groups have one customer each, or all who are equal."""
    found = scored(tmp_path, [1, 2, 3], [9.0, 5.0, 5.0], groups=100, ties=ties)
    assert told(found, "customer", "decile") == [(1, 1), (2, 2), (3, 2 if ties == "together" else 3)]


@pytest.mark.parametrize(
    ("customers", "amounts", "error", "key"),
    [
        ([1, 2], pa.array([None, None], pa.float64()), InputError, "score.nothing_usable"),
        (pa.array([], pa.int64()), pa.array([], pa.float64()), InputError, "score.no_rows"),
        ([1, 1], ["500000000000000", "500000000000000"], CapacityError, "score.too_much_money"),
        ([1, 2], ["500000000000000", "-500000000000000"], CapacityError, "score.too_much_money"),
    ],
)
def test_nothing_to_score_and_sums_beyond_64_bits(
    tmp_path: Path, customers: Any, amounts: Any, error: type[Exception], key: str
) -> None:
    """A sum that would not fit is found before it wraps, whatever its sign."""
    times = pa.array([DAY] * len(customers), pa.string())
    with pytest.raises(error) as caught:
        scored(tmp_path, customers, amounts, times)
    assert caught.value.key == key


def test_numbers_that_are_none(tmp_path: Path) -> None:
    """NaN is missing, infinities are bad, minus zero is zero; one amount too large is left out, and told."""
    found = scored(tmp_path, [1, 2, 3, 4], [math.nan, -0.0, math.inf, -math.inf])
    assert told(found, "customer", "monetary", "orders") == [(2, 0, 1)]
    assert {reason: each.count for reason, each in found.run.rows.skipped.items()} == {"missing_amount": 1, "bad_amount": 2}
    found = scored(tmp_path, [1, 2], ["1e300", "1"])
    assert {reason: each.count for reason, each in found.run.rows.skipped.items()} == {"amount_too_large": 1}


def test_ids_that_are_floats(tmp_path: Path) -> None:
    """NaN and infinities are no customers; 7.0 is 7, and minus zero is 0."""
    found = scored(tmp_path, [math.nan, math.inf, -0.0, 7.0], [1.0] * 4)
    assert told(found, "customer") == [(0,), (7,)]


def test_days_before_1970_and_long_ago(tmp_path: Path) -> None:
    found = scored(tmp_path, [1, 1, 2], [1.0, 2.0, 4.0], ["1969-12-31", "1950-02-03", "0001-01-01"])
    days = told(found, "customer", "first_purchase", "last_purchase", "recency", "orders")
    assert days == [
        (2, date(1, 1, 1), date(1, 1, 1), (date(2025, 12, 31) - date(1, 1, 1)).days, 1),
        (1, date(1950, 2, 3), date(1969, 12, 31), 20_454, 2),
    ]
    assert all(0 <= row[0] <= 1 for row in told(found, "alive"))


def test_rows_twice_and_in_any_order(tmp_path: Path) -> None:
    """A row that is there twice counts twice, as two lines of one order; order does not matter."""
    rows = [(2, 1.0, "2025-03-01"), (1, 2.0, "2025-02-01"), (2, 3.0, DAY), (2, 3.0, DAY)]
    one, other = (scored(tmp_path, *map(list, zip(*some, strict=True))) for some in (rows, sorted(rows)))
    assert told(one, "customer", "monetary", "lines", "orders") == [(2, 7, 3, 2), (1, 2, 1, 1)]
    assert one.table().equals(other.table())
    assert one.run.id == other.run.id


def test_ids_of_any_length(tmp_path: Path) -> None:
    """Ids differ by their last byte, and stand in the order of their bytes."""
    found = scored(tmp_path, ["é", LONG + "y", "z", LONG], [1.0] * 4)
    assert told(found, "customer") == [(LONG,), (LONG + "y",), ("z",), ("é",)]
