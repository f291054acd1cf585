"""
What reached us, byte by byte: kept before anything is made of it, and read again when it is replayed.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from hashlib import blake2b, sha256
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from patron.core.records.intake import Delivery
from patron.core.store.parts import parts_of
from patron.core.store.tables import DELIVERIES

_ABOUT = ("content_type", "headers", "query", "method", "url", "name", "entered_by")


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


class Waiting(NamedTuple):
    """
    A delivery that waits to be read.

    Attributes:
        id: its id.
        connection: the name of the connection that brought it.
        size: bytes.
    """

    id: int
    connection: str
    size: int


def digest_of(delivery: Delivery, marks: Iterable[str] = (), recurs: int = 0) -> bytes:
    """
    Return the SHA-256 of what a delivery tells: its bytes, and the query of a request without any, which is all that it tells.

    Args:
        delivery: the delivery.
        marks: headers, and parameters of the query behind a `?`, that tell deliveries of equal bytes apart.
        recurs: seconds after which the same bytes are another delivery; 0 for never.
    """
    told = {**delivery.headers, **{f"?{name}": value for name, value in delivery.query.items()}}
    said = [(name, told[name]) for name in marks if name in told]
    said += [("recurs", str(int(delivery.received_at.timestamp()) // recurs))] if recurs else []
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
        "attempts": 0,
        "about": json.dumps({name: value for name, value in about.items() if value}, ensure_ascii=False),
        "body": delivery.body,
    }
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(DELIVERIES).values(values).on_conflict_do_nothing(index_elements=["connection", "digest"])
    number: int | None = connection.execute(statement.returning(DELIVERIES.c.id)).scalar_one_or_none()
    return number


def kept_before(connection: Connection, name: str, digest: bytes) -> int:
    """Return the id of the delivery that a connection brought with this digest; there is one."""
    query = select(DELIVERIES.c.id).where(DELIVERIES.c.connection == name, DELIVERIES.c.digest == digest)
    number: int = connection.execute(query).scalar_one()
    return number


def kept_since(connection: Connection, name: str, digest: bytes, since: datetime) -> int | None:
    """Return the id of the delivery that a connection brought with this digest behind a time; None where it brought none."""
    mine = DELIVERIES.c.connection == name, DELIVERIES.c.digest == digest, DELIVERIES.c.received_at > since
    number: int | None = connection.execute(select(DELIVERIES.c.id).where(*mine)).scalar_one_or_none()
    return number


def numbers_of(connection: Connection, name: str, digests: Iterable[bytes]) -> dict[bytes, int]:
    """Return the ids of the deliveries that a connection brought, by their digests."""
    query = select(DELIVERIES.c.id, DELIVERIES.c.digest).where(DELIVERIES.c.connection == name)
    return {
        bytes(row.digest): row.id
        for part in parts_of(digests)
        for row in connection.execute(query.where(DELIVERIES.c.digest.in_(part)))
    }


def read(connection: Connection, number: int) -> Kept | None:
    """Return a delivery; None where there is none."""
    row = connection.execute(select(DELIVERIES).where(DELIVERIES.c.id == number)).one_or_none()
    return None if row is None else _kept(row)


def read_all(connection: Connection, numbers: Collection[int]) -> list[Kept]:
    """Return those of the deliveries that there are, by id."""
    query = select(DELIVERIES).where(DELIVERIES.c.id.in_(sorted(numbers))).order_by(DELIVERIES.c.id)
    return [_kept(row) for row in connection.execute(query)]


def hold(connection: Connection, number: int, *, free: bool = False) -> Kept | None:
    """
    Return a delivery, which nobody else reads until the transaction ends; None where there is none.

    Args:
        connection: a writing transaction.
        number: the id of the delivery.
        free: return None for one that somebody else holds, instead of waiting for the end of that.
    """
    query = select(DELIVERIES).where(DELIVERIES.c.id == number).with_for_update(skip_locked=free)
    row = connection.execute(query).one_or_none()
    return None if row is None else _kept(row)


def hold_free(connection: Connection, numbers: Collection[int]) -> list[Kept]:
    """Return those of the deliveries that wait and that nobody else holds, by id; nobody else reads them until the end."""
    query = select(DELIVERIES).where(DELIVERIES.c.id.in_(sorted(numbers)), DELIVERIES.c.waits).order_by(DELIVERIES.c.id)
    return [_kept(row) for row in connection.execute(query.with_for_update(skip_locked=True))]


def hold_connection(connection: Connection, name: str) -> None:
    """Let nobody else bring in what came by a connection until the transaction ends. In SQLite who writes is alone anyway."""
    if connection.dialect.name == "postgresql":
        number = blake2b(f"intake {name}".encode(), digest_size=8).digest()
        connection.execute(select(func.pg_advisory_xact_lock(int.from_bytes(number, signed=True))))


def waiting(
    connection: Connection, most: int, *, name: str | None = None, without: Collection[str] = (), after: int = 0
) -> Sequence[Waiting]:
    """
    Return deliveries that wait, the oldest first.

    Args:
        connection: to the database.
        most: how many at most.
        name: of which connection; None for all.
        without: of which connections none.
        after: behind which id.
    """
    columns = (DELIVERIES.c.id, DELIVERIES.c.connection, func.length(DELIVERIES.c.body))
    query = select(*columns).where(DELIVERIES.c.waits, DELIVERIES.c.id > after)
    query = query if name is None else query.where(DELIVERIES.c.connection == name)
    query = query.where(DELIVERIES.c.connection.not_in(without)) if without else query
    return [Waiting(*row) for row in connection.execute(query.order_by(DELIVERIES.c.id).limit(most))]


def backlog(connection: Connection) -> tuple[int, datetime | None]:
    """Return how many deliveries wait, and when the first of them came."""
    count = connection.execute(select(func.count()).select_from(DELIVERIES).where(DELIVERIES.c.waits)).scalar_one()
    first = select(DELIVERIES.c.received_at).where(DELIVERIES.c.waits).order_by(DELIVERIES.c.id).limit(1)
    return count, connection.execute(first).scalar_one_or_none()


def count_attempt(connection: Connection, number: int) -> int:
    """Count that reading a delivery failed, and return how often it did."""
    failed = update(DELIVERIES).where(DELIVERIES.c.id == number).values(attempts=DELIVERIES.c.attempts + 1)
    attempts: int = connection.execute(failed.returning(DELIVERIES.c.attempts)).scalar_one()
    return attempts


def settle(connection: Connection, numbers: Iterable[int]) -> None:
    """Note that deliveries were read."""
    connection.execute(update(DELIVERIES).where(DELIVERIES.c.id.in_(list(numbers))).values(waits=False))


def _kept(row: Row[Any]) -> Kept:
    about = json.loads(row.about)
    delivery = Delivery(body=bytes(row.body), received_at=row.received_at, connection=row.connection, **about)
    return Kept(row.id, row.channel, row.waits, delivery)
