"""Keys of what brings none."""

import hashlib

from patron import key_of_parts, key_of_said


def test_equal_parts_have_equal_keys_and_others_have_others():
    """Where a part ends counts; half a sign harms nobody."""
    assert hashlib.sha256(b"MAY26\x1ftel\x1f+8613800138000").hexdigest()[:32] == key_of_parts("MAY26", "tel", "+8613800138000")
    assert key_of_parts("ab", "c") != key_of_parts("a", "bc")
    assert len(key_of_parts("\ud83d")) == 32


def test_who_says_the_same_has_the_same_key_and_who_says_another_thing_another():
    """In whatever order; what is beside the matter is left out, and nothing else."""
    first = key_of_said({"tel": "13800138000", "name": "张三", "at": "10:00"}, beside=("at",))

    assert first == key_of_said({"name": "张三", "tel": "13800138000", "note": "", "at": "15:00"}, beside=("at",))
    assert len({first, *(key_of_said({"name": "张三", "tel": "13800138000", **more}) for more in ({}, {"note": "x"}))}) == 2
