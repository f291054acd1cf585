"""ABC tiers."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from patron.core.records import Column, FeatureTable, Kind
from patron.core.scoring.population import WholePopulation
from patron.plugins.scores import abc


def tiers(monetary: list[int], tenure: list[int] | None = None, **parameters: Decimal) -> str:
    table = FeatureTable(
        ids=np.arange(len(monetary)),
        columns={
            "tenure": Column(np.array(tenure or [1] * len(monetary), np.int64), Kind.DAYS),
            "monetary": Column(np.array(monetary, np.int64), Kind.MONEY),
        },
        as_of=date(2026, 1, 1),
    )
    column = abc.compute(table, abc.AbcParameters(**parameters), WholePopulation(table))["abc"]
    return "".join(column.labels[index] for index in column.values.tolist())


@pytest.mark.requirement("R223")
def test_best_twentieth_is_a_last_fifth_is_c() -> None:
    """Of 20 customers by value, one is A, four are C, the rest B."""
    assert tiers(list(range(20, 0, -1))) == "A" + "B" * 15 + "C" * 4


@pytest.mark.requirement("R223")
def test_years_of_relationship_break_ties() -> None:
    """Of customers with equal sales the longest known is A; equal in that too, the smaller id."""
    assert tiers([5] * 5, [1, 9, 3, 9, 2]) == "CABBB"


@pytest.mark.requirement("R223")
def test_other_reading_by_configuration() -> None:
    """A 5 %, B the next 20 %, C the rest is a matter of one number."""
    assert tiers(list(range(20, 0, -1)), bottom=Decimal("0.75")) == "A" + "B" * 4 + "C" * 15


def test_parts_that_overlap_are_refused() -> None:
    """Nobody is among the best and the last; parts that leave none for B are allowed."""
    with pytest.raises(ValueError, match="must not be more than 1"):
        abc.AbcParameters(top=Decimal("0.7"), bottom=Decimal("0.6"))
    assert tiers([3, 2, 1], top=Decimal("0.3"), bottom=Decimal("0.7")) == "ACC"


def test_fractions_are_exact() -> None:
    """7 % of 100 customers are seven, although 0.07 × 100 is more than seven in binary floats."""
    assert tiers(list(range(100, 0, -1)), top=Decimal("0.07"), bottom=Decimal(0)) == "A" * 7 + "B" * 93


@pytest.mark.requirement("R223")
@pytest.mark.parametrize("customers", [1, 7, 19, 20, 21, 100, 999])
def test_every_customer_has_a_tier_and_the_tiers_their_part(customers: int) -> None:
    """A is the fewest customers that are at least 5 %, C the most that are at most 20 %, whatever the order of the rows."""
    value = np.random.default_rng(customers).permutation(customers)
    found = tiers(value.tolist())
    count = {tier: found.count(tier) for tier in "ABC"}

    assert customers == sum(count.values())
    assert -(-customers // 20) == count["A"]
    assert customers // 5 == count["C"]
    assert sorted(found) == [tier for _, tier in sorted(zip((-value).tolist(), found, strict=True))]


@pytest.mark.parametrize(("customers", "expected"), [(0, ""), (1, "A"), (2, "AB")])
def test_few_customers(customers: int, expected: str) -> None:
    """The best of few is A, and a fifth of few is nobody."""
    assert tiers(list(range(customers, 0, -1))) == expected
