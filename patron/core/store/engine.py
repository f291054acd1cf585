"""
Engines: how the two databases are opened so that they behave alike.

SQLite's driver must not begin transactions by itself: every writing transaction begins with `BEGIN IMMEDIATE`, for a busy timeout
does not help one that begins as a reader and then wants to write.
"""

import sqlite3
from pathlib import Path
from typing import cast

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from patron.core.errors import ConfigurationError
from patron.core.store.sqlite_file import connect
from patron.core.store.translating import translate_errors
from patron.core.store.turns import begin_writing

WRITES = "patron_writes"
"""The execution option of a connection that is going to write."""

REBUILDS = "patron_rebuilds"
"""The execution option of one that is going to rebuild tables: SQLite must not follow foreign keys meanwhile."""


def read_url(text: str, folder: Path) -> URL:
    """
    Return the address of a database; a relative file of SQLite lies in *folder*.

    Raises:
        ConfigurationError: it is no address, or one of a database that isn't supported.
    """
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise ConfigurationError("store.bad_url", got=text.partition("@")[2] or text[:80]) from error
    backend = url.get_backend_name()
    if backend == "sqlite":
        if not url.database or url.database == ":memory:":
            raise ConfigurationError("store.no_file")
        return url.set(drivername="sqlite", database=str(folder / url.database))
    if backend in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    raise ConfigurationError("store.unsupported", got=backend)


def shown(url: URL) -> str:
    """Return the address as people may see it: the file, or the address without the password."""
    return url.database or "" if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)


def open_engine(url: URL, *, busy_seconds: float, create: bool = False) -> Engine:
    """
    Return an engine; nothing is opened yet.

    Args:
        url: the database.
        busy_seconds: how long a writer waits for another one.
        create: make the file of an SQLite database that isn't there; else its absence is an error at the first use.
    """
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "")
        # A connection is waited for as long as another writer is, and in turn.
        engine = create_engine(
            url, creator=lambda: connect(path, busy_seconds=busy_seconds, create=create), pool_timeout=busy_seconds
        )
        event.listen(engine, "begin", lambda connection: _begin_sqlite(connection, busy_seconds))
        translate_errors(engine, shown(url))
        return engine
    # The driver prepares what it has sent often; a plan made for no values in particular reads whole tables where a question
    # names a thousand (measured: 0.4 s instead of 0.02 s among 12,000 identities).
    options = f"-c lock_timeout={int(busy_seconds * 1000)} -c timezone=UTC -c plan_cache_mode=force_custom_plan"
    try:
        engine = create_engine(url, connect_args={"options": options}, pool_pre_ping=True, pool_timeout=busy_seconds)
    except ModuleNotFoundError as error:
        raise ConfigurationError("store.no_driver", missing=error.name or "psycopg") from error
    event.listen(engine, "begin", _begin_postgresql)
    translate_errors(engine, shown(url))
    return engine


def _begin_sqlite(connection: Connection, busy_seconds: float) -> None:
    options = connection.get_execution_options()
    writes = options.get(WRITES)
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
    connection.exec_driver_sql(f"PRAGMA foreign_keys = {'OFF' if options.get(REBUILDS) else 'ON'}")
    if not writes:
        connection.exec_driver_sql("BEGIN")
        return
    connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    try:
        if not begin_writing(cast("sqlite3.Connection", connection.connection.driver_connection), busy_seconds):
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # says, in words of ours, who was in the way
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(busy_seconds * 1000)}")


def _begin_postgresql(connection: Connection) -> None:
    if not connection.get_execution_options().get(WRITES):
        # A reader sees one state of the database from its first question to its last, as it does in SQLite.
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
