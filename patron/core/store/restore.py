"""
Restoring a backup: proven complete and sound first, then put in the place of the database in one step.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import inspect

from patron.core.files import atomic_target
from patron.core.store.backup import client_of, run_client
from patron.core.store.database import Database
from patron.core.store.failures import StoreError
from patron.core.store.history import verify
from patron.core.store.label import Label, read_label
from patron.core.store.migrations import CORE

_BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database, by the ends of the names."""


def restore(database: Database, backup: Path, *, now: datetime, force: bool = False) -> tuple[Label, Path | None]:
    """
    Put the state of a backup in the place of the database.

    Args:
        database: where it goes: the address of a file that isn't there, or of a database without tables.
        backup: a file that `back_up()` wrote, its label beside it.
        now: the time that the name of the old database tells.
        force: where an SQLite database is there, keep it aside under another name and go on.

    Returns:
        The label, and where the old database is kept; None where there was none.

    Raises:
        StoreError: the backup is half-written, damaged, of a newer Patron or of another kind of database; something is there
            already, or somebody uses it. Nothing was changed.
    """
    label = read_label(backup)
    backend, revision = database.url.get_backend_name(), label.revisions.get(CORE.version_table)
    if label.backend != backend:
        raise StoreError("backup.other_backend", file=backup, backend=label.backend, where=database.where)
    if revision not in CORE.revisions:
        raise StoreError("backup.newer", file=backup, has=revision or "–", head=CORE.head)
    if database.file is None:
        _load(database, backup, label)
        return label, None
    if database.file.exists() and not force:
        raise StoreError("backup.occupied", where=database.where)
    return label, _replace(database.file, backup, label, now)


def _replace(target: Path, backup: Path, label: Label, now: datetime) -> Path | None:
    there = target.exists()
    old = target.with_name(f"{target.stem}-before-restore-{now:%Y%m%dT%H%M%SZ}{target.suffix}")
    with _alone(target), atomic_target(target) as draft:
        shutil.copyfile(backup, draft)
        _prove(draft, label)
        _keep_aside(target, old)
    return old if there else None


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Hold the database that is there, so that nobody writes to it while it is put aside; a damaged one can't be held."""
    if not target.exists():
        yield
        return
    with closing(sqlite3.connect(target, timeout=1.0, isolation_level=None)) as connection:
        try:
            # What stands in the log beside it goes into the file itself; that is refused while others have it open.
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise StoreError("backup.in_use", where=target) from error
        yield


def _keep_aside(target: Path, old: Path) -> None:
    """Give what is there another name too; what replaces it then takes its own name away in one step."""
    # A log that is left beside would be taken for one of the database that is put there.
    for end in _BESIDE:
        beside = target.with_name(target.name + end)
        if beside.exists():
            beside.rename(old.with_name(old.name + end))
    if target.exists():
        try:
            os.link(target, old)
        except OSError:  # a file system without second names
            target.rename(old)


def _prove(draft: Path, label: Label) -> None:
    """Refuse a copy that is not sound in itself."""
    with closing(sqlite3.connect(draft)) as connection:
        (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if verdict != "ok":
        raise StoreError("backup.source_damaged", reason=str(verdict)[:200])
    copy = Database.at(f"sqlite:///{draft}", draft.parent)
    try:
        _prove_history(copy, label)
    finally:
        copy.close()


def _prove_history(database: Database, label: Label) -> None:
    with database.reading() as connection:
        verdict = verify(connection, label.head)
    if verdict.broken_at is not None:
        raise StoreError("backup.broken_history", sequence=verdict.broken_at)


def _load(database: Database, backup: Path, label: Label) -> None:
    with database.reading() as connection:
        if inspect(connection).get_table_names():
            raise StoreError("backup.occupied_server", where=database.where)
    program, address, environment = client_of(database.url, "pg_restore")
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    run_client([program, *options, f"--dbname={address}", str(backup)], environment)
    _prove_history(database, label)
