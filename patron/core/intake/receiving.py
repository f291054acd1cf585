"""
Receiving a delivery: authenticated, kept, and then read, so that what was acknowledged is never lost.

Keeping and reading are two transactions. A process that dies between them leaves a delivery that waits; whoever comes next reads
it. Reading is one transaction a delivery: all of its envelopes, or none, and each of them is an attempt of its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Any

import attrs

from patron.core.access import DeniedError, channel_actor
from patron.core.crm.values import ValueReader
from patron.core.errors import ConfigurationError, PatronError, UsageError
from patron.core.intake.connections import Opened, open_connection
from patron.core.intake.drafting import identities_told
from patron.core.intake.keeping import CAUSE, check, keep_all, repeat
from patron.core.intake.listing import with_keys
from patron.core.intake.reading import read
from patron.core.intake.received import Received
from patron.core.intake.recording import Recorded, record
from patron.core.nouns import FieldError, Receipt
from patron.core.nouns.criterion import equal
from patron.core.records.intake import Delivery, Envelope, Outcome
from patron.core.resolving import UndecidedError, UnknownError
from patron.core.session import Session
from patron.core.store import DuplicateError, NotFoundError, StoreError, UnitOfWork, deliveries
from patron.core.store.deliveries import Kept, Waiting

_PAGE = 1_000
"""Deliveries that wait, of which so many are looked up at a time."""

_NOTHING: Mapping[int, int] = MappingProxyType({})
_FOR_A_PERSON = (UndecidedError, UnknownError, FieldError, UsageError, DeniedError, NotFoundError)
"""What keeps one envelope from being brought in, until somebody has mended it; anything else concerns all."""


def receive(session: Session, name: str, delivery: Delivery) -> Received:
    """
    Take in a delivery, and read it.

    Args:
        session: the session of an actor who may create receipts.
        name: the connection; see `open_connection()`.
        delivery: what reached us.

    Raises:
        UsageError, ConfigurationError: there is no such connection, or it is set up wrongly.
        DeniedError: the actor may not take anything in.
        StoreError: the database can't be written; what was kept waits.
    """
    opened = open_connection(session, name)
    kept = take_in(session, opened, attrs.evolve(delivery, connection=opened.connection.name))
    if kept.delivery_id is None or kept.receipts:
        return kept
    return settle(session, opened, kept.delivery_id)


def take_in(session: Session, opened: Opened, delivery: Delivery) -> Received:
    """
    Authenticate and keep a delivery; it can be acknowledged then.

    Returns:
        With an id and without receipts it waits to be read by `settle()`; one that had come before has those that there are.

    Raises:
        DeniedError, StoreError: as `receive()`.
    """
    checked = check(opened, delivery)
    return checked if isinstance(checked, Received) else keep_all(session, [checked])[0]


def settle(session: Session, opened: Opened, number: int) -> Received:
    """
    Read a delivery that waits, and bring in what it tells, on behalf of its connection: the history names that, not who ran it.

    Where somebody else reads it just now, this waits for the end and returns what came of it.

    Raises:
        StoreError: the database can't be written; the delivery goes on waiting.
    """
    with session.acting(channel_actor(opened.connection.name)).write(cause=CAUSE) as work:
        kept = deliveries.hold(work.connection, number)
        if kept is None or not kept.waits:
            receipts = tuple(work.find(Receipt, [equal("delivery_id", number)], order=["place"]))
            return Received(delivery_id=number, receipts=receipts, outcomes=(Outcome.DUPLICATE,) * max(1, len(receipts)))
        return _settle(session, work, opened, kept)


def settle_free(session: Session, opened: Opened, number: int) -> Received | None:
    """
    Read a delivery that waits, as `settle()` does; None where somebody else reads it just now, or has read it.

    Who reads holds the delivery's row until the end of the transaction, so what a process had that died is free at once.

    Raises:
        StoreError: as `settle()`.
    """
    with session.acting(channel_actor(opened.connection.name)).write(cause=CAUSE) as work:
        kept = deliveries.hold(work.connection, number, free=True)
        return _settle(session, work, opened, kept) if kept is not None and kept.waits else None


def _settle(session: Session, work: UnitOfWork, opened: Opened, kept: Kept) -> Received:
    settled = bring_in(session, work, opened, kept)
    deliveries.settle(work.connection, [kept.id])
    work.commit()
    return settled


def settle_waiting(session: Session) -> tuple[Received, ...]:
    """Read all deliveries that wait, the oldest first; for what a process left that died."""
    return tuple(_settled(session, one.connection, one.id) for one in waiting_of(session))


def waiting_of(session: Session, name: str | None = None) -> Iterator[Waiting]:
    """Yield the deliveries that wait, the oldest first; of one connection, where it is named."""
    last = 0
    while True:
        with session.read() as reader:
            page = deliveries.waiting(reader.connection, _PAGE, name=name, after=last)
        yield from page
        if len(page) < _PAGE:
            return
        last = page[-1].id


def _settled(session: Session, name: str, number: int) -> Received:
    """Read a delivery that waits; one whose connection is set up wrongly goes on waiting, and keeps no other from being read."""
    try:
        opened = open_connection(session, name)
    except (UsageError, ConfigurationError) as error:
        return Received(delivery_id=number, problem=error)
    return settle_or_leave(session, opened, number)


def settle_or_leave(session: Session, opened: Opened, number: int) -> Received:
    """
    Read a delivery that waits; one that can't be read as things are goes on waiting, and keeps no other from being read.

    Raises:
        StoreError: the database can't be written.
    """
    try:
        return settle(session, opened, number)
    except StoreError:
        raise
    except PatronError as error:
        return Received(delivery_id=number, problem=error)


def bring_in(session: Session, work: UnitOfWork, opened: Opened, kept: Kept, decided: Mapping[int, int] = _NOTHING) -> Received:
    """Read a delivery and bring in its envelopes; see `settle()`. *decided*: place of an envelope → whom it is from."""
    found = read(opened, kept.delivery)
    if found.problem is not None:
        outcome = Outcome.REJECTED if found.foreign else Outcome.QUARANTINED
        receipt = _write(
            work, _blank(opened, kept, 0), _standing(work, kept, 0), outcome=outcome, reason=_said(session, found.problem)
        )
        return Received(delivery_id=kept.id, outcomes=(outcome,), receipts=(receipt,))
    if len(found.envelopes) > 1:
        # All at once and in their order: two deliveries that tell of the same people would wait for each other in a circle.
        work.hold_identities(identities_told(found.envelopes, session.t))
    values = ValueReader(work, session.settings.timezone, ids=False)
    envelopes = with_keys(found.envelopes, opened, values, kept.delivery.received_at, session.t)
    results = [_bring(session, work, opened, kept, place, one, decided.get(place)) for place, one in enumerate(envelopes)]
    return Received(
        delivery_id=kept.id,
        outcomes=tuple(outcome for outcome, _ in results),
        receipts=tuple(receipt for _, receipt in results),
    )


def _bring(
    session: Session, work: UnitOfWork, opened: Opened, kept: Kept, place: int, envelope: Envelope, decided: int | None
) -> tuple[Outcome, Receipt]:
    there = _standing(work, kept, place)
    if there is not None and there.outcome == Outcome.ACCEPTED.value:
        return Outcome.DUPLICATE, there
    blank = _blank(opened, kept, place, envelope)
    before = _with_key(work, blank)
    if before is not None and before != there:
        return Outcome.DUPLICATE, repeat(work, before)
    try:
        done = _recorded(session, work, opened, envelope, kept, decided)
    except DuplicateError as error:
        again = _with_key(work, blank)
        if again is not None and again != there:
            # Somebody else brought the same in just now.
            return Outcome.DUPLICATE, repeat(work, again)
        problem: PatronError = error
    except _FOR_A_PERSON as error:
        problem = error
    else:
        if envelope.native_id and not envelope.awaits:
            end_waiting(work, blank.connection, [envelope.native_id])
        receipt = _write(work, blank, there, outcome=Outcome.ACCEPTED, reason=done.why, done=done)
        work.add_many([attrs.evolve(one, receipt_id=receipt.id) for one in done.consents])
        return Outcome.ACCEPTED, receipt
    return Outcome.QUARANTINED, _write(work, blank, there, outcome=Outcome.QUARANTINED, reason=_said(session, problem))


def _recorded(
    session: Session, work: UnitOfWork, opened: Opened, envelope: Envelope, kept: Kept, decided: int | None
) -> Recorded:
    """Bring an envelope in; once more where somebody else began the same lead just now, which can be found by then."""
    with suppress(DuplicateError), work.attempt():
        return record(session, work, opened, envelope, kept.delivery.received_at, decided)
    with work.attempt():
        return record(session, work, opened, envelope, kept.delivery.received_at, decided)


def end_waiting(work: UnitOfWork, connection: str, numbers: Sequence[str]) -> None:
    """Note that nothing more of leads is awaited, by the provider's numbers of them."""
    for number in numbers:
        awaited = (equal("connection", connection), equal("native_key", number), equal("awaits", value=True))
        for receipt in work.find(Receipt, awaited):
            work.update(receipt, awaits=False)


