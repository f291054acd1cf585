"""
What drivers raise, as errors of the store: at the statement that failed, so that whoever tries something sees what came of it.

PostgreSQL says what is wrong by a state of five characters and names the constraint; SQLite has codes, and its text the columns.
An engine translates by itself (`translate_errors()`); `translated()` catches what comes from elsewhere.
"""

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from patron.core.names import listed
from patron.core.nouns import NOUNS, fields_of
from patron.core.store.failures import (
    BusyError,
    ContradictionError,
    DanglingError,
    DownError,
    DuplicateError,
    RuleError,
    StoreError,
    first_line,
)
from patron.core.store.tables import TABLES

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
_STATES: Mapping[str, str] = MappingProxyType(
    {
        "53100": "full",
        "53300": "crowded",
        "25006": "read_only",
        "42501": "forbidden",
        "55P03": "busy",
        "40P01": "busy",
        "40001": "busy",
        "57P01": "lost",
        "57P02": "lost",
        "57P03": "busy",
    }
)
_CONTRADICTIONS: Mapping[str, str] = MappingProxyType(
    {"23505": "duplicate", "23502": "lacking", "23503": "dangling", "23514": "against_rule"}
)
_SAID: Mapping[str, str] = MappingProxyType(
    {"UNIQUE": "duplicate", "NOT NULL": "lacking", "FOREIGN KEY": "dangling", "CHECK": "against_rule"}
)
_KINDS: Mapping[str, type[StoreError]] = MappingProxyType(
    {
        "busy": BusyError,
        "crowded": BusyError,
        **dict.fromkeys(
            ("full", "read_only", "cannot_open", "corrupt", "no_database", "input_output", "forbidden", "lost", "unreachable"),
            DownError,
        ),
        "duplicate": DuplicateError,
        "lacking": RuleError,
        "against_rule": RuleError,
        "dangling": DanglingError,
        "referred": DanglingError,
        "contradiction": ContradictionError,
    }
)
_BROKEN = ("OperationalError", "InterfaceError")
"""What psycopg raises, without a state, where nobody answers."""

_FAILED = re.compile(r"(?P<what>[A-Z ]+) constraint failed(?:: (?P<where>.*))?")
_TARGET = re.compile(r"\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|COPY)\s+\"?(\w+)", re.IGNORECASE)
_KEY = re.compile(r"\((.+?)\)=\(")
_NOUNS = {table.name: noun for noun, table in TABLES.items()}


def translate_errors(engine: Engine, where: str) -> None:
    """Let an engine raise `StoreError` for what its driver says; *where* names the database without its password."""

    def translate(context: ExceptionContext) -> StoreError | None:
        if context.is_pre_ping or not isinstance(context.sqlalchemy_exception, DBAPIError):
            return None
        return error_of(context.original_exception, where, context.statement, connected=context.connection is not None)

    event.listen(engine, "handle_error", translate)


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Turn what is left of a driver's errors, and the want of a connection, into `StoreError`."""
    try:
        yield
    except DBAPIError as error:
        raise error_of(error.orig, where, error.statement) from error
    except NoConnectionError as error:
        raise BusyError("store.crowded", where=where, reason=first_line(error)) from error


def error_of(original: BaseException | None, where: str, statement: str | None = None, *, connected: bool = True) -> StoreError:
    """
    Return the error for what a driver raised.

    Args:
        original: the driver's exception.
        where: the database, without its password.
        statement: what was executed.
        connected: there was a connection; else it could not be made.
    """
    state, code = getattr(original, "sqlstate", None), getattr(original, "sqlite_errorcode", None)
    if code is not None and code & 0xFF != sqlite3.SQLITE_CONSTRAINT:
        return error_for(_SQLITE.get(code & 0xFF, "failed"), where, first_line(original))
    if code is not None:
        return contradiction(str(original), where, statement)
    if state is None:
        broken = isinstance(original, ConnectionError | OSError) or type(original).__name__ in (
            "OperationalError",
            "InterfaceError",
        )
        return error_for(("lost" if connected else "unreachable") if broken else "failed", where, first_line(original))
    if state[:2] == "23":
        return _named_by_postgresql(original, state, where, statement)
    return error_for(reason_of(state, connected=connected), where, first_line(original))


def reason_of(state: str, *, connected: bool = True) -> str:
    """Return what a state of PostgreSQL means here, as a code."""
    if state[:2] == "08":
        return "lost" if connected else "unreachable"
    return _STATES.get(state) or _CONTRADICTIONS.get(state) or ("failed" if connected else "unreachable")


def error_for(reason: str, where: str, said: str, **details: object) -> StoreError:
    """Return the error of a reason that has a message of its own."""
    return _KINDS.get(reason, StoreError)(f"store.{reason}", where=where, reason=said, **details)  # type: ignore[arg-type]  # no detail is called catalogue


def contradiction(said: str, where: str, statement: str | None = None) -> StoreError:
    """Return the error for SQLite's words about a constraint: `UNIQUE constraint failed: orders.system, orders.number`."""
    found = _FAILED.search(said)
    what = _SAID.get(found["what"].strip(), "contradiction") if found else "contradiction"
    places = [one.strip().rpartition(".") for one in (found["where"] or "").split(",")] if found else []
    if what in ("duplicate", "lacking") and places:
        return _contradicting(what, where, said, places[0][0], [name for _, _, name in places])
    rule = found["where"] if found and found["where"] else "–"
    return _contradicting(what, where, said, _target(statement), [rule], statement)


def _named_by_postgresql(original: BaseException | None, state: str, where: str, statement: str | None) -> StoreError:
    named = getattr(original, "diag", None)
    table, column, constraint = (
        getattr(named, f"{name}_name", None) if named is not None else None for name in ("table", "column", "constraint")
    )
    what = _CONTRADICTIONS.get(state, "contradiction")
    key = _KEY.search(getattr(named, "message_detail", None) or "")
    fields = key[1].split(", ") if what == "duplicate" and key else [column or constraint or "–"]
    whose = _target(statement) if what == "dangling" and statement else table
    return _contradicting(what, where, first_line(original), whose or table or "–", fields, statement)


def _contradicting(what: str, where: str, said: str, table: str, fields: list[str], statement: str | None = None) -> StoreError:
    if what == "dangling" and (statement or "").lstrip()[:6].upper() == "DELETE":
        what = "referred"
    noun = _NOUNS.get(table, table)
    known = fields_of(NOUNS[noun]) if noun in NOUNS else {}
    called = listed(known[name].called if name in known else name for name in fields)
    return error_for(what, where, first_line(Exception(said)), noun=noun, field=called)


def _target(statement: str | None) -> str:
    found = _TARGET.match(statement or "")
    return found[1] if found else "–"
