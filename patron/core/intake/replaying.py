"""
Reading kept deliveries again, after a channel, a template or a setting was mended; and dropping what is of no use.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

import attrs

from patron.core.crm.merging.apart import note_apart
from patron.core.crm.records import names_in
from patron.core.errors import PatronError, UsageError
from patron.core.intake.awaiting import is_given_up, wait_again
from patron.core.intake.connections import open_connection
from patron.core.intake.failing import problem_of
from patron.core.intake.keeping import REPLAY
from patron.core.intake.matching import NEW
from patron.core.intake.parsing import parse_ahead
from patron.core.intake.received import Received
from patron.core.intake.receiving import DROPPED, bring_in
from patron.core.message import Message
from patron.core.nouns import Customer, Receipt
from patron.core.nouns.criterion import equal
from patron.core.records.intake import Delivery, Outcome
from patron.core.resolving import named_in
from patron.core.session import Session
from patron.core.store import BusyError, DownError, NotFoundError, UnitOfWork, deliveries

_REPLAYED = (Outcome.QUARANTINED.value, Outcome.REJECTED.value, DROPPED)


@attrs.frozen(kw_only=True)
class ReceiptView:
    """
    A receipt, and what reached us.

    Attributes:
        receipt: the receipt.
        delivery: the bytes that it is about; None where they are gone.
        names: (noun, id) → what is called so that it refers to.
    """

    receipt: Receipt
    delivery: Delivery | None
    names: Mapping[tuple[str, int], str]


def show_receipt(session: Session, number: int) -> ReceiptView:
    """
    Return a receipt with its delivery.

    Raises:
        NotFoundError: there is none, or none that the actor may see.
    """
    with session.read() as reader:
        receipt = reader.get(Receipt, number)
        kept = None if receipt.delivery_id is None else deliveries.read(reader.connection, receipt.delivery_id)
        delivery, names = None if kept is None else kept.delivery, names_in(reader, [receipt])
        return ReceiptView(receipt=receipt, delivery=delivery, names=names)


def replay(session: Session, numbers: Sequence[int] = (), decided: int | None = None) -> tuple[Received, ...]:
    """
    Read again what is in quarantine, as the channels and settings are now; each lead gets the time that it had.

    What was dropped stays so unless its receipt is named. Where the details of a named one are given up, its provider is asked
    for them again when it is polled.

    Args:
        session: the session.
        numbers: the receipts; all in quarantine where none is named.
        decided: the customer whom the one receipt is from, `matching.NEW` for somebody who is not known yet.

    Raises:
        NotFoundError: one is not there, or is not the actor's to see; the customer isn't.
        UsageError: one was accepted already; or a decision is about other than one.
    """
    if decided is not None and len(numbers) != 1:
        raise UsageError("intake.decide_one")
    with session.read() as reader:
        if decided:
            reader.get(Customer, decided)
        found = (
            [reader.get(Receipt, number) for number in numbers]
            if numbers
            else reader.find(Receipt, [equal("outcome", Outcome.QUARANTINED.value)], order=["id"])
        )
    given_up = [one for one in found if decided is None and is_given_up(one)]
    for receipt in found:
        if receipt.outcome not in _REPLAYED and receipt not in given_up:
            raise UsageError("intake.accepted_already", id=receipt.id)
    asked_for = {one.id for one in given_up}
    together: dict[int, list[Receipt]] = {}
    for receipt in found:
        if receipt.delivery_id is not None and receipt.id not in asked_for:
            together.setdefault(receipt.delivery_id, []).append(receipt)
    done = [_tried(session, some, decided, alone=bool(numbers)) for some in together.values()]
    return (*done, *_asked_again(session, given_up))


def _asked_again(session: Session, given_up: Sequence[Receipt]) -> Iterator[Received]:
    """Let providers be asked again for details that were given up, and say so."""
    if not given_up:
        return
    with session.write(cause=REPLAY) as work:
        waiting = [wait_again(work, receipt) for receipt in given_up]
        work.commit()
    for receipt in waiting:
        told = attrs.evolve(receipt, reason=Message(key="intake.asked_again", details={"name": receipt.connection}))
        yield Received(delivery_id=receipt.delivery_id, outcomes=(Outcome.ACCEPTED,), receipts=(told,))


def _tried(session: Session, receipts: Sequence[Receipt], decided: int | None, *, alone: bool) -> Received:
    """
    Replay receipts of one delivery.

    Among many, one whose connection is set up wrongly, or that fails again, keeps no other from it, and goes on waiting.
    """
    try:
        return _replay(session, receipts[0], {one.place for one in receipts}, decided)
    except (BusyError, DownError):
        raise
    except Exception as error:
        if alone and isinstance(error, PatronError):
            raise
        waiting = tuple(one for one in receipts if one.outcome == Outcome.QUARANTINED.value)
        outcomes = (Outcome.QUARANTINED,) * len(waiting)
        return Received(delivery_id=receipts[0].delivery_id, outcomes=outcomes, receipts=waiting, problem=problem_of(error))


def _replay(session: Session, receipt: Receipt, places: Collection[int], decided: int | None) -> Received:
    opened = open_connection(session, receipt.connection)
    parsed = parse_ahead(session, opened, [receipt.delivery_id or 0], again=True)
    with session.write(cause=REPLAY) as work:
        kept = deliveries.hold(work.connection, receipt.delivery_id or 0)
        if kept is None:
            raise NotFoundError("intake.no_delivery", id=receipt.id)
        whose = {} if decided is None else {receipt.place: decided}
        settled = bring_in(session, work, opened, kept, parsed, whose, wanted=places)
        if decided == NEW:
            _tell_apart(session, work, receipt, settled)
        work.commit()
    return settled


def _tell_apart(session: Session, work: UnitOfWork, asked: Receipt, settled: Received) -> None:
    """Note of whom a receipt is from that it is none of those whom its question named, so that nobody is asked again."""
    for one in settled.receipts:
        if one.id == asked.id and one.customer_id is not None:
            note_apart(work, one.customer_id, named_in(asked.reason), session.t("intake.somebody_new", id=asked.id))


def drop(session: Session, numbers: Sequence[int], reason: str | None = None) -> tuple[Receipt, ...]:
    """
    Note that nothing is to come of what is in quarantine; the bytes stay, and are replayed when the receipt is named.

    Returns:
        Those that were not dropped before, or for another reason.

    Raises:
        NotFoundError, DeniedError: as `UnitOfWork.update()`.
        UsageError: one was accepted already.
    """
    with session.write(cause="drop", reason=reason) as work:
        found = [work.get(Receipt, number) for number in numbers]
        for receipt in found:
            if receipt.outcome not in _REPLAYED:
                raise UsageError("intake.accepted_already", id=receipt.id)
        dropped = [work.update(one, outcome=DROPPED, reason=reason or one.reason) for one in found]
        work.commit()
    return tuple(after for before, after in zip(found, dropped, strict=True) if after.version != before.version)
