"""
A score run survives the way through JSON: every field, to the last digit.
"""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.core.money import LARGEST
from patron.core.records import GroupRow, Place, PurchaseRow, RowCounts, ScoreRun, Skipped, Tally, TopShare, Totals
from patron.core.records.run_json import run_from_json, run_to_json

text = st.text(max_size=8)
money = st.integers(-LARGEST, LARGEST)
count = st.integers(0, 10**9)
share = st.floats(allow_nan=False, allow_infinity=False)
day = st.dates()
lines = st.builds(Place, file=text, line=count)
skipped = st.builds(Skipped, count=count, first=st.lists(lines, max_size=2).map(tuple), example=text)
rows = st.builds(
    RowCounts,
    read=count,
    used=count,
    rounded=count,
    without_order=count,
    without_currency=count,
    skipped=st.dictionaries(text, skipped, max_size=2),
)
totals = st.builds(Totals, monetary=money, gross=money, refunds=money, margin=st.none() | money, margin_missing=count)
groups = st.builds(
    GroupRow,
    decile=count,
    customers=count,
    monetary=money,
    margin=st.none() | money,
    share=st.none() | share,
    cumulative_share=st.none() | share,
    margin_share=st.none() | share,
    lowest=st.none() | money,
)
purchases = st.lists(st.builds(PurchaseRow, percent=count, customers=count, share_of_customers=share), max_size=2).map(tuple)
plain = st.none() | st.booleans() | st.integers() | share | text
runs = st.builds(
    ScoreRun,
    id=text,
    model=text,
    version=text,
    parameters=st.dictionaries(text, plain | st.lists(plain, max_size=2), max_size=3),
    as_of=day,
    zone=text,
    currency=text,
    input_digest=text,
    seconds=share,
    rows=rows,
    first_day=st.none() | day,
    last_day=st.none() | day,
    customers=count,
    ranked=count,
    by=st.sampled_from(["monetary", "margin", "orders"]),
    totals=totals,
    groups=st.lists(groups, max_size=2).map(tuple),
    purchase_deciles=purchases,
    purchase_deciles_margin=purchases,
    pareto=st.dictionaries(text, st.builds(TopShare, customers=count, share=st.none() | share), max_size=2),
    pareto_margin=st.dictionaries(text, st.builds(TopShare, customers=count, share=st.none() | share), max_size=2),
    curve=st.lists(st.tuples(share, share), max_size=2).map(tuple),
    tallies=st.dictionaries(
        text, st.lists(st.builds(Tally, value=text, customers=count, monetary=money), max_size=2).map(tuple), max_size=2
    ),
    grid=st.lists(st.lists(count, max_size=2).map(tuple), max_size=2).map(tuple),
    composites=st.dictionaries(text, st.lists(plain, max_size=2), max_size=2),
)
STRATEGIES = {ScoreRun: 25, RowCounts: 6, Totals: 5, GroupRow: 8, Skipped: 3, Place: 2, PurchaseRow: 3, Tally: 3, TopShare: 2}


@given(run=runs)
def test_round_trip(run: ScoreRun) -> None:
    """What comes back from JSON text equals what went in, for any run."""
    assert run_from_json(json.loads(json.dumps(run_to_json(run), allow_nan=False))) == run


@pytest.mark.parametrize("record", STRATEGIES, ids=lambda record: record.__name__)
def test_no_field_is_forgotten(record: type[attrs.AttrsInstance]) -> None:
    """A field added to a record of the run must be added to its JSON and to the strategies above."""
    assert len(attrs.fields(record)) == STRATEGIES[record]


@given(run=runs)
def test_money_is_exact_text(run: ScoreRun) -> None:
    """Money stands as decimal text, so that no reader rounds it."""
    written = run_to_json(run)["totals"]["monetary"]
    assert isinstance(written, str)
    assert Decimal(written) * 10_000 == run.totals.monetary


def test_skipped_rows_are_counts(sample_json: dict[str, Any]) -> None:
    """The reasons carry plain counts; the places stand beside them."""
    assert sample_json["rows"]["skipped"] == {"no_customer": 3}
    assert sample_json["rows"]["skipped_at"]["no_customer"]["first"] == [{"file": "a.csv", "line": 7}]


def test_a_key_that_came_later_has_a_default(sample_json: dict[str, Any]) -> None:
    """A file written before a key was added is still read."""
    older = {key: value for key, value in sample_json.items() if not key.startswith("pareto_margin")}
    assert run_from_json(older).pareto_margin == {}


@pytest.mark.parametrize("layout", [0, 2, "1", None])
def test_other_layouts_are_refused(sample_json: dict[str, Any], layout: object) -> None:
    """A layout of another version is not guessed at."""
    with pytest.raises(ValueError, match="layout"):
        run_from_json({**sample_json, "layout": layout})


def test_fractions_of_a_count_are_refused(sample_json: dict[str, Any]) -> None:
    """Money with more places than are kept can't have been written by this version."""
    totals = {**sample_json["totals"], "gross": "1.00001"}
    with pytest.raises(ValueError, match="decimal places"):
        run_from_json({**sample_json, "totals": totals})


@pytest.fixture
def sample_json() -> dict[str, Any]:
    """Return the JSON of a small run."""
    return run_to_json(
        ScoreRun(
            id="r1",
            model="value",
            version="1",
            parameters={"groups": 10},
            as_of=date(2026, 1, 1),
            zone="UTC",
            currency="",
            input_digest="00",
            seconds=0.5,
            rows=RowCounts(read=10, used=7, skipped={"no_customer": Skipped(count=3, first=(Place(file="a.csv", line=7),))}),
            first_day=None,
            last_day=None,
            customers=0,
            ranked=0,
            by="orders",
            totals=Totals(monetary=0, gross=0, refunds=0),
            groups=(),
            purchase_deciles=(),
            purchase_deciles_margin=(),
            pareto={},
            curve=(),
            tallies={},
            grid=(),
        )
    )
