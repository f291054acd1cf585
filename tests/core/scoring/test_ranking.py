"""Ranks, groups and the tables over them, on the worked numbers of the requirements and against plain Python."""

from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.core.records import Column, FeatureTable, GroupRow, Kind, PurchaseRow, TopShare
from patron.core.scoring import ranking
from patron.core.scoring.concentration import Concentration
from patron.core.scoring.population import WholePopulation


def table(monetary: list[int], margin: list[int | None] | None = None) -> FeatureTable:
    columns = {"monetary": Column(np.array(monetary, np.int64), Kind.MONEY)}
    if margin is not None:
        missing = np.array([value is None for value in margin], np.bool_)
        columns["margin"] = Column(np.array([value or 0 for value in margin], np.int64), Kind.MONEY, missing)
    return FeatureTable(ids=np.arange(len(monetary)), columns=columns, as_of=date(2026, 1, 1))


def spread(shop: FeatureTable) -> Concentration:
    return WholePopulation(shop).concentration(shop["monetary"].integers(), 20)


def purchases(shop: FeatureTable) -> tuple[PurchaseRow, ...]:
    return ranking.purchase_table(spread(shop), len(shop))


def top_share(shop: FeatureTable) -> TopShare:
    return ranking.top_shares(spread(shop), 20)["0.2"]


def group_rows(shop: FeatureTable, found: ranking.Ranking) -> tuple[GroupRow, ...]:
    sums = ranking.group_sums(shop, found.measure, found.group, found.groups)
    margin = int(shop["margin"].known().sum()) if "margin" in shop else None
    return ranking.group_table(sums, int(shop["monetary"].integers().sum()), margin)


def shop_of_the_text() -> list[int]:
    """W18: 1,500 customers of 990 and 148,500 of 90, in no order."""
    values = np.array([990] * 1_500 + [90] * 148_500, np.int64)
    np.random.default_rng(18).shuffle(values)
    return values.tolist()


@pytest.mark.requirement("R295", "R297")
def test_w17_w18_monetary_deciles_of_150_000_customers() -> None:
    """Ten groups of 15,000; the first brings 2,700,000 of 14,850,000, each other one eleventh."""
    shop = table(shop_of_the_text())
    rows = group_rows(shop, ranking.rank_customers(shop, "monetary", 10, together=False))
    assert [row.customers for row in rows] == [15_000] * 10
    assert [row.monetary for row in rows] == [2_700_000] + [1_350_000] * 9
    assert [row.share for row in rows] == [2_700_000 / 14_850_000] + [1_350_000 / 14_850_000] * 9
    assert round(100 * (rows[0].share or 0), 4) == 18.1818
    assert rows[-1].cumulative_share == 1.0


@pytest.mark.requirement("R296", "R297")
def test_w16_w18_purchase_deciles_of_150_000_customers() -> None:
    """1,500 customers, 1 % of all, bring the first 10 %; each further 10 % takes 16,500 more."""
    rows = purchases(table(shop_of_the_text()))
    assert [row.customers for row in rows] == [1_500 + 16_500 * step for step in range(10)]
    assert rows[0].share_of_customers == 0.01
    assert [row.percent for row in rows] == list(range(10, 101, 10))


@pytest.mark.requirement("R295", "R296")
def test_w19_ten_customers() -> None:
    """Values that add up to 100: monetary deciles are the values, purchase deciles the smallest k that reaches each border."""
    shop = table([50, 20, 10, 5, 5, 4, 3, 1, 1, 1])
    rows = group_rows(shop, ranking.rank_customers(shop, "monetary", 10, together=False))
    assert [row.share for row in rows] == [0.5, 0.2, 0.1, 0.05, 0.05, 0.04, 0.03, 0.01, 0.01, 0.01]
    assert [row.customers for row in purchases(shop)] == [1, 1, 1, 1, 1, 2, 2, 3, 5, 10]


