"""Transactional or relational."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from patron.core.records import Column, FeatureTable, Kind
from patron.core.scoring.population import WholePopulation
from patron.plugins.scores import loyalty


def classes(share: list[float | None], margin: list[int | None], **parameters: Decimal) -> list[str]:
    def column(values: list, dtype: type, kind: Kind) -> Column:
        missing = np.array([value is None for value in values], np.bool_)
        return Column(np.array([value or 0 for value in values], dtype), kind, missing)

    table = FeatureTable(
        ids=np.arange(len(share)),
        columns={
            "monetary": Column(np.ones(len(share), np.int64), Kind.MONEY),
            "margin": column(margin, np.int64, Kind.MONEY),
            "discounted_lines_share": column(share, np.float64, Kind.SHARE),
        },
        as_of=date(2026, 1, 1),
    )
    found = loyalty.compute(table, loyalty.LoyaltyParameters(**parameters), WholePopulation(table))["loyalty"]
    missing = [False] * len(share) if found.missing is None else found.missing.tolist()
    return ["?" if none else found.labels[index][0] for index, none in zip(found.values.tolist(), missing, strict=True)]


@pytest.mark.requirement("R290")
def test_mostly_discounted_and_below_the_median_is_transactional() -> None:
    """Exactly 80 % discounted counts; a margin at or above the median, or fewer discounts, make a relational customer."""
    assert classes([0.8, 0.79, 1.0, 1.0, 0.0], [1, 1, 2, 3, 3]) == ["t", "r", "r", "r", "r"]


@pytest.mark.requirement("R290")
def test_the_median_of_an_even_number_lies_between() -> None:
    """Of margins 1 and 2 the smaller is below the median 1.5."""
    assert classes([1.0, 1.0], [1, 2]) == ["t", "r"]


def test_unknown_margin_or_no_purchase_is_not_classified() -> None:
    """Who can't be judged is neither."""
    assert classes([1.0, None, 1.0], [None, 5, 5]) == ["?", "?", "r"]


def test_the_threshold_is_configuration() -> None:
    """With a lower threshold the same customer is transactional."""
    assert classes([0.5, 0.0], [1, 9], discounted_lines=Decimal("0.5")) == ["t", "r"]


def test_values_at_the_edge_of_the_range() -> None:
    """Twice the largest value does not wrap."""
    assert classes([1.0, 1.0], [2**63 - 2, 2**63 - 1]) == ["t", "r"]
