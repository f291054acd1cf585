"""
Many values in questions of bounded size: a database takes so many parameters and no more.
"""

from collections.abc import Iterable, Iterator
from typing import Any

AT_ONCE = 5_000
"""Values of one question; SQLite takes 32,766."""


def parts_of(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield the values in lists of `AT_ONCE` at most, in their order."""
    every = list(values)
    return (every[start : start + AT_ONCE] for start in range(0, len(every), AT_ONCE))
