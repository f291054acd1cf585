"""
Many values in questions of bounded size: a database takes so many parameters and no more.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, bindparam

AT_ONCE = 5_000
"""Values of one question; SQLite takes 32,766."""


def parts_of(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield the values in lists of `AT_ONCE` at most, in their order."""
    every = list(values)
    return (every[start : start + AT_ONCE] for start in range(0, len(every), AT_ONCE))


def one_of(column: Any, values: Collection[Any]) -> ColumnElement[bool]:
    """Return the predicate that a column has one of the values; more than `AT_ONCE` are written into the statement itself."""
    found: ColumnElement[bool]
    if len(values) <= AT_ONCE:
        found = column.in_(values)
    else:
        found = column.in_(bindparam(None, list(values), unique=True, expanding=True, literal_execute=True))
    return found
