"""Sums by group are exact, or refused; never wrapped."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patron.kernel.sums import magnitude, sums

INT64 = st.integers(-(2**63), 2**63 - 1)


@settings(max_examples=50)
@given(rows=st.lists(st.tuples(INT64 | st.integers(-99, 99), st.integers(0, 3)), max_size=12))
def test_sums_are_those_of_whole_numbers(rows):
    values = np.array([value for value, _ in rows], np.int64)
    groups = np.array([group for _, group in rows], np.int64)
    whole = sum(abs(value) for value, _ in rows)
    assert whole == magnitude(values)
    if whole > 2**63 - 1:
        with pytest.raises(OverflowError):
            sums(values, groups, 4)
    else:
        assert [sum(value for value, group in rows if group == own) for own in range(4)] == sums(values, groups, 4).tolist()
