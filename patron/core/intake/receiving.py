"""
Receiving a delivery: authenticated, kept, and then read, so that what was acknowledged is never lost.

Keeping and reading are two transactions. A process that dies between them leaves a delivery that waits; whoever comes next reads
it. Reading is one transaction a delivery: all of its envelopes, or none, and each of them is an attempt of its own.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Any

import attrs

from patron.core.access import channel_actor
from patron.core.errors import PatronError
from patron.core.intake.awaiting import end_waiting
from patron.core.intake.connections import Opened, open_connection
from patron.core.intake.keeping import CAUSE, check, keep_all, repeat
from patron.core.intake.lookahead import UNSURE, Facts
from patron.core.intake.parsing import NOTHING, Parsed, parse_ahead
from patron.core.intake.placing import person_of, unplaced
from patron.core.intake.reasons import kept_problem
from patron.core.intake.received import Received
from patron.core.intake.recording import Recorded, record
from patron.core.intake.showing import as_seen
from patron.core.intake.sitting import Sitting
from patron.core.intake.understanding import FOR_A_PERSON, AsideError, Drafted, Understood
from patron.core.intake.words import keep_words
from patron.core.message import Message
from patron.core.nouns import Receipt
from patron.core.nouns.criterion import equal
from patron.core.records.intake import Delivery, Envelope, EnvelopeKind, Outcome
from patron.core.session import Session
from patron.core.store import DuplicateError, UnitOfWork, deliveries
from patron.core.store.deliveries import Kept

DROPPED = "dropped"
"""The outcome of a receipt of which somebody said that nothing is to come of it."""

_NOBODY: Mapping[int, int] = MappingProxyType({})


def receive(session: Session, name: str, delivery: Delivery) -> Received:
    """
    Take in a delivery, and read it.

    Args:
        session: the session of an actor who may create receipts.
        name: the connection; see `open_connection()`.
        delivery: what reached us.

    Returns:
        What became of it, without ids and words about records that the actor may not see.

    Raises:
        UsageError, ConfigurationError: there is no such connection, or it is set up wrongly.
        DeniedError: the actor may not take anything in.
        StoreError: the database can't be written; what was kept waits.
    """
    opened = open_connection(session, name)
    kept = take_in(session, opened, attrs.evolve(delivery, connection=opened.connection.name))
    if kept.delivery_id is None or kept.receipts:
        return as_seen(session, kept)
    return as_seen(session, settle(session, opened, kept.delivery_id))


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


def settle(session: Session, opened: Opened, number: int, parsed: Parsed | None = None) -> Received:
    """
    Read a delivery that waits, and bring in what it tells, on behalf of its connection: the history names that, not who ran it.

    Where somebody else reads it just now, this waits for the end and returns what came of it.

    Args:
        session: the session.
        opened: the connection that it came in by.
        number: the id of the delivery.
        parsed: what the channel made of it, by whoever waits for a turn to write; by default it is parsed first.

    Raises:
        StoreError: the database can't be written; the delivery goes on waiting.
    """
    parsed = parse_ahead(session, opened, [number]) if parsed is None else parsed
    with session.acting(channel_actor(opened.connection.name)).write(cause=CAUSE) as work:
        kept = deliveries.hold(work.connection, number)
        if kept is None or not kept.waits:
            return read_before(number, receipts_of(work, number))
        return _settle(session, work, opened, kept, parsed)


def receipts_of(work: UnitOfWork, number: int) -> Sequence[Receipt]:
    """Return the receipts of a delivery, in the order of its envelopes."""
    return work.find(Receipt, [equal("delivery_id", number)], order=["place"])


def read_before(number: int, receipts: Sequence[Receipt]) -> Received:
    """Return what is said of a delivery that had been read when somebody came to read it."""
    return Received(delivery_id=number, receipts=tuple(receipts), outcomes=(Outcome.DUPLICATE,) * max(1, len(receipts)))


def settle_free(session: Session, opened: Opened, number: int, parsed: Parsed | None = None) -> Received | None:
    """
    Read a delivery that waits, as `settle()` does; None where somebody else reads it just now, or has read it.

    Who reads holds the delivery's row until the end of the transaction, so what a process had that died is free at once.

    Raises:
        StoreError: as `settle()`.
    """
    parsed = parse_ahead(session, opened, [number]) if parsed is None else parsed
    with session.acting(channel_actor(opened.connection.name)).write(cause=CAUSE) as work:
        kept = deliveries.hold(work.connection, number, free=True)
        return _settle(session, work, opened, kept, parsed) if kept is not None and kept.waits else None


def _settle(session: Session, work: UnitOfWork, opened: Opened, kept: Kept, parsed: Parsed) -> Received:
    settled = bring_in(session, work, opened, kept, parsed)
    deliveries.settle(work.connection, [kept.id])
    work.commit()
    return settled


def bring_in(
    session: Session,
    work: UnitOfWork,
    opened: Opened,
    kept: Kept,
    parsed: Parsed = NOTHING,
    decided: Mapping[int, int] = _NOBODY,
    wanted: Collection[int] = (),
) -> Received:
    """
    Read a delivery and bring in its envelopes; see `settle()`.

    Args:
        session: the session.
        work: the unit of work.
        opened: the connection that it came in by.
        kept: the delivery.
        parsed: what the channel made of it.
        decided: place of an envelope → whom it is from.
        wanted: places of envelopes that are to be read though they were dropped.
    """
    sitting = Sitting(session, work, opened, [kept], parsed)
    return bring(sitting, sitting.understood[0], decided, wanted)


def bring(sitting: Sitting, told: Understood, decided: Mapping[int, int] = _NOBODY, wanted: Collection[int] = ()) -> Received:
    """Bring in the envelopes of a delivery that was read; see `bring_in()`."""
    kept = told.kept
    if told.problem is not None:
        outcome = Outcome.REJECTED if told.foreign else Outcome.QUARANTINED
        return quarantine(sitting.work, sitting.opened, kept, told.problem, outcome)
    results = [
        _bring(sitting, kept, place, one, decided.get(place))
        for place, one in enumerate(told.told)
        if place in wanted or not _is_dropped(sitting, kept, place)
    ]
    return Received(
        delivery_id=kept.id,
        outcomes=tuple(outcome for outcome, _ in results),
        receipts=tuple(receipt for _, receipt in results),
    )


def _is_dropped(sitting: Sitting, kept: Kept, place: int) -> bool:
    there = sitting.ahead.earlier(kept.id, place)
    return there is not None and there.outcome == DROPPED


def quarantine(
    work: UnitOfWork,
    opened: Opened,
    kept: Kept,
    problem: PatronError,
    outcome: Outcome = Outcome.QUARANTINED,
) -> Received:
    """Note of a delivery as a whole why nothing comes of it, until it is replayed."""
    there = work.first(Receipt, equal("delivery_id", kept.id), equal("place", 0))
    receipt = _write(work, _blank(opened, kept, 0), there, outcome=outcome, reason=kept_problem(opened, problem))
    return Received(delivery_id=kept.id, outcomes=(outcome,), receipts=(receipt,))


def _bring(sitting: Sitting, kept: Kept, place: int, drafted: Drafted, decided: int | None) -> tuple[Outcome, Receipt]:
    work, ahead, envelope = sitting.work, sitting.ahead, drafted.envelope
    facts = ahead.begin(drafted)
    there = ahead.earlier(kept.id, place)
    if there is not None and there.outcome == Outcome.ACCEPTED.value:
        return Outcome.DUPLICATE, there
    blank = _blank(sitting.opened, kept, place, envelope)
    if envelope.kind is EnvelopeKind.UPDATE and not envelope.native_id:
        blank = attrs.evolve(blank, native_key=person_of(drafted))
    before = None if facts.new_key else _with_key(work, blank)
    if before is not None and before != there:
        return Outcome.DUPLICATE, repeat(work, before)
    try:
        done = _recorded(sitting, drafted, facts, decided)
    except DuplicateError as error:
        again = _with_key(work, blank)
        if again is not None and again != there:
            # Somebody else brought the same in just now.
            return Outcome.DUPLICATE, repeat(work, again)
        problem: PatronError = error
    except FOR_A_PERSON as error:
        problem = error
    else:
        _end_awaited(work, blank, envelope, facts)
        receipt = _accept(sitting, blank, there, drafted, done)
        _place(sitting, drafted, done)
        return Outcome.ACCEPTED, receipt
    # The provider has told it, and needs not be asked again: a person has to say whom it is about.
    _end_awaited(work, blank, envelope, facts)
    reason = kept_problem(sitting.opened, problem)
    outcome = Outcome.REJECTED if isinstance(problem, AsideError) else Outcome.QUARANTINED
    return outcome, _write(work, blank, there, outcome=outcome, reason=reason)


def _accept(sitting: Sitting, blank: Receipt, there: Receipt | None, drafted: Drafted, done: Recorded) -> Receipt:
    """Store the receipt of what was brought in, and what it proves."""
    work = sitting.work
    is_nobody = blank.kind == EnvelopeKind.UPDATE.value and done.customer is None
    sitting.ahead.has_unplaced |= is_nobody
    if blank.awaits and (is_nobody or _is_told(work, blank)):
        blank = attrs.evolve(blank, awaits=False)
    receipt = _write(work, blank, there, outcome=Outcome.ACCEPTED, reason=_told(drafted, done.why), done=done)
    work.add_many([attrs.evolve(one, receipt_id=receipt.id) for one in done.consents])
    if done.words is not None:
        keep_words(work, receipt, done.words)
    return receipt


def _place(sitting: Sitting, drafted: Drafted, done: Recorded) -> None:
    """Bring in what was told of somebody before they were known; a person has to look at what can't be."""
    if done.customer is None or drafted.envelope.kind is EnvelopeKind.UPDATE:
        return
    for one in unplaced(sitting, drafted):
        with suppress(*FOR_A_PERSON):
            placed = _recorded(sitting, one.drafted, UNSURE, done.customer.id)
            _accept(sitting, one.receipt, one.receipt, one.drafted, placed)


