"""
Keys of what brings none: made of what tells it from others, so that the same said again is the same.
"""

import hashlib
from collections.abc import Collection, Mapping

_SEPARATOR = "\x1f"
_LENGTH = 32


def key_of_parts(*parts: str) -> str:
    """Return a key of bounded length, of hexadecimal digits; equal parts in their order have equal ones."""
    return hashlib.sha256(_SEPARATOR.join(parts).encode("utf-8", "replace")).hexdigest()[:_LENGTH]


def key_of_said(said: Mapping[str, str], *, beside: Collection[str] = ()) -> str:
    """
    Return a key of what somebody wrote down: only what says the same has the same, in whatever order.

    Args:
        said: field → text, as `by_headings()` gives it.
        beside: fields that say nothing of the matter itself, such as who typed it in.
    """
    parts = (part for name in sorted(said) if name not in beside and said[name] for part in (name, said[name]))
    return key_of_parts(*parts)
