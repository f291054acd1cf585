"""
How a file of SQLite is opened, also where the disk is full or only reading is allowed.

A database with a write-ahead log needs an index of that log beside it, which is mapped into memory: on a full disk it can't be
made (at worst the process is killed by a bus error), in a folder that one may only read it can't either. With an exclusive lock
SQLite keeps the index to itself; a database at rest in such a folder is read as it is, and a reader is told when somebody changed
it meanwhile.
"""

import os
import sqlite3
from pathlib import Path
from urllib.parse import quote

SCARCE = 4 << 20
"""Bytes that the disk has left at least, or the database is opened for one process alone."""

MOMENT = 1_000
"""Milliseconds for which is waited for somebody who has the database alone on a scarce disk; commands often take no longer."""

Stamp = tuple[int, int, int, bool]
"""Device, time of change and size of a file, and whether a log lies beside it."""


def connect(path: Path, *, busy_seconds: float, create: bool) -> sqlite3.Connection:
    """
    Open a file; transactions are left to the caller.

    Args:
        path: the file.
        busy_seconds: how long a writer waits for another one.
        create: make the file if it isn't there.
    """
    resting = at_rest(path)
    mode = "rwc" if create else "ro&immutable=1" if resting else "rw"
    address = f"file:{quote(str(path))}?mode={mode}"
    connection = sqlite3.connect(address, uri=True, timeout=busy_seconds, check_same_thread=False)
    connection.isolation_level = None
    if not resting:
        if _is_scarce(path.parent):
            _lock_alone(connection, busy_seconds)
        # WAL: readers and the writer don't wait for each other. To ask first matters: on a full disk setting it anew would fail.
        if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            connection.execute("PRAGMA journal_mode = WAL").close()
        connection.execute("PRAGMA synchronous = FULL").close()  # what was committed is on the disk, also when the power fails
    return connection


def at_rest(path: Path) -> bool:
    """Say whether a database lies in a folder that one may only read, and nobody has it open."""
    effective = os.access in os.supports_effective_ids
    return path.is_file() and not os.access(path.parent, os.W_OK, effective_ids=effective) and not _log(path).exists()


def stamp_of(path: Path) -> Stamp:
    """Return what tells whether somebody wrote to a database that one may only read."""
    state = path.stat()
    return state.st_ino, state.st_mtime_ns, state.st_size, _log(path).exists()


def _is_scarce(folder: Path) -> bool:
    if not hasattr(os, "statvfs"):
        return False
    try:
        state = os.statvfs(folder)
    except OSError:
        return False  # the opening itself says what is wrong
    return state.f_bavail * state.f_frsize < SCARCE


def _lock_alone(connection: sqlite3.Connection, busy_seconds: float) -> None:
    """
    Keep other processes out, unless one is in already: then the index of the log is there, and need not be made.

    Raises:
        sqlite3.OperationalError: of a full disk, where the other one keeps us out for the same reason; nobody waits for that.
    """
    connection.execute("PRAGMA busy_timeout = 0").close()
    connection.execute("PRAGMA locking_mode = EXCLUSIVE").close()
    try:
        connection.execute("PRAGMA schema_version").close()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        connection.execute("PRAGMA locking_mode = NORMAL").close()
        _require_company(connection)
    connection.execute(f"PRAGMA busy_timeout = {int(busy_seconds * 1000)}").close()


def _require_company(connection: sqlite3.Connection) -> None:
    """See that whoever has the database open lets others in."""
    connection.execute(f"PRAGMA busy_timeout = {MOMENT}").close()
    try:
        connection.execute("PRAGMA schema_version").close()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
        connection.close()
        raise


def _log(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")
