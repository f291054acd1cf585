"""The three profitable groups."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from patron.core.records import Column, FeatureTable, Kind
from patron.plugins.scores import profit_groups


def groups(
    monetary: list[int],
    *,
    recent: list[int] | None = None,
    previous: list[int] | None = None,
    margin: list[int] | None = None,
    transactional: list[bool] | None = None,
    **parameters: Decimal,
) -> str:
    customers = len(monetary)

    def money(values: list[int] | None) -> Column:
        return Column(np.array(values or [0] * customers, np.int64), Kind.MONEY)

    columns = {"monetary": money(monetary), "recent_value": money(recent), "previous_value": money(previous)}
    if margin is not None:
        columns["margin"] = money(margin)
    if transactional is not None:
        columns["loyalty"] = Column(
            np.array([0 if cheap else 1 for cheap in transactional], np.uint8), Kind.LABEL, None, ("t", "r")
        )
    table = FeatureTable(ids=np.arange(customers), columns=columns, as_of=date(2026, 1, 1))
    found = profit_groups.compute(table, profit_groups.ProfitGroupsParameters(**parameters))["profit_group"]
    missing = np.zeros(customers, np.bool_) if found.missing is None else found.missing
    return "".join(
        "-" if none else found.labels[index] for index, none in zip(found.values.tolist(), missing.tolist(), strict=True)
    )


@pytest.mark.requirement("R293", "R294")
def test_first_tenth_next_up_to_half_then_the_declining() -> None:
    """The customer who crosses a border belongs to the group that it completes; of the rest only the declining are group 3."""
    sales = [10, 20, 20, 10, 10, 10, 10, 10]
    assert groups(sorted(sales, reverse=True), recent=[0, 0, 0, 4, 5, 6, 0, 1], previous=[9, 9, 9, 5, 5, 5, 5, 0]) == "1223----"


@pytest.mark.requirement("R293")
def test_only_profitable_relational_customers_are_grouped() -> None:
    """Without margin, without sales or transactional: no group, whatever they buy."""
    assert groups([50, 40, 5, 5], margin=[0, 1, 1, 1], transactional=[False, True, False, False]) == "--11"


def test_declining_by_more_than_the_configured_part() -> None:
    """With a decrease of 20 %, 80 of 100 is no decline and 79 is."""
    fall = {"recent": [0, 80, 79], "previous": [0, 100, 100]}
    assert groups([98, 1, 1], decrease=Decimal("0.2"), **fall) == "1-3"
    assert groups([98, 1, 1], **fall) == "133"


def test_borders_are_configuration() -> None:
    """60 % instead of 50 is one number, and the second border can't lie below the first."""
    assert groups([10, 45, 5, 40], second=Decimal("0.9")) == "21-2"
    with pytest.raises(ValueError, match="second"):
        profit_groups.ProfitGroupsParameters(first=Decimal("0.6"))


def test_no_sales_at_all_no_groups() -> None:
    """A total that is not positive has no first tenth."""
    assert groups([5, -9]) == "--"
    assert groups([]) == ""
