"""
Backups: a copy of one state of the database, made while others go on writing, complete or not there.

SQLite is copied page by page within one reading transaction, so that the copy is a prefix of the commits; PostgreSQL by its own
`pg_dump`, of the snapshot of which the label speaks.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import URL, Connection, func, inspect, select

from patron.core.errors import UsageError
from patron.core.files import atomic_target, write_bytes
from patron.core.store.database import Database
from patron.core.store.failures import StoreError, first_line
from patron.core.store.history import Anchor, head_of
from patron.core.store.label import Label, digest_of_file, label_path, to_json
from patron.core.store.migrations import versions_in
from patron.core.store.tables import HEAD

PAGES = 2_048
"""Pages that are copied at a time; between them progress is told."""

Progress = Callable[[int, int], None]
"""Is told how many pages are left, and of how many."""


def back_up(database: Database, target: Path, *, now: datetime, progress: Progress = lambda left, total: None) -> Label:
    """
    Write a backup and its label.

    Args:
        database: what is copied; others may go on writing.
        target: a file that is not there yet.
        now: the time that the label tells.
        progress: is told how far it is.

    Raises:
        UsageError: the file is there already.
        OutputError: it can't be written.
        StoreError: the database can't be read or is damaged, or `pg_dump` is missing or failed.
    """
    for path in (target, label_path(target)):
        if path.exists():
            raise UsageError("backup.exists", file=path)
    with database.reading() as connection:
        revisions, head = dict(versions_in(connection)), _head(connection)
        with atomic_target(target) as draft:
            if database.file is None:
                _dump(connection, database, draft)
            else:
                _copy(connection, draft, progress)
            _force(draft)
            size, sha256 = digest_of_file(draft)
    backend = database.url.get_backend_name()
    label = Label(backend=backend, made_at=now, size=size, sha256=sha256, revisions=revisions, head=head)
    write_bytes(label_path(target), to_json(label).encode())
    return label


@contextmanager
def disposable_copy(database: Database) -> Iterator[Database]:
    """
    Copy an SQLite database, while others go on writing, into a temporary folder, which goes when the block ends.

    Raises:
        StoreError: it can't be read, or there is no room for the copy.
    """
    with TemporaryDirectory(prefix="patron-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "copy.db"
        with database.reading() as connection, closing(sqlite3.connect(path)) as copy:
            try:
                _source(connection).backup(copy, pages=PAGES, sleep=0)
            except sqlite3.Error as error:
                raise StoreError("store.failed", where=str(path), reason=first_line(error)) from error
        copied = Database.at(f"sqlite:///{path}", Path(folder))
        try:
            yield copied
        finally:
            copied.close()


def client_of(url: URL, program: str) -> tuple[str, str, Mapping[str, str]]:
    """
    Return how a program of PostgreSQL reaches the database: its path, the address without the password, and the environment.

    Raises:
        StoreError: the program is not on this machine.
    """
    path = shutil.which(program)
    if path is None:
        raise StoreError("backup.no_program", program=program)
    address = url.set(drivername="postgresql", password=None).render_as_string()
    password = {} if url.password is None else {"PGPASSWORD": str(url.password)}
    return path, address, {**os.environ, **password}


def run_client(command: list[str], environment: Mapping[str, str]) -> None:
    """
    Run a program of PostgreSQL and wait for its end.

    Raises:
        StoreError: it failed.
    """
    done = subprocess.run(command, env=dict(environment), capture_output=True, text=True, check=False)
    if done.returncode:
        raise StoreError("backup.program_failed", program=Path(command[0]).name, reason=first_line(ValueError(done.stderr)))


def _head(connection: Connection) -> Anchor:
    return head_of(connection) if inspect(connection).has_table(HEAD.name) else Anchor(0, bytes(32))


def _source(connection: Connection) -> sqlite3.Connection:
    source = connection.connection.driver_connection
    if not isinstance(source, sqlite3.Connection):
        raise TypeError(f"{type(source).__name__} is no connection of SQLite")
    return source


def _copy(connection: Connection, draft: Path, progress: Progress) -> None:
    with closing(sqlite3.connect(draft)) as copy:
        # The snapshot of the transaction is what is copied, whatever others commit meanwhile.
        _source(connection).backup(copy, pages=PAGES, progress=lambda status, left, total: progress(left, total), sleep=0)
        # One file, which needs no other beside it.
        copy.execute("PRAGMA journal_mode = DELETE")
        (verdict,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise StoreError("backup.source_damaged", reason=str(verdict)[:200])


def _dump(connection: Connection, database: Database, draft: Path) -> None:
    program, address, environment = client_of(database.url, "pg_dump")
    snapshot = connection.execute(select(func.pg_export_snapshot())).scalar_one()
    options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={draft}"]
    run_client([program, *options, f"--dbname={address}"], environment)


def _force(path: Path) -> None:
    """Have the operating system put a file on the disk: a backup is needed when the power fails."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
