"""Exact sums of floats, and their one rounding."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.kernel import exact
from patron.kernel.exact import float_units, nearest_float, one_float_units


@given(st.lists(st.floats(-1e300, 1e300), max_size=50))
def test_float_sums_are_exact(values):
    """The sum is that of fractions, rounded once; any order gives the same."""
    units = float_units(np.array(values, dtype=np.float64))
    assert units == sum(map(one_float_units, values))
    assert units == float_units(np.array(values[::-1], dtype=np.float64))
    assert nearest_float(units) == float(sum(map(Fraction, values), start=Fraction(0)))


def test_a_sum_too_large_for_a_float_is_infinite():
    """With the right sign."""
    assert nearest_float(2 * one_float_units(1.7e308)) == math.inf
    assert nearest_float(-2 * one_float_units(1.7e308)) == -math.inf


def test_blocks_add_up(monkeypatch):
    """A long column is added block by block; infinities and NaN add nothing."""
    monkeypatch.setattr(exact, "_BLOCK", 7)
    values = np.random.default_rng(3).normal(size=100)
    values[[3, 50, 99]] = math.inf, -math.inf, math.nan
    assert float_units(values) == sum(one_float_units(value) for value in values[np.isfinite(values)].tolist())


@pytest.mark.parametrize("value", [5e-324, -5e-324, 2.0**-1022, 1.7976931348623157e308, 0.1, -0.0])
def test_one_float_comes_back(value):
    """The smallest and the largest float keep all their bits."""
    assert nearest_float(one_float_units(value)) == value
    assert float_units(np.array([value])) == one_float_units(value)
