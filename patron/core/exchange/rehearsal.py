"""
Rehearsals: what an import would do, done in a transaction that is undone.

Rows refer to what earlier rows of the same file made, so each chunk sees those before it. A short file is rehearsed in one
transaction. For a long one others would wait, in SQLite whatever they do, in PostgreSQL where they touch the same; it is
rehearsed in a copy, of SQLite's file or of PostgreSQL's tables. No history is written, whose end would be held to the end.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import MappingProxyType

import attrs
from sqlalchemy import Connection

from patron.core.exchange.writing import CAUSE
from patron.core.session import Session
from patron.core.store import UnitOfWork
from patron.core.store.backup import disposable_copy
from patron.core.store.private_tables import private_tables
from patron.core.store.tables import TABLES

_LARGE: Mapping[str, tuple[str, ...]] = MappingProxyType({"order": ("order", "order_line"), "interaction": ("interaction",)})
"""Noun of a file → the tables of many rows that its import alone asks for."""

SHORT = 2**17
"""Bytes of a file that is rehearsed in a second or so, which every writer waits for."""


@attrs.frozen
class Rehearsal:
    """
    A transaction that will be undone.

    Attributes:
        session: whose import is rehearsed.
        connection: the transaction.
        private: it goes to a private copy, and may end with every chunk.
    """

    session: Session
    connection: Connection
    private: bool = False

    def settle(self) -> None:
        """End a chunk."""
        if self.private:
            self.connection.commit()

    def work(self, batch_id: int | None = None) -> UnitOfWork:
        """Return the work of a chunk, which goes on where the one before ended; what it would add to the history goes with it."""
        records = self.session.records
        return UnitOfWork(
            self.connection,
            actor=self.session.actor_in(self.connection),
            policy=records.policy,
            vocabulary=records.vocabulary,
            clock=self.session.clock.now,
            cause=CAUSE,
            batch_id=batch_id,
            rehearsal=True,
        )


@contextmanager
def rehearsing(session: Session, noun: str, size: int) -> Iterator[Rehearsal]:
    """
    Open a rehearsal of a file of *size* bytes, whose rows are records of a noun.

    Raises:
        StoreError: the database can't be read or written, or there is no room for its copy.
    """
    with ExitStack() as stack:
        database = session.records.database
        if database.file is None and size > SHORT:
            large = {one for some in _LARGE.values() for one in some} - set(_LARGE.get(noun, ()))
            connection = stack.enter_context(private_tables(database, [one for one in TABLES if one not in large]))
            yield Rehearsal(session, connection, private=True)
            return
        if size > SHORT:
            database = stack.enter_context(disposable_copy(database))
        connection = stack.enter_context(database.writing())
        yield Rehearsal(session, connection)
        connection.rollback()