def _with_key(work: UnitOfWork, blank: Receipt) -> Receipt | None:
    """Return the receipt of an envelope that came by the same connection with the same key."""
    if blank.key is None:
        return None
    return work.first(Receipt, equal("connection", blank.connection), equal("key", blank.key))


def _blank(opened: Opened, kept: Kept, place: int, envelope: Envelope | None = None) -> Receipt:
    said = envelope or Envelope()
    return Receipt(
        connection=opened.connection.name,
        channel=opened.channel.code,
        kind=said.kind.value,
        outcome=Outcome.QUARANTINED.value,
        key=said.key or None,
        native_key=said.native_id or None,
        at=said.at,
        received_at=kept.delivery.received_at,
        awaits=said.awaits,
        delivery_id=kept.id,
        place=place,
    )


def _standing(work: UnitOfWork, kept: Kept, place: int) -> Receipt | None:
    """Return the receipt that an earlier reading left of an envelope."""
    return work.first(Receipt, equal("delivery_id", kept.id), equal("place", place))


def _write(
    work: UnitOfWork, blank: Receipt, there: Receipt | None, *, outcome: Outcome, reason: str | None, done: Recorded | None = None
) -> Receipt:
    """Store a receipt, or bring the one that stands at its place up to date."""
    done = done or Recorded()
    values: dict[str, Any] = {
        "outcome": outcome.value,
        "reason": reason,
        "customer_id": done.customer.id if done.customer else None,
        "lead_id": done.lead.id if done.lead else None,
        "interaction_id": done.interaction.id if done.interaction else None,
        "awaits": blank.awaits and outcome is Outcome.ACCEPTED,
    }
    if there is None:
        return work.add(attrs.evolve(blank, **values))
    said: dict[str, Any] = {name: getattr(blank, name) for name in ("kind", "key", "native_key", "at")}
    return work.update(there, **said, **values)


def _said(session: Session, problem: PatronError) -> str:
    return problem.message(session.t.lang)
