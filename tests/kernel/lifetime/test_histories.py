"""Histories are counted the same however the customers are split and in whatever order they come."""

from functools import reduce

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.kernel.lifetime.histories import Past, count_histories

CUSTOMERS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 9), st.integers(0, 9)).map(lambda c: (c[0], c[1] if c[0] else 0, c[1] + c[2])),
    min_size=1,
    max_size=60,
)


def past(customers):
    return Past(*(np.array(column, np.int64) for column in zip(*customers, strict=True)))


def rows(histories):
    return list(zip(*(column.tolist() for column in histories), strict=True))


@given(CUSTOMERS)
def test_equal_customers_are_one_row(customers):
    expected = sorted(((*customer, customers.count(customer)) for customer in set(customers)), key=lambda c: (c[0], c[2], c[1]))

    assert expected == rows(count_histories(past(customers)))


@given(CUSTOMERS, st.integers(1, 5), st.randoms(use_true_random=False))
def test_any_split_in_any_order_is_the_same(customers, parts, random):
    whole = count_histories(past(customers))
    random.shuffle(customers)
    pieces = [count_histories(past(piece)) for piece in (customers[start::parts] for start in range(parts)) if piece]

    assert rows(whole) == rows(reduce(lambda one, other: one.merge(other), pieces))
    assert len(customers) == whole.customers


@pytest.mark.parametrize("impossible", [(1, 5, 4), (0, 1, 4), (-1, 0, 4), (1, -1, 4)])
def test_impossible_histories_are_refused(impossible):
    with pytest.raises(ValueError, match="0 <= last <= age"):
        count_histories(past([(0, 0, 3), impossible]))


def test_numbers_beyond_64_bits_are_refused():
    with pytest.raises(ValueError, match="too large"):
        count_histories(past([(2**20, 2**22, 2**22)]))


def test_no_customer_has_no_history():
    assert 0 == count_histories(Past(*(np.empty(0, np.int64) for _ in range(3)))).customers
