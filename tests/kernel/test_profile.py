"""Profiles: counts and evidence beside the twin, and sums that hang on no order."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patron.kernel.profile import BIT, count_values, evidence, resemblance
from patron.kernel.twins import profile as twin

ROWS = st.lists(st.tuples(st.integers(-1, 3), st.booleans()), min_size=1, max_size=40)


@settings(max_examples=60)
@given(rows=ROWS, least=st.integers(1, 4))
def test_evidence_is_that_of_the_twin(rows, least):
    codes, target = (np.array(each) for each in zip(*rows, strict=True))
    count, hits = count_values(codes, 4, target)
    weights = evidence(count, hits, least)
    for value, expected in twin.evidence(codes.tolist(), target.tolist(), least).items():
        assert weights[value] / BIT == pytest.approx(expected, abs=1e-6)
    scores = resemblance([codes, codes], [weights, weights])
    assert [0 if code < 0 else 2 * int(weights[code]) for code in codes.tolist()] == scores.tolist()


def test_nobody():
    count, hits = count_values(np.empty(0, np.int64), 0, np.empty(0, np.bool_))
    assert 0 == len(evidence(count, hits, 1))
    assert [0] == resemblance([np.array([-1])], [np.empty(0, np.int64)]).tolist()
