"""Survival: worked numbers, the fast functions against fractions, and the same bits for any split of the rows."""

import functools
import itertools
import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patron.kernel import survival
from patron.kernel.survival import LifeCounts, count_lives, life_table, merge_lives
from patron.kernel.twins import survival as twin

LOST, WON = 1, 2
ENDINGS = np.array([0, 1, 2])

durations = st.integers(0, 8) | st.integers(0, 400) | st.sampled_from([0.5, 2.25, 1e9 + 0.1])
rows_of_lives = st.lists(st.tuples(durations, st.integers(0, 2)), min_size=1, max_size=40)


def counted(rows):
    """Return the counts of rows, integers as such where all are."""
    whole = all(isinstance(duration, int) for duration, _ in rows)
    lasting = np.array([duration for duration, _ in rows], dtype=np.int64 if whole else np.float64)
    return count_lives(lasting, np.array([ending for _, ending in rows], dtype=np.uint8))


def table_of(rows):
    return life_table(counted(rows), ENDINGS, 2)


def same(one, other):
    return all(np.array_equal(a, b) and a.dtype == b.dtype for a, b in zip(one, other, strict=True))


def test_the_textbook():
    """Kaplan and Meier by hand: 6-MP of Freireich et al. 1963, remission in weeks."""
    lasting = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    without_end = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    table = table_of([(weeks, LOST) for weeks in lasting] + [(weeks, 0) for weeks in without_end])
    curve = survival.survival(table)

    expected = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    assert expected == {week: round(float(curve[table.durations == week][0]), 3) for week in expected}
    assert 23 == survival.median(table)
    lower, upper = survival.survival_band(table)
    assert (0.620, 0.952) == (round(float(lower[0]), 3), round(float(upper[0]), 3))


@settings(max_examples=150)
@given(rows_of_lives)
def test_curves_agree_with_the_twin(rows):
    """Every curve at every duration, with two causes that compete."""
    table = table_of(rows)
    curve, hazard, both = survival.survival(table), survival.cumulative_hazard(table), survival.incidence(table)

    assert twin.durations(rows) == table.durations.tolist()
    assert [twin.at_risk(rows, time) for time in table.durations] == table.at_risk.tolist()
    for place, time in enumerate(table.durations.tolist()):
        assert curve[place] == pytest.approx(float(twin.survival(rows, {LOST}, time)), abs=1e-13)
        assert hazard[place] == pytest.approx(float(twin.cumulative_hazard(rows, {LOST}, time)), abs=1e-13)
        for cause in (LOST, WON):
            assert both[place, cause - 1] == pytest.approx(float(twin.incidence(rows, {LOST, WON}, cause, time)), abs=1e-13)
        assert sum(both[place]) == pytest.approx(1 - float(twin.survival(rows, {LOST, WON}, time)), abs=1e-12)
    assert twin.median(rows, {LOST}) == survival.median(table)


@given(rows_of_lives, st.sampled_from([0.5, 0.95, 0.999]))
def test_bands_agree_with_the_twin(rows, level):
    """log(−log S) with Greenwood's variance; no bound where nobody is left, and none needed before the first end."""
    table = table_of(rows)
    reach = NormalDist().inv_cdf((1 + level) / 2)
    for time, low, high in zip(table.durations.tolist(), *survival.survival_band(table, LOST, level), strict=True):
        left = twin.survival(rows, {LOST}, time)
        if left == 0:
            assert math.isnan(low)
            assert math.isnan(high)
        elif left == 1:
            assert (1.0, 1.0) == (low, high)
        else:
            spread = reach * math.sqrt(twin.greenwood(rows, {LOST}, time)) / math.log(left)
            assert low == pytest.approx(float(left) ** math.exp(-spread), abs=1e-9)
            assert high == pytest.approx(float(left) ** math.exp(spread), abs=1e-9)


