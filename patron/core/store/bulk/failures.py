"""
What ADBC's drivers say about a database, as the errors of the store.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from patron.core.store.failures import StoreError
from patron.core.store.translating import contradiction, error_for, reason_of

_NOT_OPENED = "failed to open"

_PREFIX = re.compile(r".*?(?:\[SQLite\] |ERROR:  )", re.DOTALL)

_QUOTED = re.compile(r"\"([^\"]+)\"")

_SAID_BY_SQLITE: Mapping[str, str] = MappingProxyType(
    {
        "is locked": "busy",
        "is full": "full",
        "readonly": "read_only",
        "unable to open": "cannot_open",
        "malformed": "corrupt",
        "not a database": "no_database",
        "disk i/o": "input_output",
    }
)
"""The driver passes SQLite's words on, and not its codes."""


def sqlite_error(where: str, said: str) -> StoreError:
    """Return the error for what SQLite's driver said."""
    if _NOT_OPENED in said:  # what follows speaks of memory, whatever it was
        return error_for("cannot_open", where, _NOT_OPENED)
    if "constraint failed" in said:
        return contradiction(_essence(said), where)
    lower = said.lower()
    reason = next((reason for words, reason in _SAID_BY_SQLITE.items() if words in lower), "failed")
    return error_for(reason, where, _essence(said))


def postgresql_error(where: str, said: str, state: str | None) -> StoreError:
    """Return the error for what PostgreSQL's driver said, with the state that goes with it."""
    return error_for(reason_of(state or ""), where, _essence(said), **_named(said))


def _named(said: str) -> dict[str, object]:
    """Return the constraint that PostgreSQL names, and no table: the driver passes neither on by itself."""
    found = _QUOTED.search(said)
    return {"noun": "–", "field": found[1] if found else "–"}


def _essence(said: str) -> str:
    """Return the first line of what the database said, without what the driver puts before it, bounded."""
    found = _PREFIX.sub("", said, count=1).strip()
    return (found.splitlines() or ["–"])[0][:200].rstrip(".")
