"""Baskets: packing rows, dropping items, bits."""

import numba  # noqa: F401 - from here on compiled code pays
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patron.kernel import baskets as module
from patron.kernel.baskets import basket_bits, keep_items, pack_baskets

rows_of_baskets = st.lists(st.tuples(st.integers(0, 90), st.integers(0, 9)), max_size=120)


def packed(rows, count=91):
    pairs = np.array(rows, dtype=np.int64).reshape(-1, 2)
    return pack_baskets(pairs[:, 0], pairs[:, 1], count)


def as_sets(baskets):
    return [set(baskets.items[start:end].tolist()) for start, end in zip(baskets.starts[:-1], baskets.starts[1:], strict=True)]


@given(rows_of_baskets)
def test_rows_in_any_order_are_packed_once(rows):
    """An item counts once in a basket; baskets without rows are there, and empty."""
    baskets = packed(rows)
    assert [{item for basket, item in rows if basket == number} for number in range(91)] == as_sets(baskets)
    assert len(set(rows)) == len(baskets.items)
    assert 91 == baskets.size


@pytest.fixture(name="compiled", scope="module")
def _compiled():
    """Pack with compiled code, however few rows there are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "COMPILE_WARM", 0)
        yield


def same(one, other):
    return all(np.array_equal(mine, theirs) and mine.dtype == theirs.dtype for mine, theirs in zip(one, other, strict=True))


@settings(max_examples=200)
@given(st.lists(st.lists(st.integers(0, 40) | st.integers(0, 2**31 - 1), max_size=20), max_size=12), st.integers(1, 4))
def test_rows_in_order_are_packed_by_threads_as_by_sorting(compiled, baskets, threads):
    """Few and many items, the same one again, empty baskets at both ends: the same as sorting gives, to the type."""
    numbers = np.repeat(np.arange(len(baskets)), [len(basket) for basket in baskets]) + 2
    items = np.array([item for basket in baskets for item in basket], np.int64)
    count = len(baskets) + 5

    assert same(module._pack_by_sorting(numbers, items, count), pack_baskets(numbers, items, count, threads))


@given(rows_of_baskets, st.integers(1, 4))
def test_rows_out_of_order_are_packed_all_the_same(compiled, rows, threads):
    pairs = np.array(rows, dtype=np.int64).reshape(-1, 2)

    assert same(packed(sorted(rows)), pack_baskets(pairs[:, 0], pairs[:, 1], 91, threads))


@pytest.mark.parametrize("wrong", [-1, 91, 2**40, -(2**63)])
def test_a_number_out_of_range_is_never_written_to(compiled, wrong):
    """Compiled code has no bounds: it must notice a basket that is not there, and leave it to what raises."""
    numbers, items = np.sort(np.array([3, 5, 7, wrong])), np.zeros(4, np.int64)
    for threads in (1, 2, 3):
        assert module._pack_in_order(numbers, items, 91, threads) is None
        assert module._pack_in_order(numbers[::-1], items, 91, threads) is None
    for item in (-1, 2**31, 2**62):
        assert module._pack_in_order(np.array([3, 5]), np.array([item, 1]), 91, 1) is None


@given(rows_of_baskets, st.sets(st.integers(0, 9)))
def test_items_that_are_kept_get_new_numbers_in_order(rows, kept):
    marks = np.array([item in kept for item in range(10)])
    found = as_sets(keep_items(packed(rows), marks))
    assert [{sorted(kept).index(item) for item in basket & kept} for basket in as_sets(packed(rows))] == found


@given(rows_of_baskets, st.integers(0, 91), st.integers(0, 91))
def test_every_bit_is_a_basket(rows, one, other):
    first, last = sorted((one, other))
    bits = basket_bits(packed(rows), first, last, 10)
    expected = {(item, basket - first) for basket, item in rows if first <= basket < last}
    there = np.unpackbits(bits.view(np.uint8), axis=1, bitorder="little")
    assert expected == {(int(item), int(basket)) for item, basket in zip(*np.nonzero(there), strict=True)}


def test_numbers_that_fit_no_word_are_refused():
    with pytest.raises(OverflowError, match="too many baskets or items"):
        pack_baskets(np.array([0]), np.array([2**31]), 1)
    with pytest.raises(OverflowError, match="too many baskets or items"):
        pack_baskets(np.array([0]), np.array([2**30]), 2**33)
