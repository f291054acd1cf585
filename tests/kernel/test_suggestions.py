"""Suggestions: the first rules that fit each customer, against the slow twins."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.kernel import suggestions
from patron.kernel.baskets import pack_baskets
from patron.kernel.follow_ups import pack_purchases, sequence_rules
from patron.kernel.itemsets import frequent_itemsets
from patron.kernel.rules import association_rules
from patron.kernel.suggestions import suggest_next, suggest_together
from patron.kernel.twins import follow_ups as twin_sequences
from patron.kernel.twins import rules as twin_rules

baskets = st.lists(st.sets(st.integers(0, 5), max_size=5), min_size=1, max_size=12)
shops = st.lists(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 4)), max_size=8), min_size=1, max_size=8)


def packed(sets):
    rows = np.array([(number, item) for number, items in enumerate(sets) for item in items], np.int64).reshape(-1, 2)
    return pack_baskets(rows[:, 0], rows[:, 1], len(sets))


def sides(rules):
    return [
        tuple(tuple(item for item in row if item >= 0) for row in side)
        for side in zip(rules.antecedents.tolist(), rules.consequents.tolist(), strict=True)
    ]


@pytest.mark.requirement("R302")
@given(baskets, baskets, st.integers(1, 3))
def test_what_goes_with_what_they_have(sold, owned, most):
    rules = association_rules(frequent_itemsets(packed(sold), 1), len(sold), Fraction(1, 4))
    found = suggest_together(packed(owned), rules, most)
    expected = twin_rules.suggestions(owned, sides(rules), most)

    assert [(customer, rule) for customer, own in enumerate(expected) for rule in own] == list(
        zip(found.customers.tolist(), found.rules.tolist(), strict=True)
    )
    assert found.items.tolist() == [sides(rules)[rule][1][0] for rule in found.rules.tolist()]


@pytest.mark.requirement("R302")
@given(shops, shops, st.integers(1, 12), st.integers(0, 25), st.integers(1, 3))
def test_what_comes_next(sold, customers, within, as_of, most):
    def purchases(shop):
        rows = [(number, *each) for number, own in enumerate(shop) for each in own]
        columns = np.array(rows, np.int64).reshape(-1, 3)
        return pack_purchases(columns[:, 0], columns[:, 1], columns[:, 2], len(shop))

    rules = sequence_rules(purchases(sold), 1, Fraction(1, 5), within=within)
    pairs = [(before[0], after[0]) for before, after in sides(rules)]
    found = suggest_next(purchases(customers), rules, within=within, as_of=as_of, most=most)
    expected = twin_sequences.suggestions(customers, pairs, within, as_of, most)

    assert [(customer, rule, day) for customer, own in expected.items() for rule, day in own] == list(
        zip(found.customers.tolist(), found.rules.tolist(), found.until.tolist(), strict=True)
    )


def test_chunks_of_customers_do_not_matter(monkeypatch):
    random = np.random.default_rng(5)
    owned = [set(random.integers(0, 30, 6).tolist()) for _ in range(500)]
    rules = association_rules(frequent_itemsets(packed(owned), 10), len(owned), Fraction(1, 20))
    whole = suggest_together(packed(owned), rules, 3)
    monkeypatch.setattr(suggestions, "_CHUNK", 64)

    assert len(whole.items) > 500
    assert all(np.array_equal(one, two) for one, two in zip(whole, suggest_together(packed(owned), rules, 3), strict=True))
