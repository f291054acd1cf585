"""Shares without evidence stay, and weights fall from each level to the next."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from patron.core.matching.model import LEVELS, Level
from patron.core.matching.training.settling import in_steps, settled


def test_shares_without_evidence_stay():
    shares, learned = settled(np.zeros(3), np.zeros(3), [0.7, 0.2, 0.1], least=30)

    assert ([0.7, 0.2, 0.1], [False] * 3) == (shares, learned)


def test_a_level_that_only_the_other_kind_shows_is_learned_to_be_rare():
    shares, learned = settled(np.array([0.0, 9998.0]), np.array([50.0, 0.0]), [0.5, 0.5], least=30)

    assert [True, True] == learned
    assert [1e-4, 0.9999] == [round(share, 6) for share in shares]


def test_a_level_that_few_pairs_show_stays_and_the_others_share_the_rest():
    shares, learned = settled(np.array([2.0, 499.0, 1499.0]), np.zeros(3), [0.001, 0.599, 0.4], least=30)

    assert [False, True, True] == learned
    assert [0.001, 0.24975, 0.74925] == [round(share, 6) for share in shares]


_SHARE = st.floats(1e-7, 1)


@given(st.lists(st.tuples(_SHARE, _SHARE), min_size=4, max_size=4))
def test_weights_never_rise_from_a_level_to_a_worse_one(shares):
    total = sum(m for m, _ in shares)
    levels = dict(zip(LEVELS["day"], (Level(m=m / total, u=u) for m, u in shares), strict=True))

    found = in_steps("born", levels)

    weights = [one.weight for one in found.values()]
    assert sorted(weights, reverse=True) == weights
    assert all(0 < one.m <= 1 for one in found.values())
