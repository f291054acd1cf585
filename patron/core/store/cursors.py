"""
How far connections have come that ask their providers. A cursor moves in the transaction in which is kept what it stands for.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from patron.core.message import Message
from patron.core.store.tables import CURSORS


class Cursor(NamedTuple):
    """
    How far a connection has come.

    Attributes:
        connection: its name.
        cursor: where it goes on, in words of its channel; empty before the first time.
        polled_at: when it last came to its end; None before the first time.
        failed_at: when it was last kept from that; None where it was not, since.
        problem: by what.
    """

    connection: str
    cursor: str = ""
    polled_at: datetime | None = None
    failed_at: datetime | None = None
    problem: Message | None = None


def read(connection: Connection, name: str) -> Cursor:
    """Return how far a connection has come."""
    row = connection.execute(select(CURSORS).where(CURSORS.c.connection == name)).one_or_none()
    return Cursor(name) if row is None else Cursor(*row)


def move(connection: Connection, name: str, before: str, after: str) -> bool:
    """
    Move a cursor, unless somebody else has moved it meanwhile.

    Args:
        connection: a writing transaction.
        name: the connection.
        before: where it stood when what stands behind it was fetched.
        after: where it goes on.

    Returns:
        Whether it stood there.
    """
    _begin(connection, name)
    mine = CURSORS.c.connection == name, CURSORS.c.cursor == before
    return connection.execute(update(CURSORS).where(*mine).values(cursor=after)).rowcount == 1


def note(connection: Connection, name: str, at: datetime, problem: Message | None) -> None:
    """Note that a connection was polled to its end, or what kept it from that."""
    _begin(connection, name)
    said = {"polled_at": at, "failed_at": None} if problem is None else {"failed_at": at}
    connection.execute(update(CURSORS).where(CURSORS.c.connection == name).values(**said, problem=problem))


def forget(connection: Connection, name: str) -> None:
    """Let a connection begin from the first again."""
    connection.execute(delete(CURSORS).where(CURSORS.c.connection == name))


def _begin(connection: Connection, name: str) -> None:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    if connection.execute(select(CURSORS.c.connection).where(CURSORS.c.connection == name)).first() is None:
        connection.execute(dialect.insert(CURSORS).values(connection=name, cursor="").on_conflict_do_nothing())
