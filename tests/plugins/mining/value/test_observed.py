"""What customers did until a day, beside a plain count of the same days."""

from fractions import Fraction
from math import ceil, floor

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patron.plugins.mining.value.observed import bought_between, observe, observe_periods
from patron.plugins.mining.value.periods import UNITS

CUSTOMER = st.dictionaries(st.integers(-40, 120), st.integers(0, 9), max_size=6).map(lambda days: sorted(days.items()))
CUSTOMERS = st.lists(CUSTOMER, min_size=1, max_size=6)
QUIET = settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])


def rows(observed):
    columns = (observed.rows, *observed.past, observed.totals)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@QUIET
@given(CUSTOMERS, st.integers(-50, 130))
def test_histories_in_days(days, customers, until):
    expected = []
    for number, customer in enumerate(customers):
        seen = [(day, amount) for day, amount in customer if day <= until]
        if seen:
            first = seen[0][0]
            expected.append((number, len(seen) - 1, seen[-1][0] - first, until - first, sum(amount for _, amount in seen[1:])))

    assert expected == rows(observe(days(*customers), until))


@QUIET
@given(CUSTOMERS, st.integers(-50, 130), st.sampled_from(sorted(UNITS)))
def test_histories_in_opportunities(days, customers, until, name):
    """Periods are counted back from the last day; that of the first purchase is none."""
    unit = UNITS[name]
    expected = []
    for number, customer in enumerate(customers):
        seen = [(floor(Fraction(until - day) / unit), amount) for day, amount in customer if day <= until]
        if seen:
            first = seen[0][0]
            later = [(period, amount) for period, amount in seen if period < first]
            last = first - seen[-1][0]
            expected.append((number, len({period for period, _ in later}), last, first, sum(amount for _, amount in later)))

    assert expected == rows(observe_periods(days(*customers), until, unit))


@QUIET
@given(CUSTOMERS, st.integers(-50, 60), st.integers(0, 90), st.sampled_from([None, "day", "week", "month"]))
def test_purchases_behind_a_day(days, customers, after, length, name):
    unit = None if name is None else UNITS[name]
    expected = []
    for customer in customers:
        seen = [day for day, _ in customer if after < day <= after + length]
        expected.append(len(seen) if unit is None else len({ceil(Fraction(day - after) / unit) for day in seen}))
    found = bought_between(days(*customers), np.arange(len(customers)), after, after + length, unit)

    assert expected == found.tolist()


@pytest.mark.parametrize("until", [-1, 5])
def test_nobody_is_nobody(days, until):
    assert [] == rows(observe(days([], [(9, 1)]), until))
