"""From order lines to the columns of a customer: what the built-in factors and measures say of a whole file."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patron import testing
from patron.core.scoring import ScoreCommand, score

FIRST, DAYS = date(2025, 1, 1), 90
CENT = Decimal("0.01")
MONEY = pa.decimal128(12, 2)

lines = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]),
        st.integers(0, DAYS),
        st.integers(-50_000, 100_000),
        st.integers(0, 80_000),
        st.integers(0, 30_000),
    ),
    min_size=1,
    max_size=25,
)


@pytest.fixture(name="scored", scope="module")
def _scored(tmp_path_factory):
    """Return a function that writes lines to a file and scores them, as of a day; customer → what is known of it."""
    path = tmp_path_factory.mktemp("lines") / "lines.parquet"

    def scored(rows, as_of):
        names, days, *money = zip(*rows, strict=True)
        columns = {"customer": list(names), "at": [FIRST + timedelta(day) for day in days]}
        columns |= {
            name: pa.array([cents * CENT for cents in values], MONEY)
            for name, values in zip(("amount", "cost", "discount"), money, strict=True)
        }
        pq.write_table(pa.table(columns), path)
        command = ScoreCommand(
            inputs=(path,), customer="customer", time="at", amount="amount", cost="cost", discount="discount", as_of=as_of
        )
        with testing.app().session() as session:
            return {row["customer"]: row for row in score(session, command).table().to_pylist()}

    return scored


def expected(rows, until):
    """Return margin and share of discount of every customer, line by line in exact numbers."""
    margin, given, listed = defaultdict(int), defaultdict(int), defaultdict(int)
    for customer, day, amount, cost, discount in rows:
        if day <= until:
            margin[customer] += amount - cost
            if amount >= 0:  # a discount on what came back was none
                given[customer] += discount
                listed[customer] += amount + discount
    return {
        customer: (margin[customer] * CENT, float(Fraction(given[customer], listed[customer])) if listed[customer] else None)
        for customer in margin
    }


@pytest.mark.requirement("R292")
@settings(max_examples=15)
@given(lines)
def test_margin_and_share_of_discount_run_on_from_day_to_day(scored, rows):
    """Both are those of all lines up to the day, so that another day's scores are the running totals of that day."""
    for until in sorted({min(day for _, day, *_ in rows), DAYS // 2, DAYS}):
        wanted = expected(rows, until)
        if not wanted:
            continue
        found = scored(rows, FIRST + timedelta(until))

        assert wanted == {customer: (row["margin"], row["discount_share"]) for customer, row in found.items()}


@pytest.mark.requirement("R223", "R294")
def test_every_customer_of_a_file_has_a_tier_and_the_best_a_group(scored):
    """
    Of twenty customers of equal sales ten are known for a year longer, and bought less since.

    The first of these is A, and four of the others are C; two bring the first 10 % of sales, eight the next 40.
    """
    amounts = [(f"c{number:02}", 0, 1_000, 100, 0) for number in range(20)]
    again = [(f"c{number:02}", -364, 3_000, 100, 0) for number in range(10, 20)]
    level = [(f"c{number:02}", 0, 3_000, 100, 0) for number in range(10)]
    found = scored([*amounts, *again, *level], FIRST + timedelta(20))

    rows = [found[name] for name in sorted(found)]
    assert "BBBBBBCCCC" + "ABBBBBBBBB" == "".join(row["abc"] for row in rows)
    assert "1122222222" + "3333333333" == "".join(row["profit_group"] for row in rows)
    assert ["no"] * 10 + ["yes"] * 10 == [row["declining"] for row in rows]
