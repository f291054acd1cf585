"""The three profitable groups."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from patron.core.records import Column, FeatureTable, Kind
from patron.core.scoring.population import WholePopulation
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
    found = profit_groups.compute(table, profit_groups.ProfitGroupsParameters(**parameters), WholePopulation(table))[
        "profit_group"
    ]
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


@pytest.mark.requirement("R294")
@pytest.mark.parametrize(("second", "expected"), [("0.50", "1222233333"), ("0.60", "1222223333")])
def test_forty_or_fifty_points_of_sales_are_group_two(second: str, expected: str) -> None:
    """Of ten equal customers the first brings 10 %; the next four bring 40 points more, or the next five 50."""
    falling = {"recent": [1] * 10, "previous": [2] * 10}

    assert groups([7] * 10, second=Decimal(second), **falling) == expected


@pytest.mark.requirement("R294")
def test_who_declines_in_a_better_group_stays_there_and_is_marked() -> None:
    """Group 1 goes before 2 and 2 before 3; that a customer loses value is said of all three, and of those in none."""
    sales = FeatureTable(
        ids=np.arange(5),
        columns={
            "monetary": Column(np.array([10, 40, 30, 20, 0], np.int64), Kind.MONEY),
            "recent_value": Column(np.array([1, 1, 1, 9, 1], np.int64), Kind.MONEY),
            "previous_value": Column(np.array([2, 2, 2, 2, 2], np.int64), Kind.MONEY),
        },
        as_of=date(2026, 1, 1),
    )
    found = profit_groups.compute(sales, profit_groups.ProfitGroupsParameters(second=Decimal("0.7")), WholePopulation(sales))
    group, declining = found["profit_group"], found["declining"]

    assert group.missing is not None
    assert ["3", "1", "2", None, None] == [
        None if none else group.labels[index] for index, none in zip(group.values.tolist(), group.missing.tolist(), strict=True)
    ]
    assert ["yes", "yes", "yes", "no", "yes"] == [declining.labels[index] for index in declining.values.tolist()]


@pytest.mark.requirement("R294")
def test_borders_are_configuration() -> None:
    """60 % instead of 50 is one number, and the second border can't lie below the first."""
    assert groups([10, 45, 5, 40], second=Decimal("0.9")) == "21-2"
    with pytest.raises(ValueError, match="second"):
        profit_groups.ProfitGroupsParameters(first=Decimal("0.6"))


def test_no_sales_at_all_no_groups() -> None:
    """A total that is not positive has no first tenth."""
    assert groups([5, -9]) == "--"
    assert groups([]) == ""
