"""A large frequent set is found without a search: it is frequent, and where baskets have one in common, it is that."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.kernel.baskets import pack_baskets
from patron.kernel.itemsets import TooManySetsError, frequent_itemsets
from patron.kernel.large_sets import large_set, most_of_a_length, partners_of

BASKETS = st.lists(st.sets(st.integers(0, 12), max_size=8), min_size=1, max_size=12)


def packed(baskets):
    rows = [(number, item) for number, basket in enumerate(baskets) for item in sorted(basket)]
    columns = np.array(rows, np.int64).reshape(-1, 2).T
    return pack_baskets(*columns, len(baskets))


def found(baskets, least):
    levels = frequent_itemsets(packed(baskets), least)
    partners = partners_of(levels[1].items, 13) if len(levels) > 1 else np.zeros(13, np.int64)
    return set(large_set(packed(baskets), least, partners).tolist()), levels


@given(BASKETS, st.integers(1, 4))
def test_what_is_found_is_frequent_and_can_not_grow(baskets, least):
    together, levels = found(baskets, least)
    holding = [basket for basket in baskets if together <= basket]

    assert (len(levels) > 1) == (len(together) > 1)
    if together:
        assert len(holding) >= least
        assert all(sum(item in basket for basket in holding) < least for item in range(13) if item not in together)


def test_what_many_baskets_share_is_found():
    """However many smaller ones stand beside it."""
    random = np.random.default_rng(4)
    baskets = [set(random.choice(13, 2, replace=False).tolist()) for _ in range(200)]
    assert set(range(2, 11)) == found([*baskets, *[set(range(2, 11))] * 3], 3)[0] - {11, 12}


def test_a_set_with_too_many_subsets_is_refused_before_the_search():
    """Forty items in three of a hundred baskets; how long sets may be decides, too."""
    baskets = packed([set(range(40))] * 3 + [{1, 2}] * 97)
    with pytest.raises(TooManySetsError) as refused:
        frequent_itemsets(baskets, 3)
    assert (tuple(range(40)), (40, 780), 2) == (refused.value.together, refused.value.found, refused.value.enough)
    assert [40, 780, 9880] == [len(level.counts) for level in frequent_itemsets(baskets, 3, longest=3)]


def test_subsets_of_a_length():
    assert [1, 6, 20, 15] == [most_of_a_length(items, longest) for items, longest in ((0, None), (4, None), (6, None), (6, 2))]
