"""The tail of the chi-square distribution: tabled values, and its slow twin."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.kernel.chi_square import chi_square_tail
from patron.kernel.twins import chi_square as twin


@pytest.mark.parametrize(
    ("value", "degrees", "expected"), [(3.841458820694124, 1, 0.05), (5.991464547107979, 2, 0.05), (18.307038053275146, 10, 0.05)]
)
def test_critical_values(value, degrees, expected):
    assert chi_square_tail(value, degrees) == pytest.approx(expected, rel=1e-13)


@given(st.floats(0, 1000, allow_subnormal=False), st.integers(1, 60))
def test_tail_agrees_with_the_twin(value, degrees):
    assert chi_square_tail(value, degrees) == pytest.approx(twin.chi_square_tail(value, degrees), rel=1e-11, abs=1e-13)


def test_a_tail_far_out_keeps_its_digits():
    assert chi_square_tail(1200.0, 2) == pytest.approx(math.exp(-600), rel=1e-12)


@pytest.mark.parametrize(("value", "expected"), [(0.0, 1.0), (-1e-18, 1.0), (5e-324, 1.0), (math.inf, 0.0)])
def test_the_ends(value, expected):
    assert chi_square_tail(value, 3) == expected
