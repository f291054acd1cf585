"""
Rehearsals: what an import would do, done in a transaction that is undone.

Rows refer to what earlier rows of the same file made, so all chunks are rehearsed in one transaction. SQLite has one writer at a
time: there a long file is rehearsed in a copy of the database, and nobody waits for it. In PostgreSQL others wait only for what
the rehearsal touches. It writes no history, whose end would otherwise be held until the rehearsal is over.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import attrs
from sqlalchemy import Connection

from patron.core.exchange.writing import CAUSE
from patron.core.session import Session
from patron.core.store import UnitOfWork
from patron.core.store.backup import disposable_copy

SHORT = 2**17
"""Bytes of a file that is rehearsed in a second or so, which every writer waits for."""


@attrs.frozen
class Rehearsal:
    """
    A transaction that will be undone.

    Attributes:
        session: whose import is rehearsed.
        connection: the transaction.
    """

    session: Session
    connection: Connection

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
def rehearsing(session: Session, size: int) -> Iterator[Rehearsal]:
    """
    Open a rehearsal of a file of *size* bytes.

    Raises:
        StoreError: the database can't be read or written, or there is no room for its copy.
    """
    with ExitStack() as stack:
        database = session.records.database
        if database.file is not None and size > SHORT:
            database = stack.enter_context(disposable_copy(database))
        connection = stack.enter_context(database.writing())
        yield Rehearsal(session, connection)
        connection.rollback()
