"""Groups of equal number: sorting and selection against the slow twin and against each other, to the bit."""

import math
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patron.kernel import groups as kernel
from patron.kernel import selection
from patron.kernel.twins import groups as twin

LOWEST, HIGHEST = -(2**63), 2**63 - 1
TINY = selection.Tuning(part=7, slot_bits=13, sigmas=(1.0, 20.0), most=2.0)

few_integers = st.integers(-3, 3)
any_integers = st.integers(LOWEST, HIGHEST) | st.sampled_from([LOWEST, LOWEST + 1, -1, 0, 1, HIGHEST - 1, HIGHEST])
few_floats = st.sampled_from([-math.inf, -1.5, -0.0, 0.0, 5e-324, 0.1, 1.5, 1e308, math.inf, math.nan])
any_floats = st.floats(allow_nan=True, allow_infinity=True) | few_floats

integer_columns = st.lists(few_integers, max_size=60) | st.lists(any_integers, max_size=60)
float_columns = st.lists(few_floats, max_size=60) | st.lists(any_floats, max_size=60)


def selected(values, groups, tuning=TINY, threads=1):
    """Return what compiled selection makes of values, as `exact_groups` returns it; None where it leaves them to sorting."""
    found = selection.select_groups(values, groups, threads, tuning)
    return None if found is None else kernel.table_of(found, values.dtype)


def assert_same_bits(expected, got):
    """Compare group, counts and sums, the sign of a zero and NaN included."""
    assert expected.group.tobytes() == got.group.tobytes()
    assert expected.counts.tolist() == got.counts.tolist()
    assert expected.sums.tobytes() == got.sums.tobytes()


def assert_agrees(expected, got, dtype):
    """Compare with the twin's result."""
    assert expected.group == got.group.tolist()
    assert expected.counts == got.counts.tolist()
    assert np.array_equal(np.array(expected.sums, dtype=dtype), got.sums, equal_nan=dtype is np.float64)


@settings(max_examples=150)
@given(float_columns, st.integers(1, 12))
def test_floats_agree_with_the_twin(column, groups):
    """Ties, refunds, NaN, infinities, denormals, fewer rows than groups: sorting and selection give the twin's result."""
    values = np.array(column, dtype=np.float64)
    expected = twin.exact_groups(column, groups)
    assert_agrees(expected, kernel.exact_groups(values, groups), np.float64)
    found = selected(values, groups)
    if not np.isnan(values).all():
        assert found is not None
        assert_agrees(expected, found, np.float64)


@settings(max_examples=150)
@given(integer_columns, st.integers(1, 12))
def test_integers_agree_with_the_twin(column, groups):
    """All of 64 bits; where a sum needs more, both ways say so and nothing wraps."""
    values = np.array(column, dtype=np.int64)
    expected = twin.exact_groups(column, groups)
    if any(not LOWEST <= total <= HIGHEST for total in expected.sums):
        with pytest.raises(OverflowError, match="does not fit 64 bits"):
            kernel.exact_groups(values, groups)
        with pytest.raises(OverflowError, match="does not fit 64 bits"):
            selected(values, groups)
        return
    assert_agrees(expected, kernel.exact_groups(values, groups), np.int64)
    if column:
        found = selected(values, groups)
        assert found is not None
        assert_agrees(expected, found, np.int64)


@given(float_columns | integer_columns, st.integers(1, 12))
def test_both_ways_of_sorting_agree(column, groups):
    """Few groups are told by comparing with their last values, many by sorting positions."""
    values = np.array([value for value in column if abs(value) < 2**40], dtype=np.float64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel, "_FEW", 0)
        expected = kernel.sorted_groups(values, groups)
    assert_same_bits(expected, kernel.sorted_groups(values, groups))


def amounts(random, rows):
    """Return skewed amounts with cents, 30 % zeros and 2 % refunds."""
    values = np.round(np.exp(random.normal(3, 1.2, rows)) * 100) / 100
    values[random.random(rows) < 0.3] = 0
    values[random.random(rows) < 0.02] *= -1
    return values


def with_gaps(random, rows):
    """Return amounts with NaN, both infinities and negative zeros among them."""
    values = amounts(random, rows)
    values[random.random(rows) < 0.05] = np.nan
    values[random.random(rows) < 0.05] = -0.0
    values[:3], values[-1] = np.inf, -np.inf
    return values


COLUMNS = {
    "amounts": amounts,
    "money": lambda random, rows: np.rint(amounts(random, rows) * 10_000).astype(np.int64),
    "with gaps": with_gaps,
    "uniform": lambda random, rows: random.random(rows),
    "constant": lambda _, rows: np.full(rows, 7.5),
    "a few integers": lambda random, rows: random.geometric(0.3, rows),
    "one price": lambda random, rows: np.where(random.random(rows) < 0.3, 9.99, amounts(random, rows)),
    "sorted": lambda random, rows: np.sort(amounts(random, rows)),
    "close together": lambda random, rows: 1e6 + random.integers(0, 500, rows),
    "all sizes": lambda random, rows: np.ldexp(random.normal(size=rows), random.integers(-1070, 1000, rows)),
    "denormal": lambda random, rows: np.where(random.random(rows) < 0.9, 0, 5e-324 * random.integers(0, 9, rows)),
    "wide integers": lambda random, rows: random.integers(LOWEST, HIGHEST, rows) >> 20,
    "signalling": lambda random, rows: np.where(
        random.random(rows) < 0.1, 0x7FF0000000000001, amounts(random, rows).view(np.int64)
    ).view(np.float64),
}


