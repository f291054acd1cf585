"""Regular customers: an order every week or every month, and still."""

from datetime import date

import numpy as np
import pytest

from patron import Column, FeatureTable, Kind
from patron.core.config import read_settings
from patron.core.scoring.composites import find_composite
from patron.core.scoring.composites.fitting import Gathered, fit
from patron.core.scoring.population import WholePopulation
from patron.plugins.scores.rhythm import RhythmParameters, compute
from patron.testing import app

TODAY = 20_000


def rhythm(*customers, **parameters):
    """Return interval and rhythm of customers by orders, days from the first to the last, and days since."""
    orders, spans, waiting = (np.array(each, np.int64) for each in zip(*customers, strict=True))
    never = orders == 0
    last = TODAY - waiting
    columns = {
        "first_purchase": Column(last - spans, Kind.DATE, never.copy()),
        "last_purchase": Column(last, Kind.DATE, never.copy()),
        "recency": Column(waiting, Kind.DAYS, never.copy()),
        "orders": Column(orders, Kind.COUNT),
    }
    table = FeatureTable(np.arange(len(orders)), columns, date(2024, 10, 4))
    found = compute(table, RhythmParameters(**parameters), WholePopulation(table))
    label, interval = found["rhythm"], found["interval"]
    missing = np.zeros(len(orders), bool) if label.missing is None else label.missing
    names = [None if none else label.labels[place] for place, none in zip(label.values, missing, strict=True)]
    return list(zip(names, interval.values.tolist(), strict=True))


@pytest.mark.requirement("R298")
def test_who_orders_every_week_or_month_is_regular():
    """Ends count: an interval of just a week is weekly, and two missed weeks are not too many; a day more is."""
    found = rhythm(
        (5, 28, 14), (5, 29, 14), (5, 28, 15), (5, 124, 62), (5, 125, 0), (5, 124, 63), (3, 14, 0), (1, 0, 0), (0, 0, 0)
    )
    assert ["weekly", "monthly", "monthly", "monthly", "irregular", "irregular", None, None, None] == [name for name, _ in found]
    assert [7.0, 7.25, 7.0, 31.0, 31.25, 31.0, 7.0, 0.0, 0.0] == [interval for _, interval in found]


def test_thresholds_are_configuration(tmp_path):
    assert ["weekly", "irregular"] == [name for name, _ in rhythm((3, 20, 0), (3, 62, 0), week=10, month=10, orders=3)]
    with pytest.raises(ValueError, match="month"):
        RhythmParameters(week=9, month=8)


@pytest.mark.requirement("R298")
def test_leads_that_would_bring_much():
    """Of leads chosen because nobody has decided yet, those with the highest quotes; without a quote there is no score."""
    composite = find_composite(app().host, read_settings(environ={}), "large_prospect")
    card = fit(composite, lambda _: Gathered(np.arange(1, 11) * 10_000))
    told = [card.score({"quoted_price": price}, date(2026, 1, 1)).label for price in (10, 1, None)]
    assert ["large", "other", None] == told