@pytest.mark.requirement("R039")
@given(rows_of_lives, st.lists(st.integers(0, 40), max_size=4), st.randoms(use_true_random=False))
def test_any_split_of_the_rows_gives_the_same_bits(rows, cuts, random):
    """Counts of parts, in any order, are merged into the counts of all."""
    whole = counted(rows)
    edges = sorted({0, len(rows), *(min(cut, len(rows)) for cut in cuts)})
    parts = [counted(rows[start:end]) for start, end in itertools.pairwise(edges)]
    random.shuffle(parts)

    assert same(whole, merge_lives(parts))
    assert same(whole, merge_lives([merge_lives(parts[:2]), merge_lives([]), merge_lives(parts[2:])]))
    joined = functools.reduce(lambda one, other: one.merge(other), parts)
    one, other = (life_table(counts, ENDINGS, 2) for counts in (whole, joined))
    for curve in (survival.survival, survival.cumulative_hazard, survival.incidence, survival.survival_band):
        assert np.asarray(curve(one)).tobytes() == np.asarray(curve(other)).tobytes()


def test_a_median_of_exactly_one_half_is_reached():
    """The float of 3/4 · 2/3 may lie above one half; the fraction does not."""
    for size in range(2, 60, 2):
        rows = [(time, LOST) for time in range(size // 2)] + [(99, 0)] * (size - size // 2)
        assert size // 2 - 1 == survival.median(table_of(rows))


def test_integers_and_floats_count_the_same():
    random = np.random.default_rng(7)
    lasting, codes = random.integers(0, 3000, 5000), random.integers(0, 3, 5000)
    assert same(count_lives(lasting, codes), count_lives(lasting.astype(np.float64), codes.astype(np.uint8)))
    assert same(count_lives(lasting, codes), count_lives(lasting.astype(np.float64)[::-1], codes[::-1]))


def test_wide_durations_are_sorted_instead_of_tabled():
    lasting = np.array([2**52, 0, 2**52, 3], dtype=np.int64)
    counts = count_lives(lasting, np.array([1, 1, 1, 0]))
    assert same(LifeCounts(np.array([0, 1, 1]), np.array([3.0, 0.0, 2.0**52]), np.array([1, 1, 2])), counts)


def test_minus_zero_is_zero():
    assert [0.0] == count_lives(np.array([-0.0, 0.0, 0.5])[:2], np.zeros(2, np.uint8)).durations.tolist()
    assert [0.0, 0.5] == count_lives(np.array([-0.0, 0.0, 0.5]), np.zeros(3, np.uint8)).durations.tolist()


def test_compiled_counting_gives_the_same_counts(monkeypatch):
    """What numba counts in four lanes is what NumPy counts."""
    random = np.random.default_rng(3)
    lasting, codes = random.integers(5, 300, 200_003), random.integers(0, 3, 200_003).astype(np.uint8)
    monkeypatch.setattr(survival, "COMPILE_WARM", 10**9)
    plain = count_lives(lasting, codes)
    monkeypatch.setattr(survival, "COMPILE_WARM", 1)
    monkeypatch.setattr(survival, "COMPILE_COLD", 1)
    assert same(plain, count_lives(lasting, codes))


def test_a_curve_of_nobody():
    table = life_table(count_lives(np.empty(0, np.int64), np.empty(0, np.uint8)), ENDINGS, 2)
    assert 0 == len(survival.survival(table))
    assert (0, 2) == survival.incidence(table).shape
    assert survival.median(table) is None
    assert [1.0] == survival.steps_at(table.durations, survival.survival(table), np.array([5.0]), 1.0).tolist()


def test_codes_that_belong_to_nobody_are_left_out():
    """One count of all rows serves every group of them."""
    counts = count_lives(np.array([1, 2, 3, 4]), np.array([0, 1, 2, 3]))
    table = life_table(counts, np.array([survival.NOBODY, 1, survival.NOBODY, survival.CENSORED]), 1)
    assert [2.0, 4.0] == table.durations.tolist()
    assert [2, 1] == table.at_risk.tolist()
    assert [1, 0] == table.ended[:, 0].tolist()
    assert [0, 1] == table.censored.tolist()


def test_a_step_curve_holds_from_its_step_on():
    at = np.array([0.0, 1.0, 1.5, 9.0])
    assert [1.0, 0.5, 0.5, 0.25] == survival.steps_at(np.array([1.0, 2.0]), np.array([0.5, 0.25]), at, 1.0).tolist()
