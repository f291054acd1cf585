"""
Reading many deliveries that wait: several in one transaction, for a commit costs more than reading one.

Each is an attempt of its own. One that fails harms none of the others: it is undone, and read by itself when they are done. So
the same comes of them as if each were read by itself, whatever their order and number.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import accumulate, chain

import attrs

from patron.core.access import channel_actor
from patron.core.config.settings import ServeSettings
from patron.core.errors import ConfigurationError, UsageError
from patron.core.intake.connections import Opened, open_connection
from patron.core.intake.failing import settle_or_count
from patron.core.intake.keeping import CAUSE, Checked, check, keep_all, repeat
from patron.core.intake.parsing import Parsed, parse_ahead
from patron.core.intake.received import Received
from patron.core.intake.receiving import bring, read_before, receipts_of
from patron.core.intake.showing import as_seen
from patron.core.intake.sitting import Sitting
from patron.core.records.intake import Delivery
from patron.core.session import Session
from patron.core.store import deliveries
from patron.core.store.deliveries import Waiting

_PAGE = 1_000
"""Deliveries that wait, of which so many are looked up at a time."""


@attrs.frozen(kw_only=True)
class Settled:
    """
    What came of reading some deliveries together.

    Attributes:
        received: id → what became of a delivery.
        failed: the ids of those that are to be read by themselves.
        left: the ids of those that were not begun.
    """

    received: dict[int, Received] = attrs.field(factory=dict)
    failed: list[int] = attrs.field(factory=list)
    left: list[int] = attrs.field(factory=list)


def settle_together(
    session: Session,
    opened: Opened,
    numbers: Sequence[int],
    goes_on: Callable[[], bool] = lambda: True,
    parsed: Parsed | None = None,
) -> Settled:
    """
    Read deliveries of a connection that wait, in one transaction; those that somebody else reads, or has read, are left out.

    Args:
        session: the session of an actor who may create receipts.
        opened: the connection.
        numbers: the ids of the deliveries, in the order in which they are read.
        goes_on: is asked behind each delivery whether the next one is to be read, too.
        parsed: what the channel made of them, by whoever waits for a turn to write; by default they are parsed first.

    Raises:
        StoreError: the database can't be written, or somebody else was in the way; all of them go on waiting.
    """
    settled = Settled()
    parsed = parse_ahead(session, opened, numbers) if parsed is None else parsed
    with session.acting(channel_actor(opened.connection.name)).write(cause=CAUSE) as work:
        places = {number: place for place, number in enumerate(dict.fromkeys(numbers))}
        held = deliveries.hold_free(work.connection, numbers)
        sitting = Sitting(session, work, opened, sorted(held, key=lambda one: places[one.id]), parsed)
        waiting = iter(sitting.understood)
        for told in waiting:
            try:
                with work.attempt():
                    settled.received[told.kept.id] = bring(sitting, told)
            except Exception:
                if work.undone:
                    raise
                # Whoever reads it by itself hears of it.
                sitting.owners.forget()
                settled.failed.append(told.kept.id)
            if not goes_on():
                break
        settled.left.extend(told.kept.id for told in waiting)
        deliveries.settle(work.connection, settled.received)
        work.commit()
    return settled


def together(session: Session, waiting: Sequence[Waiting], most: int | None = None) -> list[Waiting]:
    """
    Return the first of the deliveries that wait, and further ones of its connection that are to be read with it.

    Args:
        session: the session, whose settings say how many that are, and how large: `serve.together` and `serve.together_mb`.
        waiting: the deliveries.
        most: how many at most, where that is less.
    """
    serve = session.settings.serve
    most = serve.together if most is None else min(most, serve.together)
    same = [one for one in waiting if one.connection == waiting[0].connection][:most]
    sizes = accumulate(one.size for one in same)
    return same[:1] + [one for one, size in list(zip(same, sizes, strict=True))[1:] if size <= serve.together_mb << 20]


def settle_all(session: Session, opened: Opened, numbers: Sequence[int]) -> tuple[Received, ...]:
    """
    Read deliveries of a connection that wait, and return what became of each, in their order.

    One that can't be read as things are goes on waiting, and keeps no other from being read; see `settle_or_count()`. Where
    somebody else reads one just now, this waits for the end and returns what came of it.

    Raises:
        StoreError: the database can't be written.
    """
    most = session.settings.serve.together
    parts = (numbers[start : start + most] for start in range(0, len(numbers), most))
    return tuple(chain.from_iterable(_settled(session, opened, part) for part in parts))


def _settled(session: Session, opened: Opened, numbers: Sequence[int]) -> Iterator[Received]:
    read: dict[int, Received] = {}
    if len(numbers) > 1:
        # What is in the way of all is told by the first that is read by itself.
        with suppress(Exception):
            read = settle_together(session, opened, numbers).received
    done: set[int] = set()
    for number in numbers:
        if number in done:
            yield _repeated(session, opened, number)
            continue
        received = read.pop(number, None) or settle_or_count(session, opened, number) or Received(delivery_id=number)
        if received.outcomes:
            done.add(number)
        yield received


def _repeated(session: Session, opened: Opened, number: int) -> Received:
    """Count that a delivery came twice at a time: it had no receipts yet when it was kept again."""
    with session.acting(channel_actor(opened.connection.name)).write(cause=CAUSE) as work:
        receipts = [repeat(work, one) for one in receipts_of(work, number)]
        work.commit()
    return read_before(number, receipts)


def receive_all(session: Session, name: str, received: Iterable[Delivery]) -> Iterator[Received]:
    """
    Take in deliveries, and read them, many at a time; yields what became of each, in their order, as far as the actor may see it.

    Args:
        session: the session of an actor who may create receipts.
        name: the connection; see `open_connection()`.
        received: what reached us; those of which nothing was yielded yet are in memory.

    Raises:
        UsageError, ConfigurationError: there is no such connection, or it is set up wrongly.
        DeniedError: the actor may not take anything in.
        StoreError: the database can't be written; what was kept waits.
    """
    opened = open_connection(session, name)
    for some in _portions(received, session.settings.serve):
        checked = [check(opened, one) for one in some]
        kept = iter(keep_all(session, [one for one in checked if isinstance(one, Checked)]))
        taken = [next(kept) if isinstance(one, Checked) else one for one in checked]
        yield from (as_seen(session, one) for one in settled_where_waiting(session, opened, taken))


def settled_where_waiting(session: Session, opened: Opened, taken: Sequence[Received]) -> Iterator[Received]:
    """Yield what became of deliveries of a connection that were taken in, in their order; those that wait are read first."""
    read = iter(settle_all(session, opened, [one.delivery_id for one in taken if one.delivery_id and not one.receipts]))
    yield from (next(read) if one.delivery_id and not one.receipts else one for one in taken)


def _portions(received: Iterable[Delivery], serve: ServeSettings) -> Iterator[list[Delivery]]:
    """Yield deliveries in lists that are neither long nor large."""
    some: list[Delivery] = []
    size = 0
    for one in received:
        if some and (len(some) == serve.together or size + len(one.body) > serve.together_mb << 20):
            yield some
            some, size = [], 0
        some.append(one)
        size += len(one.body)
    if some:
        yield some


def each_settled(session: Session, connection: str | None = None) -> Iterator[Received]:
    """
    Read all deliveries that wait, the oldest first, and yield what became of each; for what a process left that died.

    One whose connection is set up wrongly goes on waiting. No more are in memory than are read together.

    Args:
        session: the session.
        connection: those of this connection alone.

    Raises:
        StoreError: the database can't be written.
    """
    return chain.from_iterable(_settled_in_turn(session, page) for page in _pages(session, connection))


def settle_waiting(session: Session, connection: str | None = None) -> tuple[Received, ...]:
    """Read all deliveries that wait, and return what became of them all together; see `each_settled()`."""
    return tuple(each_settled(session, connection))


def _pages(session: Session, connection: str | None) -> Iterator[Sequence[Waiting]]:
    last = 0
    while True:
        with session.read() as reader:
            page = deliveries.waiting(reader.connection, _PAGE, name=connection, after=last)
        yield page
        if len(page) < _PAGE:
            return
        last = page[-1].id


def _settled_in_turn(session: Session, waiting: Sequence[Waiting]) -> Iterator[Received]:
    while waiting:
        some = together(session, waiting)
        numbers = [one.id for one in some]
        waiting = [one for one in waiting if one not in some]
        try:
            opened = open_connection(session, some[0].connection)
        except (UsageError, ConfigurationError) as error:
            yield from (Received(delivery_id=number, problem=error) for number in numbers)
        else:
            yield from settle_all(session, opened, numbers)
