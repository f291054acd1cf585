"""Pieces of the adding up that hold by themselves; test_aggregate.py of core/scoring compares the whole with its twin."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from patron.kernel.aggregate import distinct_by_code, magnitude_sum, warm_up

WORDS = st.integers(-(2**63), 2**63 - 1)


@given(st.lists(WORDS, max_size=50))
def test_magnitudes_add_up_without_wrapping(values: list[int]) -> None:
    """The sum of magnitudes is exact beyond 64 bits, the smallest integer included."""
    assert magnitude_sum(np.array(values, np.int64)) == sum(map(abs, values))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(-3, 3)), max_size=60))
def test_distinct_items_by_customer(rows: list[tuple[int, int]]) -> None:
    """Each customer has as many items as a set has, negative days included."""
    codes, items = (np.array([row[place] for row in rows], np.int32) for place in range(2))
    expected = [len({item for code, item in rows if code == customer}) for customer in range(6)]
    assert distinct_by_code(codes, items, 6).tolist() == expected


def test_warming_up_changes_nothing() -> None:
    """Compiled code can be loaded ahead, any number of times, for both kinds of ids."""
    for text_ids in (False, True, True):
        warm_up(text_ids=text_ids)
