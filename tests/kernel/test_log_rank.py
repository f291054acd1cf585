"""The log-rank test: worked numbers, and fractions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.kernel.log_rank import log_rank
from patron.kernel.survival import count_lives, life_table
from patron.kernel.twins import chi_square
from patron.kernel.twins import survival as twin

LOST = 1
rows_of_lives = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2)), min_size=1, max_size=15)


def table_of(rows):
    counts = count_lives(np.array([duration for duration, _ in rows]), np.array([ending for _, ending in rows]))
    return life_table(counts, np.array([0, 1, 2]), 2)


def test_the_textbook():
    """6-MP against placebo, Freireich et al. 1963: chi-square 16.79 with one degree of freedom."""
    lasting, without_end = [6, 6, 6, 7, 10, 13, 16, 22, 23], [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    treated = [(weeks, LOST) for weeks in lasting] + [(weeks, 0) for weeks in without_end]
    placebo = [(weeks, LOST) for weeks in [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]]
    found = log_rank([table_of(treated), table_of(placebo)])

    assert found is not None
    assert (16.79, 1) == (round(found.chi2, 2), found.df)
    assert found.p == pytest.approx(4.17e-5, rel=1e-2)


@given(st.lists(rows_of_lives, min_size=1, max_size=4))
def test_the_statistic_agrees_with_the_twin(groups):
    expected = twin.log_rank(groups, {LOST})
    found = log_rank([table_of(rows) for rows in groups])
    if expected is None:
        assert found is None
    else:
        assert found is not None
        assert found.chi2 == pytest.approx(float(expected[0]), rel=1e-9, abs=1e-12)
        assert expected[1] == found.df
        assert found.p == pytest.approx(chi_square.chi_square_tail(float(expected[0]), expected[1]), rel=1e-7, abs=1e-12)


def test_a_group_that_was_never_at_risk_takes_no_part():
    """One that was followed for less than the first end says nothing about ends."""
    some = [table_of([(3, LOST), (5, 0), (6, LOST)]), table_of([(4, LOST), (9, 0)])]
    assert log_rank(some) == log_rank([some[0], table_of([(2, 0), (1, 0)]), some[1]])


@pytest.mark.parametrize("groups", [[], [[(3, LOST)]], [[(3, 0)], [(4, 0)]], [[(3, LOST)], [(3, LOST)]], [[(3, LOST)], [(1, 0)]]])
def test_nothing_to_compare(groups):
    """No group, one, no end, all ending at once, one group at risk."""
    assert log_rank([table_of(rows) for rows in groups]) is None
