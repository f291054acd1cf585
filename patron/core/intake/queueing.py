"""
What is kept and waits to be read: which deliveries, how many, and since when.
"""

from collections.abc import Collection
from datetime import datetime

import attrs

from patron.core.session import Session
from patron.core.store import deliveries, pulse
from patron.core.store.deliveries import Waiting


@attrs.frozen(kw_only=True)
class Backlog:
    """
    How much waits.

    Attributes:
        count: of deliveries.
        oldest: when the oldest of them came; None where nothing waits.
    """

    count: int
    oldest: datetime | None


def waiting(session: Session, most: int, without: Collection[str] = ()) -> tuple[Waiting, ...]:
    """
    Return the oldest deliveries that wait to be read; what somebody reads just now is among them.

    Args:
        session: the session.
        most: how many at most.
        without: the connections of which none is wanted.

    Raises:
        StoreError: the database can't be read.
    """
    with session.read() as reader:
        return tuple(deliveries.waiting(reader.connection, most, without=without))


def require_writable(session: Session) -> None:
    """
    See that a row can be written.

    Raises:
        StoreError: none can: the disk is full, the database is gone, or may only be read.
    """
    with session.write() as work:
        pulse.beat(work.connection, work.now)
        work.commit()


def backlog(session: Session) -> Backlog:
    """
    Return how much waits to be read.

    Raises:
        StoreError: the database can't be read.
    """
    with session.read() as reader:
        count, oldest = deliveries.backlog(reader.connection)
    return Backlog(count=count, oldest=oldest)