@pytest.mark.parametrize("groups", [1, 10, 40])
@pytest.mark.parametrize("name", COLUMNS)
def test_selection_equals_sorting(name, groups):
    """Both ways give the same bits on every kind of column, also where blocks and parts do not come out even."""
    values = COLUMNS[name](np.random.default_rng(5), 60_013)
    expected = kernel.sorted_groups(values, groups)
    found = selected(values, groups, selection.Tuning(part=20_000, most=2.0))
    assert found is not None
    assert_same_bits(expected, found)


@pytest.mark.parametrize("shared", [0, 1 << 18])
@pytest.mark.parametrize("name", ["money", "with gaps", "all sizes"])
def test_result_is_the_same_for_any_threads_and_parts(name, shared, monkeypatch):
    """Same bits for one, two and three threads, however the rows are cut, and whether or not threads share the zones."""
    monkeypatch.setattr(selection, "_SHARED", shared)
    values = COLUMNS[name](np.random.default_rng(6), 50_001)
    expected = kernel.sorted_groups(values, 10)
    for threads in (1, 2, 3):
        for part in (1 << 20, 9_999, 1_024):
            found = selected(values, 10, selection.Tuning(part=part), threads)
            assert found is not None
            assert_same_bits(expected, found)


def test_a_boundary_outside_its_zone_is_noticed():
    """Zones too narrow for the sample are found out by counting, and wider ones give the right result."""
    values = COLUMNS["uniform"](np.random.default_rng(7), 400_000)
    assert selected(values, 10, selection.Tuning(sigmas=(0.0,))) is None
    found = selected(values, 10, selection.Tuning(sigmas=(0.0, 20.0), most=2.0))
    assert found is not None
    assert_same_bits(kernel.sorted_groups(values, 10), found)


def test_zones_that_would_hold_most_rows_are_left_to_sorting():
    """Selection declines where it would not be faster."""
    assert selected(np.arange(100), 10, selection.Tuning()) is None
    assert kernel.selected_groups(np.arange(100), 200, 1) is None


@pytest.mark.parametrize("warm", [True, False])
def test_size_decides_only_about_time(monkeypatch, warm):
    """Large columns go through selection, also without numba loaded; the result stays the same."""
    values = COLUMNS["money"](np.random.default_rng(8), 40_000)
    expected = kernel.sorted_groups(values, 10)
    taken = []
    monkeypatch.setattr(kernel, "COMPILE_WARM", 1 if warm else 10**9)
    monkeypatch.setattr(kernel, "COMPILE_COLD", 1)
    if not warm:
        monkeypatch.delitem(sys.modules, "numba")
    selected_groups = kernel.selected_groups
    monkeypatch.setattr(kernel, "selected_groups", lambda *given: taken.append(given) or selected_groups(*given))
    assert_same_bits(expected, kernel.exact_groups(values))
    assert len(taken) == 1


def test_rows_without_value_have_no_group():
    """Missing rows and NaN are in group 0 and not counted."""
    values = np.array([5.0, math.nan, 3.0, 9.0, 1.0])
    missing = np.array([False, False, True, False, False])
    result = kernel.exact_groups(values, 2, missing)
    assert result.group.tolist() == [1, 0, 0, 1, 2]
    assert result.counts.tolist() == [2, 1]
    assert result.sums.tolist() == [14.0, 1.0]


def test_strided_and_read_only_columns_are_taken_as_they_are():
    """Selection works on a copy of what is not contiguous, and changes nothing."""
    values = COLUMNS["money"](np.random.default_rng(9), 80_000)[::2]
    values.flags.writeable = False
    found = kernel.selected_groups(values, 10, 1)
    assert found is not None
    assert_same_bits(kernel.sorted_groups(values, 10), found)


@pytest.mark.parametrize("groups", [0, 256])
def test_groups_fit_a_byte(groups):
    """Group numbers go from 1 to 255."""
    with pytest.raises(ValueError, match="1 to 255 groups"):
        kernel.exact_groups(np.arange(3), groups)


def test_sums_near_the_limit_are_exact_and_beyond_it_refused():
    """The largest sum that fits is right to the last digit; one more is an error that names the group."""
    largest = np.array([HIGHEST - 1, 1, -5], dtype=np.int64)
    assert kernel.exact_groups(largest, 1).sums.tolist() == [HIGHEST - 5]
    with pytest.raises(OverflowError, match=r"group 1 is 9223372036854775808"):
        kernel.exact_groups(np.array([HIGHEST, 1]), 1)


def test_opposite_infinities_make_nan():
    """As adding them does."""
    assert np.isnan(kernel.exact_groups(np.array([math.inf, 0.0, -math.inf]), 1).sums[0])
    assert kernel.exact_groups(np.array([math.inf, 0.0, -math.inf]), 3).sums.tolist() == [math.inf, 0.0, -math.inf]
