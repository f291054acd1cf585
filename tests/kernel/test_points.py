"""Points: every kernel beside its twin, in bulk and one by one, at the edges of 64 bits too."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from patron.kernel import points
from patron.kernel.twins import points as twin

INT64 = st.integers(-(2**63), 2**63 - 1)
NEAR = st.integers(-(2**40), 2**40)


def array(*values):
    return np.array(values, np.int64)


@settings(max_examples=60)
@given(values=st.lists(NEAR, min_size=1, max_size=8), ends=st.tuples(NEAR, NEAR).filter(lambda ends: ends[0] != ends[1]))
def test_a_ramp_is_the_exact_share_of_the_distance(values, ends):
    low, high = sorted(ends)
    assert [twin.ramp(value, low, high) for value in values] == points.ramp(array(*values), low, high).tolist()


@settings(max_examples=60)
@given(value=INT64, ends=st.tuples(INT64, INT64).filter(lambda ends: ends[0] != ends[1]))
@example(value=2**63 - 1, ends=(-(2**63), 2**63 - 1))
def test_a_ramp_holds_any_distance(value, ends):
    """Beyond 42 bits it is exact to a millionth, and never wraps."""
    low, high = sorted(ends)
    (found,) = points.ramp(array(value), low, high).tolist()
    assert abs(found - twin.ramp(value, low, high)) <= 1
    assert 0 <= found <= points.FULL


POSITIVE = st.integers(1, 2**63 - 1)


@settings(max_examples=60)
@given(values=st.lists(POSITIVE, min_size=1, max_size=6), ends=st.tuples(POSITIVE, POSITIVE))
@example(values=[1, 10_000, 2**63 - 1], ends=(1, 2**63 - 1))
@example(values=[10_000, 14_142, 20_000], ends=(10_000, 20_000))
def test_a_logarithmic_ramp_is_within_a_millionth(values, ends):
    """Of ends that lie a factor of 1.5 apart, or more: nearer ones are told apart by 24 binary places."""
    low, high = sorted(ends)
    high = max(high, min(low * 3 // 2 + 1, 2**63 - 1))
    if high > low:
        for value, found in zip(values, points.log_ramp(array(*values), low, high).tolist(), strict=True):
            assert abs(found - twin.log_ramp(value, low, high)) <= 2


@settings(max_examples=30)
@given(value=POSITIVE, more=st.integers(0, 2**20))
def test_a_logarithm_never_falls(value, more):
    assert points.log2(value) <= points.log2(min(value + more, 2**63 - 1))


def test_ends_of_one_logarithm_are_a_step():
    assert [0, 0, points.FULL] == points.log_ramp(array(1, 2**62, 2**62 + 1), 2**62, 2**62 + 1).tolist()


@given(values=st.lists(st.integers(-5, 5), max_size=9), starts=st.sets(st.integers(-4, 4), max_size=4))
@settings(max_examples=30)
def test_steps_begin_at_their_starts(values, starts):
    begins = sorted(starts)
    worth = [7 * place for place in range(len(begins) + 1)]
    found = points.steps(array(*values), array(*begins), array(*worth)).tolist()
    assert [twin.steps(value, begins, worth) for value in values] == found


@settings(max_examples=60)
@given(data=st.data(), weights=st.lists(st.integers(1, 10**9), min_size=1, max_size=5))
def test_contributions_add_up_to_the_score(data, weights):
    """Each lies within a millionth of its exact share; what is not known brings nothing and weighs nothing."""
    some = data.draw(st.lists(st.none() | st.integers(0, points.FULL), min_size=len(weights), max_size=len(weights)))
    worth = array(*[point or 0 for point in some]).reshape(-1, 1)
    known = np.array([[point is not None] for point in some])
    (score,), (weight,) = points.weigh(worth, array(*weights), known)
    parts = points.contributions(worth, array(*weights), known)[:, 0].tolist()

    assert (twin.weigh(some, weights) or 0) == score
    assert sum(own for own, point in zip(weights, some, strict=True) if point is not None) == weight
    assert sum(parts) == score
    for part, own, point in zip(parts, weights, some, strict=True):
        assert part == pytest.approx(0 if point is None else point * own / weight, abs=1)
