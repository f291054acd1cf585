"""Baskets: packing rows, dropping items, bits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
