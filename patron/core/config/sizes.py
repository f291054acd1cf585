"""
Sizes of memory, as people write them.
"""

import re

from patron.core.errors import UsageError
from patron.core.names import shorten

_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "KI": 2**10, "MI": 2**20, "GI": 2**30, "TI": 2**40}
_SIZE = r"\s*([0-9]+)(?:\.([0-9]+))?\s*([KMGT]?I?)B?\s*"


LEAST_MEMORY = 200 * 10**6
"""Bytes that the program takes with its libraries, however small the input is: a bound below them could not be held."""


def parse_size(text: str) -> int:
    """
    Return the bytes that a size such as `500MB`, `2GB` or `1.5GiB` names.

    Raises:
        UsageError: it is not a size, or not a positive one.
    """
    found = re.fullmatch(_SIZE, text, re.IGNORECASE | re.ASCII)
    unit = _UNITS.get(found[3].upper()) if found else None
    size = 0
    if found and unit:
        places = found[2] or ""
        size = int(found[1] + places) * unit // 10 ** len(places)
    if size <= 0:
        raise UsageError("config.not_a_size", got=shorten(text))
    return size


def size_text(size: int) -> str:
    """Return whole megabytes as people write them."""
    return f"{size // 10**6}MB"
