"""
What ADBC's drivers say about a database, as the errors of the store.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from patron.core.store.failures import STATES, DuplicateError, StoreError

_INTEGRITY = "23"
"""The class of PostgreSQL's states for rows that contradict a constraint."""

_NOT_OPENED = "failed to open"

_PREFIX = re.compile(r".*?(?:\[SQLite\] |ERROR:  )", re.DOTALL)

_SAID_BY_SQLITE: Mapping[str, str] = MappingProxyType(
    {
        "is locked": "busy",
        "is full": "full",
        "readonly": "read_only",
        "unable to open": "cannot_open",
        "malformed": "corrupt",
        "not a database": "no_database",
        "disk i/o": "input_output",
        "constraint failed": "integrity",
    }
)
"""The driver passes SQLite's words on, and not its codes."""


def sqlite_error(where: str, said: str) -> StoreError:
    """Return the error for what SQLite's driver said."""
    if _NOT_OPENED in said:  # what follows speaks of memory, whatever it was
        return _error(where, "cannot_open", _NOT_OPENED)
    lower = said.lower()
    reason = next((reason for words, reason in _SAID_BY_SQLITE.items() if words in lower), "failed")
    return _error(where, reason, said)


def postgresql_error(where: str, said: str, state: str | None) -> StoreError:
    """Return the error for what PostgreSQL's driver said, with the state that goes with it."""
    integrity = state is not None and state.startswith(_INTEGRITY)
    return _error(where, "integrity" if integrity else STATES.get(state or "", "failed"), said)


def _error(where: str, reason: str, said: str) -> StoreError:
    kind = DuplicateError if reason == "integrity" else StoreError
    return kind(f"store.{reason}", where=where, reason=_essence(said))


def _essence(said: str) -> str:
    """Return the first line of what the database said, without what the driver puts before it, bounded."""
    found = _PREFIX.sub("", said, count=1).strip()
    return (found.splitlines() or ["–"])[0][:200].rstrip(".")
