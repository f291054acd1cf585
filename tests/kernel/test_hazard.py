"""Hazard by bins: worked numbers, the slow twin, and which bin is the most dangerous."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.kernel.hazard import HazardBins, hazard_bins, most_dangerous
from patron.kernel.survival import count_lives, life_table
from patron.kernel.twins import survival as twin

LOST, WON = 1, 2
rows_of_lives = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 2)), min_size=1, max_size=60)


def binned(rows, starts):
    counts = count_lives(np.array([duration for duration, _ in rows]), np.array([ending for _, ending in rows]))
    return hazard_bins(life_table(counts, np.array([0, 1, 2]), 2), np.array(starts, dtype=np.float64))


@pytest.mark.requirement("R039")
def test_lost_in_the_bin_of_those_at_risk_at_its_start():
    """Day 6 is of the first week, day 7 of the second; who is won or still open in a week was at risk at its start."""
    rows = [(6, LOST), (7, LOST), (7, WON), (8, 0), (13, LOST), (20, 0)]
    bins = binned(rows, [0, 7, 14])

    assert [6, 5, 1] == bins.at_risk.tolist()
    assert [1, 2, 0] == bins.ended[:, 0].tolist()
    assert [0, 1, 0] == bins.ended[:, 1].tolist()
    assert [0, 1, 1] == bins.censored.tolist()
    assert [1 / 6, 2 / 5, 0.0] == bins.hazard().tolist()
    assert [0.0, 1 / 5, 0.0] == bins.hazard(WON).tolist()


@given(rows_of_lives, st.integers(1, 9), st.integers(0, 12))
def test_bins_agree_with_the_twin(rows, width, least):
    starts = list(range(0, 31, width))
    bins = binned(rows, starts)
    for cause in (LOST, WON):
        expected = twin.hazard_bins(rows, starts, cause)
        assert expected == list(zip(bins.ended[:, cause - 1].tolist(), bins.at_risk.tolist(), strict=True))
        assert twin.most_dangerous(expected, least) == most_dangerous(bins, cause, least)


def bins_of(*pairs):
    ended, at_risk = zip(*pairs, strict=True)
    return HazardBins(np.arange(len(pairs)) * 7.0, np.array(at_risk), np.array(ended)[:, None], np.zeros(len(pairs), np.int64))


@pytest.mark.requirement("R039")
def test_the_most_dangerous_bin_has_enough_at_risk():
    """A bin of 29 is too small by default, one of 30 is not; of equal hazards the earliest is named."""
    assert 0 == most_dangerous(bins_of((3, 40), (6, 29), (2, 30)))
    assert 1 == most_dangerous(bins_of((3, 40), (6, 30), (2, 30)))
    assert 1 == most_dangerous(bins_of((1, 100), (10, 60), (5, 30)))
    assert 1 == most_dangerous(bins_of((3, 40), (6, 29), (2, 30)), least=1)


def test_hazards_are_compared_as_fractions():
    """Two hazards that are one float apart in truth, and the same float."""
    large = 3 * 10**17
    assert 1 == most_dangerous(bins_of((large, 3 * large), (large + 1, 3 * large)))


@pytest.mark.parametrize("pairs", [[(0, 50), (0, 40)], [(5, 29)], [(0, 0)]])
def test_without_danger_no_bin_is_named(pairs):
    """Nothing ended, or too few were at risk."""
    assert most_dangerous(bins_of(*pairs)) is None


def test_a_hazard_of_nobody_is_none():
    assert np.isnan(bins_of((0, 0)).hazard()).all()
