"""Frequent itemsets: against every set counted in every basket, on both ways of counting."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patron.kernel import itemsets
from patron.kernel.baskets import pack_baskets
from patron.kernel.itemsets import TooManySetsError, find_sets, frequent_itemsets, least_count
from patron.kernel.twins import rules as twin

few_baskets = st.lists(st.sets(st.integers(0, 6), max_size=7), min_size=1, max_size=25)


def packed(baskets):
    rows = [(number, item) for number, basket in enumerate(baskets) for item in sorted(basket)]
    pairs = np.array(rows, dtype=np.int64).reshape(-1, 2)
    return pack_baskets(pairs[:, 0], pairs[:, 1], len(baskets))


def as_dictionary(levels):
    return {
        tuple(items): count for level in levels for items, count in zip(level.items.tolist(), level.counts.tolist(), strict=True)
    }


@pytest.fixture
def compiled(monkeypatch):
    """Count with compiled code, however few steps there are, in chunks of two words."""
    monkeypatch.setattr(itemsets, "COMPILE_WARM", 0)
    monkeypatch.setattr(itemsets, "COMPILE_COLD", 0)
    monkeypatch.setattr(itemsets, "_CHUNK", 128)


@settings(max_examples=150)
@given(few_baskets, st.integers(1, 6), st.none() | st.integers(1, 4))
def test_sets_agree_with_the_twin(baskets, least, longest):
    """The same sets and counts, in lexicographic order within a length."""
    expected = twin.frequent_itemsets(baskets, least, longest)
    assert list(expected.items()) == list(as_dictionary(frequent_itemsets(packed(baskets), least, longest)).items())


def crowd(seed, baskets=1000, items=40):
    random = np.random.default_rng(seed)
    popular = random.random(items) ** 2
    return [set(np.flatnonzero(random.random(items) < popular / 2).tolist()) for _ in range(baskets)]


@pytest.mark.parametrize("seed", range(3))
def test_any_chunks_threads_and_ways_give_the_same(seed, request, monkeypatch):
    """NumPy, compiled by bits, compiled pair by pair in narrow bands, one thread and three: one result."""
    baskets = packed(crowd(seed))
    plain = frequent_itemsets(baskets, 25, threads=1)
    assert len(plain) >= 4
    monkeypatch.setattr(itemsets, "_CHUNK", 64)
    monkeypatch.setattr(itemsets, "_KEPT", 0)
    monkeypatch.setattr(itemsets, "_JOINED", 50)
    small = frequent_itemsets(baskets, 25, threads=1)
    request.getfixturevalue("compiled")
    monkeypatch.setattr(itemsets, "_TABLE", 100)
    by_pairs = frequent_itemsets(baskets, 25, threads=3)
    monkeypatch.setattr(itemsets._Counter, "pairs", lambda self, least: None)
    by_bits = frequent_itemsets(baskets, 25, threads=2)

    for other in (small, by_pairs, by_bits):
        assert len(plain) == len(other)
        for one, two in zip(plain, other, strict=True):
            assert all(np.array_equal(a, b) and a.dtype == b.dtype for a, b in zip(one, two, strict=True))


@given(few_baskets)
def test_sets_are_found_by_their_items(baskets):
    levels = frequent_itemsets(packed(baskets), 2)
    if not levels:
        return
    for level in levels:
        assert list(range(len(level.counts))) == find_sets(levels, level.items).tolist()
    rare = np.array([[item] for item in range(12) if item not in levels[0].items[:, 0]], dtype=np.int32)
    assert [-1] * len(rare) == find_sets(levels, rare).tolist()


def test_baskets_of_pairs_alone_count_as_dense_ones_do(compiled):
    """Few large baskets are counted by bits, many small ones pair by pair."""
    large = [set(range(200))] * 3
    assert {200, 19_900} == {len(level.counts) for level in frequent_itemsets(packed(large), 3, longest=2)}
    small = [{0, 1}] * 300
    assert {(0,): 300, (1,): 300, (0, 1): 300} == as_dictionary(frequent_itemsets(packed(small), 3))


def test_nothing_frequent_is_no_level():
    assert [] == frequent_itemsets(packed([{1}, {2}, set()]), 2)
    assert [] == frequent_itemsets(packed([set(), set()]), 1)


def test_too_many_sets_are_refused(monkeypatch):
    monkeypatch.setattr(itemsets, "MOST_SETS", 10)
    with pytest.raises(TooManySetsError) as refused:
        frequent_itemsets(packed([set(range(8))] * 3), 1)
    assert (8,) == refused.value.found[:1]


@pytest.mark.requirement("R308")
@pytest.mark.parametrize(
    ("share", "of", "least"), [("0.1", 30, 3), ("0.1", 31, 4), ("0.3", 10, 3), ("0.000001", 5, 1), ("1", 7, 7), ("1/3", 9, 3)]
)
def test_a_threshold_is_a_whole_number_of_baskets(share, of, least):
    """0.1 · 30 is 3 and not 3.0000000000000004; at least one basket is asked for."""
    assert least == least_count(Fraction(share), of)
