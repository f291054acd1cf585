"""R/F/M scores: quintile cuts of the values, equal values equal scores."""

from collections.abc import Mapping
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.core.records import Column, FeatureTable, Kind
from patron.core.scoring.population import WholePopulation
from patron.plugins.scores import rfm


def table(recency: list[int | None], orders: list[int], monetary: list[int]) -> FeatureTable:
    missing = np.array([days is None for days in recency], np.bool_)
    return FeatureTable(
        ids=np.arange(len(recency)),
        columns={
            "recency": Column(np.array([days or 0 for days in recency], np.int64), Kind.DAYS, missing),
            "orders": Column(np.array(orders, np.int64), Kind.COUNT),
            "monetary": Column(np.array(monetary, np.int64), Kind.MONEY),
        },
        as_of=date(2026, 1, 1),
    )


def compute(scored: FeatureTable) -> Mapping[str, Column]:
    return rfm.compute(scored, rfm.RfmParameters(), WholePopulation(scored))


def scores(values: list[int]) -> list[int]:
    found = compute(table([0] * len(values), values, values))
    return found["monetary_score"].values.tolist()


def test_ten_different_values_make_five_pairs() -> None:
    """With as many values as fit, every fifth gets its own score, the largest the best."""
    assert scores([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]) == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_equal_values_score_equal_and_may_leave_scores_empty() -> None:
    """Seven of ten with one order share a score; nobody is moved to fill a fifth."""
    assert scores([1, 1, 1, 1, 1, 1, 1, 2, 3, 4]) == [1, 1, 1, 1, 1, 1, 1, 4, 5, 5]


def test_fewer_days_score_better_and_no_purchase_has_no_recency() -> None:
    """The latest buyer is a 5; a customer with refunds alone has no recency score but the other two."""
    found = compute(table([0, 10, 20, 30, 40, None], [1] * 6, [5] * 6))
    assert found["recency_score"].values.tolist()[:5] == [5, 4, 3, 2, 1]
    assert found["recency_score"].missing is not None
    assert found["recency_score"].missing.tolist() == [False] * 5 + [True]
    assert found["frequency_score"].missing is None


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=60))
def test_a_score_is_one_more_than_the_fifths_it_exceeds(values: list[int]) -> None:
    """For every customer: the cut of k fifths is the smallest value that k fifths of all do not exceed."""
    expected = []
    for value in values:
        cuts = [min(v for v in values if 5 * sum(w <= v for w in values) >= k * len(values)) for k in range(1, 5)]
        expected.append(1 + sum(value > cut for cut in cuts))
    assert scores(values) == expected


@pytest.mark.parametrize("customers", [0, 1])
def test_no_customer_and_one_customer(customers: int) -> None:
    """Nobody needs no scores; one alone is not better than anyone."""
    found = compute(table([3] * customers, [1] * customers, [5] * customers))
    assert found["monetary_score"].values.tolist() == [1] * customers
