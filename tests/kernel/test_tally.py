"""Rows are counted as a dictionary would, for every partitioning and order of merging."""

from functools import reduce

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from patron.kernel.tally import tally_of
from patron.kernel.twins import tally as twin

NUMBERS = st.integers(-3, 3) | st.sampled_from([-(2**63), 2**63 - 1])
ROWS = st.lists(st.tuples(NUMBERS, NUMBERS, st.integers(1, 5)), max_size=40)


def tally(rows):
    one, other, counts = (np.array([row[place] for row in rows], np.int64) for place in range(3))
    return tally_of(one, other, counts=counts)


def told(found):
    return list(zip(zip(*(column.tolist() for column in found.columns), strict=True), found.counts.tolist(), strict=True))


@settings(max_examples=80)
@given(ROWS, st.integers(1, 5), st.randoms(use_true_random=False))
def test_any_parts_in_any_order_are_the_whole(rows, parts, random):
    expected = twin.tally_of([row[:2] for row in rows], [row[2] for row in rows])
    assert expected == told(tally(rows))

    random.shuffle(rows)
    pieces = [tally(rows[start::parts]) for start in range(parts)]
    assert expected == told(reduce(lambda one, other: one.merge(other), pieces))


@given(st.lists(st.integers(-4, 4), max_size=30))
def test_rows_without_numbers_are_there_once(values):
    column = np.array(values, np.int64)

    assert twin.tally_of([(value,) for value in values], [1] * len(values)) == told(tally_of(column))
    assert told(tally_of(column, column // 2)) == twin.tally_of([(value, value // 2) for value in values], [1] * len(values))
