"""
What can go wrong with a database, in words that a person can act on.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError

from patron.core.errors import PatronError


class StoreError(PatronError):
    """The database can't do what was asked; the transaction was undone."""


class ConflictError(StoreError):
    """Somebody else changed the record since it was read."""


class NotFoundError(StoreError):
    """There is no such record, or none that the actor may see."""


class DuplicateError(StoreError):
    """A record with this key is there already."""


_SQLITE = {
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_LOCKED: "busy",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_CANTOPEN: "cannot_open",
    sqlite3.SQLITE_CORRUPT: "corrupt",
    sqlite3.SQLITE_NOTADB: "no_database",
    sqlite3.SQLITE_IOERR: "input_output",
}
STATES = {"53100": "full", "25006": "read_only", "55P03": "busy", "40P01": "busy", "40001": "busy", "57P03": "busy"}
"""States of PostgreSQL → what they mean here."""


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Turn what a driver raises about the database itself into `StoreError`; *where* names the database without its password."""
    try:
        yield
    except IntegrityError as error:
        raise DuplicateError("store.integrity", where=where, reason=first_line(error.orig)) from error
    except DBAPIError as error:
        raise StoreError(f"store.{_reason(error)}", where=where, reason=first_line(error.orig)) from error


def first_line(error: BaseException | None) -> str:
    """Return the first line of what a driver says, bounded."""
    lines = str(error or "").strip().splitlines() or ["–"]
    return lines[0][:200].rstrip(".")


def _reason(error: DBAPIError) -> str:
    original = error.orig
    code = getattr(original, "sqlite_errorcode", None)
    if code is not None:
        return _SQLITE.get(code & 0xFF, "failed")
    state = getattr(original, "sqlstate", None)
    if state is None and error.__class__.__name__ == "OperationalError":
        return "unreachable"
    return STATES.get(str(state), "failed")
