"""
Keys of what brings none: made of what tells it from others, so that the same said again is the same.
"""

import hashlib

_SEPARATOR = "\x1f"
_LENGTH = 32


def key_of_parts(*parts: str) -> str:
    """Return a key of bounded length, of hexadecimal digits; equal parts in their order have equal ones."""
    return hashlib.sha256(_SEPARATOR.join(parts).encode("utf-8", "replace")).hexdigest()[:_LENGTH]
