"""Association rules: against fractions, with thresholds that only whole numbers decide rightly."""

from fractions import Fraction
from functools import reduce

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patron.kernel import rules
from patron.kernel.baskets import pack_baskets
from patron.kernel.itemsets import TooManySetsError, frequent_itemsets, least_count
from patron.kernel.rules import Rules, association_rules, at_least
from patron.kernel.twins import rules as twin

few_baskets = st.lists(st.sets(st.integers(0, 5), max_size=6), min_size=1, max_size=20)
shares = st.fractions(0, 1, max_denominator=12)


def mined(baskets, support, confidence, **limits):
    rows = np.array([(number, item) for number, basket in enumerate(baskets) for item in basket], np.int64).reshape(-1, 2)
    packed = pack_baskets(rows[:, 0], rows[:, 1], len(baskets))
    levels = frequent_itemsets(packed, least_count(support, len(baskets)))
    return association_rules(levels, len(baskets), confidence, **limits)


def sides(found):
    return [
        tuple(tuple(item for item in row if item >= 0) for row in side)
        for side in zip(found.antecedents.tolist(), found.consequents.tolist(), strict=True)
    ]


@pytest.mark.requirement("R301", "R308")
@settings(max_examples=150)
@given(few_baskets, shares, shares, st.integers(1, 4), st.none() | st.integers(1, 3))
def test_rules_agree_with_the_twin(baskets, support, confidence, shortest, most):
    """The same rules with the same counts; each measure is the float nearest to its fraction."""
    expected = twin.association_rules(baskets, support, confidence, shortest, most)
    found = mined(baskets, support, confidence, shortest=shortest, most_consequents=most)

    assert set(expected) == set(sides(found))
    for place, side in enumerate(sides(found)):
        count, *measures = expected[side]
        assert count == found.counts[place]
        assert [float(each) for each in measures] == [
            found.support[place],
            found.confidence[place],
            found.lift[place],
            found.leverage[place],
        ]


def test_diapers_and_beer():
    """S1: what happens together; counted by hand."""
    diapers, beer, milk = range(3)
    found = mined([{diapers, beer}, {diapers, beer, milk}, {diapers}, {milk}, {milk}], Fraction("0.4"), Fraction("0.6"))

    assert [((beer,), (diapers,)), ((diapers,), (beer,))] == sides(found)
    assert [2 / 5, 2 / 5] == found.support.tolist()
    assert [1.0, 2 / 3] == found.confidence.tolist()
    assert [5 / 3, 5 / 3] == found.lift.tolist()
    assert [4 / 25, 4 / 25] == found.leverage.tolist()


def test_a_confidence_of_exactly_the_threshold_is_kept():
    """0.8 of 5 is 4, though the float 0.8 is more than four fifths; likewise every tenth of ten."""
    assert [4] == mined([{0, 1}] * 4 + [{0}, {1}, {1}], Fraction("0.1"), Fraction("0.8")).counts.tolist()
    for tenths in range(1, 11):
        assert at_least(np.array([tenths]), np.array([10]), Fraction(f"{tenths / 10:.1f}")).all()


def test_large_counts_are_compared_without_wrapping():
    some, whole = np.array([2**53 + 1]), np.array([2**54 + 2])
    assert at_least(some, whole, Fraction(1, 2)).all()
    assert not at_least(some, whole, Fraction(10**15 + 2, 2 * 10**15)).any()


def test_measures_of_large_counts_are_divided_once():
    """Products beyond 64 bits are exact."""
    count, everyone = np.array([3 * 10**9 + 1]), 10**10
    one = np.zeros((1, 1), np.int32)
    found = Rules(one, one + 1, count, count + 5, count + 7, everyone)
    exact = Fraction(int(count[0]) * everyone, int(count[0] + 5) * int(count[0] + 7))
    assert [float(exact)] == found.lift.tolist()
    share = Fraction(int(count[0]), everyone)
    beyond = share - Fraction(int(count[0] + 5), everyone) * Fraction(int(count[0] + 7), everyone)
    assert [float(beyond)] == found.leverage.tolist()


def test_the_order_is_one():
    """Confidence, lift, support, then items: never the order in which sets were found."""
    found = mined([{0, 1, 2}] * 3 + [{3, 4}] * 3, Fraction("0.1"), Fraction(1))
    assert 14 == len(sides(found))
    assert sorted(sides(found), key=lambda rule: (len(rule[0]), rule[0], len(rule[1]), rule[1])) == sides(found)


def test_no_rule_is_none():
    assert [] == mined([{0}, {1}], Fraction("0.1"), Fraction(1)).counts.tolist()
    assert [] == mined([set()], Fraction("0.1"), Fraction(1)).counts.tolist()


def test_too_many_rules_are_refused(monkeypatch):
    monkeypatch.setattr(rules, "MOST_SETS", 10)
    with pytest.raises(TooManySetsError):
        mined([set(range(6))] * 3, Fraction("0.1"), Fraction("0.1"))


@settings(max_examples=60)
@given(few_baskets, shares, shares, st.integers(1, 5), st.randoms(use_true_random=False))
def test_rules_of_any_parts_merged_in_any_order_are_those_of_the_whole(baskets, support, confidence, parts, random):
    """The rows of a basket may be in several parts; every array, and every measure, to the last bit."""
    rows = [(number, item) for number, basket in enumerate(baskets) for item in sorted(basket)]

    def packed(some):
        columns = np.array(some, np.int64).reshape(-1, 2).T
        return pack_baskets(*columns, len(baskets))

    def found(some):
        rules = association_rules(frequent_itemsets(some, least_count(support, some.size)), some.size, confidence)
        arrays = (*rules[:5], rules.support, rules.confidence, rules.lift, rules.leverage)
        return [(array.dtype, array.shape, array.tobytes()) for array in arrays]

    expected = found(packed(rows))
    random.shuffle(rows)
    pieces = [packed(rows[start::parts]) for start in range(parts)]

    assert expected == found(reduce(lambda one, other: one.merge(other), pieces))