@pytest.mark.requirement("R132")
def test_w17_w20_pareto_share_of_the_top_fifth() -> None:
    """30,000 customers of 16 and 120,000 of 1: the top 20 % are 30,000 and bring exactly 80 %."""
    top = top_share(table([16] * 30_000 + [1] * 120_000))
    assert (top.customers, top.share) == (30_000, 0.8)


@pytest.mark.requirement("R132")
def test_the_top_fifth_of_few_customers_is_rounded_up() -> None:
    """A fifth of six is two: the smallest whole number that is at least a fifth."""
    top = top_share(table([5, 4, 3, 2, 1, 1]))
    assert (top.customers, top.share) == (2, 9 / 16)


@pytest.mark.requirement("R295")
def test_a_total_that_is_not_positive_has_no_shares() -> None:
    """Refunds that outweigh sales leave the ranks and sums, and take every share away."""
    shop = table([5, -9, 0])
    found = ranking.rank_customers(shop, "monetary", 3, together=False)
    rows = group_rows(shop, found)
    assert [row.monetary for row in rows] == [5, 0, -9]
    assert {row.share for row in rows} == {None}
    assert purchases(shop) == ()
    assert ranking.curve(spread(shop)) == ()
    assert top_share(shop).share is None
    assert ranking.rank_columns(found)["cumulative_share"].missing is not None


def test_a_missing_value_gets_no_group() -> None:
    """Customers of unknown margin are not ranked by margin, and not lost from the sums of sales."""
    shop = table([5, 6, 7], [1, None, 3])
    found = ranking.rank_customers(shop, "margin", 2, together=False)
    assert found.group.tolist() == [2, 0, 1]
    rows = group_rows(shop, found)
    assert [(row.customers, row.monetary, row.margin, row.margin_share) for row in rows] == [(1, 7, 3, 0.75), (1, 5, 1, 0.25)]
    columns = ranking.rank_columns(found)
    assert columns["decile"].missing is not None
    assert columns["decile"].missing.tolist() == [False, True, False]


def test_ties_split_by_customer_id_or_stay_together() -> None:
    """Four equal customers in two groups: the smaller ids are better; together, all stand in the better group."""
    shop = table([7, 7, 7, 7])
    assert ranking.rank_customers(shop, "monetary", 2, together=False).group.tolist() == [1, 1, 2, 2]
    assert ranking.rank_customers(shop, "monetary", 2, together=True).group.tolist() == [1, 1, 1, 1]


@given(st.lists(st.integers(-20, 50), max_size=40), st.integers(1, 12))
def test_the_decile_table_adds_up(values: list[int], groups: int) -> None:
    """Against plain Python: sizes, sums, shares and lowest values of every group, for refunds, ties and few customers."""
    shop = table(values)
    rows = group_rows(shop, ranking.rank_customers(shop, "monetary", groups, together=False))
    ordered = sorted(values, reverse=True)
    total, start = sum(values), 0
    for number, row in enumerate(rows):
        size = len(values) // groups + (number < len(values) % groups)
        part = ordered[start : start + size]
        start += size
        assert (row.decile, row.customers, row.monetary) == (number + 1, size, sum(part))
        assert row.lowest == (part[-1] if part else None)
        assert row.share == (float(Fraction(sum(part), total)) if total > 0 else None)
        assert row.cumulative_share == (float(Fraction(sum(ordered[:start]), total)) if total > 0 else None)


@given(st.lists(st.integers(-20, 50), min_size=1, max_size=300))
def test_the_curve_runs_from_nothing_to_all(values: list[int]) -> None:
    """Points are (share of customers, share of sales) of the best; the last is everyone."""
    points = ranking.curve(spread(table(values)))
    total = sum(values)
    if total <= 0:
        assert points == ()
        return
    ordered = sorted(values, reverse=True)
    for x, y in points:
        assert y == sum(ordered[: round(x * len(values))]) / total
    assert (points[0], points[-1]) == ((0.0, 0.0), (1.0, 1.0))
