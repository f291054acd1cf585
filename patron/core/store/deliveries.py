"""
What reached us, byte by byte: kept before anything is made of it, and read again when it is replayed.
"""

import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects import postgresql, sqlite

from patron.core.records.intake import Delivery
from patron.core.store.tables import DELIVERIES

_ABOUT = ("content_type", "headers", "query", "method", "url", "name")


class Kept(NamedTuple):
    """
    A delivery that is in the database.

    Attributes:
        id: its id.
        channel: the code of the channel that reads it.
        waits: whether it is still to be read.
        delivery: the delivery, without secrets.
    """

    id: int
    channel: str
    waits: bool
    delivery: Delivery


def digest_of(delivery: Delivery, marks: Iterable[str] = ()) -> bytes:
    """
    Return the SHA-256 of what a delivery tells: its bytes, and the query of a request without any, which is all that it tells.

    Args:
        delivery: the delivery.
        marks: headers that tell deliveries of equal bytes apart.
    """
    said = [(name, delivery.headers[name]) for name in marks if name in delivery.headers]
    said += [] if delivery.body else sorted(delivery.query.items())
    return sha256(delivery.body + (json.dumps(said).encode() if said else b"")).digest()


def keep(connection: Connection, channel: str, delivery: Delivery, *, digest: bytes) -> int | None:
    """
    Keep a delivery that waits to be read, and return its id; None where the connection brought the same bytes before.

    Args:
        connection: a writing transaction.
        channel: the code of the channel.
        delivery: without the secrets that it may have had.
        digest: of the bytes as they came.
    """
    about = {name: getattr(delivery, name) for name in _ABOUT}
    about |= {name: dict(about[name]) for name in ("headers", "query")}
    values = {
        "connection": delivery.connection,
        "channel": channel,
        "digest": digest,
        "received_at": delivery.received_at,
        "waits": True,
        "about": json.dumps({name: value for name, value in about.items() if value}, ensure_ascii=False),
        "body": delivery.body,
    }
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(DELIVERIES).values(values).on_conflict_do_nothing(index_elements=["connection", "digest"])
    number: int | None = connection.execute(statement.returning(DELIVERIES.c.id)).scalar_one_or_none()
    return number


def kept_before(connection: Connection, name: str, digest: bytes) -> int | None:
    """Return the id of the delivery that a connection brought with this digest."""
    query = select(DELIVERIES.c.id).where(DELIVERIES.c.connection == name, DELIVERIES.c.digest == digest)
    number: int | None = connection.execute(query).scalar_one_or_none()
    return number


def read(connection: Connection, number: int) -> Kept | None:
    """Return a delivery; None where there is none."""
    row = connection.execute(select(DELIVERIES).where(DELIVERIES.c.id == number)).one_or_none()
    return None if row is None else _kept(row)


def hold(connection: Connection, number: int) -> Kept | None:
    """Return a delivery, which nobody else reads until the transaction ends; None where there is none."""
    row = connection.execute(select(DELIVERIES).where(DELIVERIES.c.id == number).with_for_update()).one_or_none()
    return None if row is None else _kept(row)


def waiting(connection: Connection) -> Sequence[tuple[int, str]]:
    """Return id and connection of the deliveries that wait, the oldest first."""
    query = select(DELIVERIES.c.id, DELIVERIES.c.connection).where(DELIVERIES.c.waits).order_by(DELIVERIES.c.id)
    return [(row.id, row.connection) for row in connection.execute(query)]


def settle(connection: Connection, numbers: Iterable[int]) -> None:
    """Note that deliveries were read."""
    connection.execute(update(DELIVERIES).where(DELIVERIES.c.id.in_(list(numbers))).values(waits=False))


def _kept(row: Row[Any]) -> Kept:
    about = json.loads(row.about)
    delivery = Delivery(body=bytes(row.body), received_at=row.received_at, connection=row.connection, **about)
    return Kept(row.id, row.channel, row.waits, delivery)
