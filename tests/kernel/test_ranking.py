"""Ranks, groups of equal number, cuts, and shares: worked numbers, and the fast functions against their slow twins."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patron.kernel import ranking
from patron.kernel.twins import ranking as twin

LOWEST, HIGHEST = -(2**63), 2**63 - 1

few_integers = st.integers(-3, 3)
any_integers = st.integers(LOWEST, HIGHEST) | st.sampled_from([LOWEST, LOWEST + 1, -1, 0, 1, HIGHEST - 1, HIGHEST])
few_floats = st.sampled_from([-math.inf, -1.5, -0.0, 0.0, 5e-324, 1.5, 1e308, math.inf, math.nan])
any_floats = st.floats(allow_nan=True, allow_infinity=True) | few_floats

integer_columns = st.lists(few_integers | st.none(), max_size=40) | st.lists(any_integers | st.none(), max_size=40)
float_columns = st.lists(few_floats | st.none(), max_size=40) | st.lists(any_floats | st.none(), max_size=40)
columns = st.tuples(integer_columns, st.just(np.int64)) | st.tuples(float_columns, st.just(np.float64))


def arrays(column):
    """Return a column of Python values as the arrays that kernels take; what stands under a missing row means nothing."""
    values, dtype = column
    missing = np.array([value is None for value in values], dtype=np.bool_)
    return np.array([7 if value is None else value for value in values], dtype=dtype), missing


@settings(max_examples=300)
@given(columns)
def test_order_agrees_with_the_twin(column):
    """Value descending, ties by position, rows without a value left out, for every integer and float there is."""
    values, missing = arrays(column)
    expected = twin.descending_order(column[0])
    assert expected == ranking.descending_order(values, missing).tolist()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("spread", [1, 40, 63])
def test_order_of_many_rows_equals_a_stable_sort(seed, spread):
    """Keys too wide to be packed with their position are put right where their last bits decide."""
    random = np.random.default_rng(seed)
    values = random.integers(-(2**spread), 2**spread - 1, 20_000)
    values[random.random(20_000) < 0.5] >>= spread // 2  # crowded: most differ in their last bits only
    values[::7] = values[0]
    assert np.array_equal(np.argsort(~values, kind="stable"), ranking.descending_order(values))
    floats = values.astype(np.float64) / 3
    assert np.array_equal(np.argsort(-floats, kind="stable"), ranking.descending_order(floats))


def test_order_of_crowded_values_and_one_giant():
    """One value far from all others costs the rest none of its bits."""
    values = np.array([5, 4, HIGHEST, 5, 6, LOWEST, 4, *range(1000)], dtype=np.int64)
    assert twin.descending_order(values.tolist()) == ranking.descending_order(values).tolist()


def test_order_leaves_its_input_alone():
    """Arrays of a customer table are read-only, and strided ones are taken as they are."""
    values = np.array([3, 9, 1, 9, 2, 9], dtype=np.int64)[::2]
    values.flags.writeable = False
    assert ranking.descending_order(values).tolist() == [0, 2, 1]
    floats = np.array([3.0, 1.0, 2.0])
    floats.flags.writeable = False
    assert ranking.descending_order(floats).tolist() == [0, 2, 1]
    assert floats.tolist() == [3.0, 1.0, 2.0]


@given(st.integers(0, 60), st.integers(1, 25))
def test_group_sizes_agree_with_the_twin(rows, groups):
    """Sizes differ by at most one, the larger ones come first, also with more groups than rows."""
    assert twin.group_sizes(rows, groups) == ranking.group_sizes(rows, groups).tolist()


def test_there_is_at_least_one_group():
    """No group at all is a mistake of the caller."""
    with pytest.raises(ValueError, match="at least one group"):
        ranking.group_sizes(3, 0)
    with pytest.raises(ValueError, match="at least one group"):
        ranking.quantile_cuts(np.array([1]), 0)


@pytest.mark.requirement("R297")
def test_150_000_customers_make_ten_groups_of_15_000():
    """W17: ten groups of 15,000, and the best 20 % are 30,000."""
    sizes = ranking.group_sizes(150_000, 10)
    assert sizes.tolist() == [15_000] * 10
    assert sizes[:2].sum() == 30_000


@given(columns, st.integers(1, 12))
def test_groups_agree_with_the_twin(column, groups):
    """Groups by position, split ties and ties together."""
    values, missing = arrays(column)
    order = ranking.descending_order(values, missing)
    group = ranking.groups_by_position(order, len(values), groups)
    expected = twin.groups_by_position(order.tolist(), len(values), groups)
    assert expected == group.tolist()
    assert twin.ties_together(column[0], order.tolist(), expected) == ranking.ties_together(values, order, group).tolist()


@pytest.mark.parametrize(("groups", "dtype"), [(10, np.uint8), (255, np.uint8), (256, np.uint16), (70_000, np.uint32)])
def test_group_numbers_take_the_smallest_type(groups, dtype):
    """A byte a row as long as the groups fit."""
    group = ranking.groups_by_position(np.arange(3), 4, groups)
    assert group.dtype == dtype
    assert group.tolist() == [1, 2, 3, 0]


@settings(max_examples=200)
@given(columns, st.integers(1, 12))
def test_cuts_and_scores_agree_with_the_twin(column, groups):
    """Cuts are values that occur; equal values score equal; no value, no score."""
    values, missing = arrays(column)
    cuts = ranking.quantile_cuts(values, groups, missing)
    expected = twin.quantile_cuts(column[0], groups)
    assert expected == cuts.tolist()
    assert cuts.dtype == values.dtype
    assert twin.score_by_cuts(column[0], expected) == ranking.score_by_cuts(values, cuts, missing).tolist()


def test_a_cut_at_zero_has_no_sign():
    """Which of -0.0 and 0.0 stands in the middle depends on the sort; the cut does not."""
    for values in ([-0.0, 0.0, -0.0], [0.0, -0.0, -0.0]):
        cut = ranking.quantile_cuts(np.array(values), 2)
        assert math.copysign(1, cut[0]) == 1


def test_scores_fit_a_byte():
    """More than 254 cuts are refused before a score wraps."""
    cuts = np.arange(255)
    with pytest.raises(ValueError, match="255 cuts"):
        ranking.score_by_cuts(np.array([1]), cuts)
    assert ranking.score_by_cuts(np.array([300, 0]), cuts[:254]).tolist() == [255, 1]


@given(st.lists(st.integers(-50, 50) | st.integers(-(2**57), 2**57), max_size=30), st.integers(1, 12))
def test_customers_for_shares_agree_with_the_twin(values, parts):
    """Exact at every border, with refunds at the end, and none where the total is not positive."""
    descending = sorted(values, reverse=True)
    expected = twin.customers_for_shares(descending, parts)
    assert expected == ranking.customers_for_shares(np.array(descending, dtype=np.int64), parts)


def test_customers_for_shares_of_totals_near_the_limit():
    """Ten times a total just below 2**63 is worked out without wrapping."""
    descending = np.array([2**62, 2**61, 2**60], dtype=np.int64)
    assert twin.customers_for_shares(descending.tolist()) == ranking.customers_for_shares(descending)


@pytest.mark.requirement("R297")
def test_1_500_of_150_000_customers_bring_the_first_tenth():
    """W18 (and W16): 1,500 customers of 990 and 148,500 of 90."""
    values = np.repeat(np.array([990, 90]), [1_500, 148_500])
    needed = ranking.customers_for_shares(values)
    assert needed[0] == 1_500
    assert np.diff(needed).tolist() == [16_500] * 9


@pytest.mark.requirement("R295")
def test_each_tenth_of_customers_has_its_part_of_the_total():
    """W18: the first decile brings 2/11 of the total, every other 1/11, whatever the order of the rows."""
    values = np.random.default_rng(18).permutation(np.repeat(np.array([990, 90]), [1_500, 148_500]))
    group = ranking.groups_by_position(ranking.descending_order(values), len(values), 10)
    sums = ranking.sums_by_group(values, group, 10)
    total = sum(sums)
    assert total == 14_850_000
    assert [Fraction(2, 11)] + [Fraction(1, 11)] * 9 == [Fraction(each, total) for each in sums]


@pytest.mark.requirement("R296")
def test_customers_needed_for_each_tenth_of_the_total():
    """W19: the smallest number of customers whose values reach the border."""
    assert ranking.customers_for_shares(np.array([50, 20, 10, 5, 5, 4, 3, 1, 1, 1])) == [1, 1, 1, 1, 1, 2, 2, 3, 5, 10]


@pytest.mark.requirement("R132")
def test_the_best_fifth_of_customers_brings_four_fifths():
    """W20: 30,000 customers of 16 and 120,000 of 1: the best 20 % bring exactly 80 %."""
    values = np.random.default_rng(20).permutation(np.repeat(np.array([16, 1]), [30_000, 120_000]))
    group = ranking.groups_by_position(ranking.descending_order(values), len(values), 5)
    sums = ranking.sums_by_group(values, group, 5)
    assert Fraction(sums[0], sum(sums)) == Fraction(4, 5)


@given(st.lists(st.tuples(any_integers | st.none(), st.integers(0, 3)), max_size=40))
def test_sums_by_group_agree_with_the_twin(rows):
    """Sums beyond 64 bits are whole numbers, never wrapped."""
    values, missing = arrays(([value for value, _ in rows], np.int64))
    group = np.array([number for _, number in rows], dtype=np.uint8)
    expected = twin.sums_by_group([value for value, _ in rows], group.tolist(), 3)
    assert expected == ranking.sums_by_group(values, group, 3, missing)


def test_sums_by_group_over_many_blocks():
    """Blocks add up, at the largest value there is."""
    values = np.full(150_000, HIGHEST)
    group = (np.arange(150_000) % 3 + 1).astype(np.uint8)
    assert ranking.sums_by_group(values, group, 3) == [50_000 * HIGHEST] * 3


@given(st.lists(st.integers(0, 2**64 - 1) | st.sampled_from([0, 1, 2**63, 0x4330303030303031, 0x4330303030303130]), max_size=60))
def test_ascending_order_of_words(words: list[int]) -> None:
    """Any 64-bit words, with shared bits or without, stand in order, equal ones by position."""
    order = ranking.ascending_order(np.array(words, np.uint64)).tolist()
    assert order == sorted(range(len(words)), key=lambda place: (words[place], place))
