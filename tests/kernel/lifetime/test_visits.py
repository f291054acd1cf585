"""Expected purchases of the living: both ways to add up agree, and with what can be said in closed form."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patron.kernel.lifetime import visits
from patron.kernel.lifetime.visits import expected_visits

SIZES = st.floats(-3, 3).map(lambda power: 10.0**power)


def one(rho, a, beta, time, way=expected_visits):
    return float(way(np.array([rho]), a, np.array([beta]), np.array([time]))[0])


@settings(max_examples=60)
@given(SIZES, SIZES, SIZES, st.floats(-9, 1).map(lambda power: 10.0**power))
def test_both_ways_agree(rho, a, beta, time):
    if rho * np.log1p(time) < visits._LEAST_LOGARITHM and rho * time < visits._MOST_TERMS:
        series, nodes = (one(rho, a, beta, time, way) for way in (visits._by_series, visits._by_nodes))

        assert nodes == pytest.approx(series, rel=1e-11)


@pytest.mark.parametrize("time", [1e-6, 0.1, 3.0, 18.0, 400.0])
@pytest.mark.parametrize("rho", [0.2, 1.0, 40.0, 3000.0])
def test_who_never_leaves_buys_at_the_mean_rate(rho, time):
    assert one(rho, 1e-12, 1.0, time) == pytest.approx(rho * time, rel=1e-8)


@pytest.mark.parametrize("time", [1e-9, 0.5, 7.0])
def test_a_chance_to_leave_of_one_parameter_has_a_closed_form(time):
    """For a = 1 and beta = 1 chances are even: the mean of (1 - (1+py)^-1) / p over p is ln(1+y)."""
    assert one(1.0, 1.0, 1.0, time) == pytest.approx(np.log1p(time), rel=1e-13)


def test_more_time_brings_more_and_no_time_nothing():
    found = [one(2.5, 0.8, 3.0, time) for time in (0.0, 0.01, 1.0, 18.9, 19.1, 1000.0)]

    assert 0 == found[0]
    assert found == sorted(found)
