"""The customer table: what is known of each customer before anything is scored."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.core.scoring.aggregate import CustomerAggregates
from patron.core.scoring.features import feature_table, months_before
from patron.kernel.aggregate import NO_FIRST, NO_LAST, CustomerSums

AS_OF = date(2026, 1, 31)
TODAY = AS_OF.toordinal() - date(1970, 1, 1).toordinal()


def aggregates(**fields: list[int]) -> CustomerAggregates:
    customers = len(next(iter(fields.values())))
    zero = {name: [0] * customers for name in CustomerSums._fields}
    sums = CustomerSums(**{name: np.array(values, np.int64) for name, values in (zero | fields).items()})
    return CustomerAggregates(
        ids=pa.array(range(customers)), sums=sums, orders=np.ones(customers, np.int64), products=None, without_order=0
    )


def test_a_customer_with_refunds_alone_is_kept_without_dates() -> None:
    """No purchase: no first, no last, no recency, no tenure; the money counts."""
    table = feature_table(
        aggregates(first=[NO_FIRST, TODAY - 9], last=[NO_LAST, TODAY], refunds=[-5, 0], gross=[0, 7]),
        AS_OF,
        with_cost=False,
        with_discount=False,
    )
    for name in ("first_purchase", "last_purchase", "recency", "tenure"):
        assert table[name].missing is not None
        assert table[name].missing.tolist() == [True, False]
    assert table["recency"].values.tolist()[1] == 0
    assert table["tenure"].values.tolist()[1] == 9
    assert table["monetary"].values.tolist() == [-5, 7]
    assert "margin" not in table


def test_a_missing_cost_makes_the_margin_unknown() -> None:
    """One line without a cost, and the customer's margin is not known; it is never taken for free."""
    found = aggregates(gross=[10, 10], cost=[4, 4], cost_missing=[0, 1])
    table = feature_table(found, AS_OF, with_cost=True, with_discount=False)
    assert table["margin"].values.tolist()[0] == 6
    assert table["margin"].missing is not None
    assert table["margin"].missing.tolist() == [False, True]


@pytest.mark.requirement("R292")
def test_discount_share_is_discount_over_list_price() -> None:
    """Of a list price of 100 with 20 off the share is 0.2; of lines, the discounted over all purchases; of nothing, none."""
    table = feature_table(
        aggregates(gross=[80, 0], discount=[20, 0], purchases=[4, 0], discounted=[3, 0], cost=[50, 0]),
        AS_OF,
        with_cost=True,
        with_discount=True,
    )
    assert table["discount_share"].values.tolist()[0] == 0.2
    assert table["discounted_lines_share"].values.tolist()[0] == 0.75
    assert table["margin"].values.tolist()[0] == 30
    for name in ("discount_share", "discounted_lines_share"):
        assert table[name].missing is not None
        assert table[name].missing.tolist() == [False, True]


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 1, 15), 12, date(2025, 1, 15)),
        (date(2026, 7, 31), 1, date(2026, 6, 30)),
        (date(1, 3, 5), 2, date(1, 1, 5)),
        (date(1, 1, 1), 12, date.min),
        (date(2, 6, 30), 24, date.min),
    ],
)
def test_months_are_calendar_months_with_the_day_clamped(day: date, months: int, expected: date) -> None:
    """The 31st of a shorter month is its last day."""
    assert months_before(day, months) == expected


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 60))
def test_months_before_never_leaves_the_month(day: date, months: int) -> None:
    """The month is the one that many before; the day the same or the month's last."""
    found = months_before(day, months)
    assert found.year * 12 + found.month == day.year * 12 + day.month - months
    assert found.day == day.day or (found.day < day.day and date.fromordinal(found.toordinal() + 1).day == 1)
