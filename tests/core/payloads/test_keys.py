"""Keys of what brings none."""

import hashlib

from patron import key_of_parts


def test_equal_parts_have_equal_keys_and_others_have_others():
    """Where a part ends counts; half a sign harms nobody."""
    assert hashlib.sha256(b"MAY26\x1ftel\x1f+8613800138000").hexdigest()[:32] == key_of_parts("MAY26", "tel", "+8613800138000")
    assert key_of_parts("ab", "c") != key_of_parts("a", "bc")
    assert len(key_of_parts("\ud83d")) == 32
