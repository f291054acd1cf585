"""Records that can't be read, among others that can."""

import pytest

from patron import Envelope, Unreadable, broken_envelope, with_broken


def test_broken_ones_stand_behind_the_others_and_each_once():
    one, same, other = (broken_envelope("reason.x", text) for text in ("a", "a", "b"))
    good = Envelope(key="1")

    assert with_broken([good], [one, same, other]) == [good, one, other]
    assert with_broken([], []) == []


def test_nothing_but_broken_ones_is_unreadable_as_a_whole():
    with pytest.raises(Unreadable, match=r"reason\.x"):
        with_broken([], [broken_envelope("reason.x", "a")])