def _end_awaited(work: UnitOfWork, blank: Receipt, envelope: Envelope, facts: Facts) -> None:
    """Note that what an envelope tells is awaited no more."""
    if envelope.native_id and not envelope.awaits and not facts.unawaited:
        end_waiting(work, blank.connection, [envelope.native_id])


def _is_told(work: UnitOfWork, blank: Receipt) -> bool:
    """Return whether the details of a lead came before the notice of it."""
    told = equal("connection", blank.connection), equal("native_key", blank.native_key), equal("awaits", value=False)
    return work.first(Receipt, *told) is not None


def _told(drafted: Drafted, why: Message | None) -> Message | None:
    """Return what a person should know of an envelope that was accepted: why it is that customer's, and what fitted no field."""
    unfit = () if drafted.draft is None else drafted.draft.unfit
    noted = [Message.of(PatronError("intake.noted", what=Message.several(unfit)))] if unfit else []
    return Message.joined([*filter(None, [why]), *noted])


def _recorded(sitting: Sitting, drafted: Drafted, facts: Facts, decided: int | None) -> Recorded:
    """Bring an envelope in; once more where somebody else began the same lead just now, which can be found by then."""
    with suppress(DuplicateError):
        return _attempted(sitting, drafted, facts, decided)
    return _attempted(sitting, drafted, UNSURE, decided)


def _attempted(sitting: Sitting, drafted: Drafted, facts: Facts, decided: int | None) -> Recorded:
    try:
        with sitting.work.attempt():
            return record(sitting, drafted, decided, facts)
    except BaseException:
        sitting.owners.forget()
        raise


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


def _write(
    work: UnitOfWork,
    blank: Receipt,
    there: Receipt | None,
    *,
    outcome: Outcome,
    reason: Message | None,
    done: Recorded | None = None,
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
        "thread": done.thread,
        "says": done.words is not None and done.words.are_any,
    }
    if there is None:
        return work.add(attrs.evolve(blank, **values))
    said: dict[str, Any] = {name: getattr(blank, name) for name in ("kind", "key", "native_key", "at")}
    return work.update(there, **said, **values)
