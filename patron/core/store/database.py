"""
A database: opened once, asked for transactions.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs
from sqlalchemy import URL, Connection, Engine, event

from patron.core.store.engine import REBUILDS, WRITES, open_engine, read_url, shown
from patron.core.store.failures import StoreError
from patron.core.store.sqlite_file import at_rest, stamp_of
from patron.core.store.translating import translated


@attrs.frozen
class Database:
    """
    One database and the way to it.

    Attributes:
        url: its address.
        engine: SQLAlchemy's engine.
    """

    url: URL
    engine: Engine

    @classmethod
    def at(cls, text: str, folder: Path, *, busy_seconds: float = 30.0, create: bool = False) -> "Database":
        """
        Return the database at an address; nothing is opened yet.

        Args:
            text: `sqlite:///patron.db`, `postgresql://user@host/name`.
            folder: where relative files lie.
            busy_seconds: how long a writer waits for another one.
            create: make the file of an SQLite database that isn't there.

        Raises:
            ConfigurationError: that is no address of a supported database.
        """
        url = read_url(text, folder)
        return cls(url, open_engine(url, busy_seconds=busy_seconds, create=create))

    @property
    def where(self) -> str:
        """The address as people may see it."""
        return shown(self.url)

    @property
    def file(self) -> Path | None:
        """The file of an SQLite database."""
        return Path(self.url.database or "") if self.url.get_backend_name() == "sqlite" else None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """
        Open a transaction that sees one state of the database.

        Raises:
            StoreError: the database can't be reached or read; or it lies in a folder that one may only read, and somebody wrote
                to it meanwhile.
        """
        before = stamp_of(self.file) if self.file is not None and at_rest(self.file) else None
        with translated(self.where), self.engine.connect() as connection, connection.begin():
            yield connection
        if self.file is not None and before is not None and before != stamp_of(self.file):
            raise StoreError("store.changed_meanwhile", where=self.where)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """
        Open a transaction that may write; it is committed when the block ends, undone when the block raises.

        Raises:
            StoreError: the database can't be reached or written; a writer in the way did not end in time.
        """
        with translated(self.where), self.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            yield connection

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """
        Open a transaction that may change tables, as `writing()` does; SQLite does not follow foreign keys in it.

        Raises:
            StoreError: as for `writing()`.
        """
        options = {WRITES: True, REBUILDS: True}
        with translated(self.where), self.engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Close all connections; one that is lent to a transaction still, when it is given back."""
        pool = self.engine.pool
        event.listen(pool, "checkin", lambda connection, record: record.invalidate())
        self.engine.dispose()
