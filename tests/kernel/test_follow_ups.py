"""Sequences: W21, and every pair of purchases of every customer, on both ways of counting."""

from fractions import Fraction
from functools import reduce

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patron.kernel import follow_ups
from patron.kernel.follow_ups import pack_purchases, sequence_rules
from patron.kernel.twins import follow_ups as twin

TV, STEREO = 0, 1
shops = st.lists(st.lists(st.tuples(st.integers(-20, 20), st.integers(0, 4)), max_size=12), min_size=1, max_size=12)


def packed(customers):
    rows = [(number, day, item) for number, purchases in enumerate(customers) for day, item in purchases]
    columns = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return pack_purchases(columns[:, 0], columns[:, 1], columns[:, 2], len(customers))


def as_dictionary(rules):
    keys = zip(rules.antecedents[:, 0].tolist(), rules.consequents[:, 0].tolist(), strict=True)
    values = zip(rules.counts.tolist(), rules.antecedent_counts.tolist(), rules.consequent_counts.tolist(), strict=True)
    return dict(zip(keys, values, strict=True))


@pytest.mark.requirement("R309")
@pytest.mark.parametrize("way", ["plain", "compiled"])
def test_W21_large_television_and_stereo(way, monkeypatch):
    """Ten buy a television; three upgrade their stereo by day 90, one of them on day 90, and one on day 91: 0.30."""
    monkeypatch.setattr(follow_ups, "COMPILE_WARM", 0 if way == "compiled" else 10**9)
    monkeypatch.setattr(follow_ups, "COMPILE_COLD", 0 if way == "compiled" else 10**9)
    customers = [[(0, TV), (day, STEREO)] for day in (1, 40, 90, 91)] + [[(0, TV)]] * 6
    rules = sequence_rules(packed(customers), 1, Fraction("0.3"), within=90)

    assert {(TV, STEREO): (3, 10, 4)} == as_dictionary(rules)
    assert [0.3] == rules.confidence.tolist()
    assert [] == sequence_rules(packed(customers), 1, Fraction("0.301"), within=90).counts.tolist()
    assert [0.4] == sequence_rules(packed(customers), 1, Fraction("0.3"), within=91).confidence.tolist()


@pytest.mark.requirement("R309")
def test_the_same_day_is_association_unless_asked_for():
    customers = [[(5, TV), (5, STEREO)], [(5, TV), (6, TV)]]
    assert {(TV, TV): (1, 2, 2)} == as_dictionary(sequence_rules(packed(customers), 1, Fraction(0), within=9))
    expected = {(TV, TV): (1, 2, 2), (TV, STEREO): (1, 2, 1), (STEREO, TV): (1, 1, 2)}
    assert expected == as_dictionary(sequence_rules(packed(customers), 1, Fraction(0), within=9, first_day=0))


@settings(max_examples=150)
@given(shops, st.integers(1, 4), st.fractions(0, 1, max_denominator=6), st.integers(1, 45), st.integers(0, 1))
def test_rules_agree_with_the_twin(customers, least, confidence, within, first_day):
    expected = {
        pair: (count, before, after)
        for pair, (count, before, after) in twin.sequence_counts(customers, within, first_day).items()
        if count >= least and Fraction(count, before) >= confidence
    }
    found = sequence_rules(packed(customers), least, confidence, within=within, first_day=first_day)
    assert expected == as_dictionary(found)


@pytest.mark.parametrize("first_day", [0, 1])
@pytest.mark.parametrize("seed", range(2))
def test_any_blocks_threads_and_ways_give_the_same(seed, first_day, monkeypatch):
    """NumPy in large and small blocks, compiled in one band and many: one result."""
    random = np.random.default_rng(seed)
    rows = (random.integers(0, 60, 4000), random.integers(0, 300, 4000), random.integers(0, 30, 4000))
    purchases = pack_purchases(*rows, 61)

    def mined(threads=1):
        return sequence_rules(purchases, 5, Fraction(1, 10), within=20, first_day=first_day, threads=threads)

    monkeypatch.setattr(follow_ups, "COMPILE_WARM", 10**9)
    plain = mined()
    assert len(plain.counts) > 500
    others = []
    for block in (1, 700):
        monkeypatch.setattr(follow_ups, "_BLOCK", block)
        others.append(mined())
    monkeypatch.setattr(follow_ups, "COMPILE_WARM", 0)
    monkeypatch.setattr(follow_ups, "COMPILE_COLD", 0)
    others.append(mined())
    monkeypatch.setattr(follow_ups, "_TABLE", 100)
    others.append(mined(threads=3))
    for other in others:
        assert all(np.array_equal(one, two) for one, two in zip(plain, other, strict=True))


def test_rows_in_any_order_and_twice_are_packed_once():
    one = packed([[(3, 1), (1, 1), (3, 0), (3, 1)], [], [(2, 2)]])
    assert [0, 3, 3, 4] == one.starts.tolist()
    assert [1, 3, 3, 2] == one.days.tolist()
    assert [1, 0, 1, 2] == one.items.tolist()


def test_nobody_buys_nothing():
    assert [] == sequence_rules(packed([[]]), 1, Fraction(0), within=90).counts.tolist()
    assert [] == sequence_rules(packed([[(1, 0)]]), 2, Fraction(0), within=90).counts.tolist()


@settings(max_examples=60)
@given(shops, st.integers(1, 45), st.integers(1, 5), st.randoms(use_true_random=False))
def test_rules_of_any_parts_merged_in_any_order_are_those_of_the_whole(customers, within, parts, random):
    """The purchases of a customer may be in several parts; every array, and every measure, to the last bit."""
    rows = [(number, day, item) for number, purchases in enumerate(customers) for day, item in purchases]

    def pack(some):
        columns = np.array(some, np.int64).reshape(-1, 3).T
        return pack_purchases(*columns, len(customers))

    def found(purchases):
        rules = sequence_rules(purchases, 1, Fraction("0.2"), within=within)
        arrays = (*rules[:5], rules.support, rules.confidence, rules.lift, rules.leverage)
        return [(array.dtype, array.shape, array.tobytes()) for array in arrays]

    expected = found(pack(rows))
    random.shuffle(rows)
    pieces = [pack(rows[start::parts]) for start in range(parts)]

    assert expected == found(reduce(lambda one, other: one.merge(other), pieces))
