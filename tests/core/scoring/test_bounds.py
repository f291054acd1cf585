"""
What a run keeps to explain its scores.
"""

import json
from datetime import date

import numpy as np
import pytest

from patron.core.records import Column, FactorColumn, FeatureTable, Kind, ScoreFactor
from patron.core.scoring import bounds
from patron.core.scoring.bounds import described
from patron.core.scoring.factors import FactorPlan
from patron.core.store.scores import ScoreColumn


class Owned:
    """A factor of nobody's."""

    def __init__(self, *columns):
        self.item = ScoreFactor(code="one", columns=columns, compute=lambda table, _: {})


class Planned:
    """A factor that ran."""

    def __init__(self, *columns):
        self.owned = Owned(*columns)


NONE = np.array([False, False, False, True])
TABLE = FeatureTable(
    np.arange(4),
    {
        "last_purchase": Column(np.array([20_000, 20_001, 20_002, 0]), Kind.DATE, NONE),
        "monetary": Column(np.array([-10_000, 5, 70_000, 3]), Kind.MONEY),
        "share": Column(np.array([0.25, 0.5, 0.75, 0.0]), Kind.SHARE, NONE),
        "loyalty": Column(np.array([0, 1, 0, 1], np.uint8), Kind.LABEL, labels=("yes", "no")),
        "grade": Column(np.array([2, 2, 1, 0], np.uint8), Kind.SCORE, NONE),
        "tier": Column(np.array([0, 1, 1, 0], np.uint8), Kind.LABEL, labels=("A", "B", "C")),
    },
    date(2026, 1, 1),
)


def columns_of(*promised):
    plan = FactorPlan(factors=(Planned(*promised),))
    return {column.name: column for column in described(TABLE, plan, "monetary")}


def test_bounds_are_of_the_customers_with_the_same_value():
    found = columns_of(FactorColumn(name="grade", kind="score", by=("monetary", "last_purchase", "share")))["grade"]

    assert {
        "1": {"monetary": ("7.00", "7.00"), "last_purchase": ("2024-10-06", "2024-10-06"), "share": (0.75, 0.75)},
        "2": {"monetary": ("-1.00", "0.0005"), "last_purchase": ("2024-10-04", "2024-10-05"), "share": (0.25, 0.5)},
    } == found.bounds


def test_labels_are_called_by_their_names_and_have_no_bounds_themselves():
    found = columns_of(FactorColumn(name="tier", kind="label", labels=("A", "B", "C"), by=("loyalty", "share")))["tier"]

    assert ("loyalty", "share") == found.by
    assert {"A": {"share": (0.25, 0.25)}, "B": {"share": (0.5, 0.75)}} == found.bounds


def test_columns_that_are_not_there_decide_nothing():
    found = columns_of(FactorColumn(name="grade", kind="score", by=("margin", "grade")))["grade"]

    assert ((), {}) == (found.by, found.bounds)


def test_more_values_than_can_be_kept_have_no_bounds(monkeypatch):
    monkeypatch.setattr(bounds, "MOST_VALUES", 1)
    found = columns_of(FactorColumn(name="grade", kind="score", by=("monetary",)))["grade"]

    assert (("monetary",), {}) == (found.by, found.bounds)


@pytest.mark.parametrize("name", ["grade", "monetary"])
def test_what_is_kept_comes_back_from_json(name):
    found = columns_of(FactorColumn(name="grade", kind="score", by=("monetary",)))[name]

    assert found == ScoreColumn.from_json(json.loads(json.dumps(found.to_json())))
