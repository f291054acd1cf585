"""
Threads: messages that answer one another, in whatever order they reach us.

What somebody writes who is known by their contacts stands on their own timeline. What anybody else writes in a thread belongs to
whom its first message is from: the one that answers none, or, while that is not there, the earliest by its time. An answer that
comes before what it answers begins a lead only until that comes (`joining.py`).
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

import attrs

from patron.core.nouns import Receipt
from patron.core.nouns.criterion import Condition, Criterion, Operator, among, equal
from patron.core.records.intake import Envelope
from patron.core.store import UnitOfWork
from patron.core.store.parts import parts_of

_NEVER = datetime.max.replace(tzinfo=UTC)


@attrs.frozen(kw_only=True)
class Thread:
    """
    What a message answers, and what answers it.

    Attributes:
        name: the key of the first message of all, as far as is known.
        is_answer: whether the message answers another.
        first: the receipt of what the thread begins with where that is another message; None where it is the message itself.
        waits: whether there may be answers that belong to what the thread begins with, and don't yet.
    """

    name: str
    is_answer: bool
    first: Receipt | None
    waits: bool


def thread_of(work: UnitOfWork, connection: str, envelope: Envelope) -> Thread | None:
    """
    Return the thread that a message belongs to; None for one that neither answers nor is answered.

    What its words show to be one thread is called by one name from then on.

    Args:
        work: the unit of work, which alone brings in what comes by the connection.
        connection: the connection that the message came in by.
        envelope: the message.
    """
    key, answers = envelope.key, envelope.answers
    receipts = {one.key: one for one in _keyed(work, connection, answers)}
    answered = [receipts[one] for one in answers if one in receipts]
    name = next((one.thread or one.key for one in answered), None) or next(iter(answers), key)
    others = {key, *answers, *(one.thread for one in answered)} - {None, "", name}
    apart = answers_of(work, connection, others)
    for one in apart:
        work.update(one, thread=name)
    if not answers:
        return Thread(name=name, is_answer=False, first=None, waits=True) if _some(work, connection, name) else None
    first = _first(work, connection, name, envelope)
    return Thread(name=name, is_answer=True, first=first, waits=bool(apart) or first is None)


def answers_of(work: UnitOfWork, connection: str, names: Iterable[str | None]) -> tuple[Receipt, ...]:
    """Return the receipts of the answers of threads that are of somebody."""
    found = (work.find(Receipt, [*_told(connection), among("thread", tuple(part))]) for part in parts_of(names))
    return tuple(one for part in found for one in part)


def _keyed(work: UnitOfWork, connection: str, keys: Iterable[str]) -> Iterator[Receipt]:
    for part in parts_of(keys):
        yield from work.find(Receipt, [equal("connection", connection), among("key", tuple(part))])


def _some(work: UnitOfWork, connection: str, name: str) -> bool:
    return bool(name) and work.first(Receipt, *_told(connection), equal("thread", name)) is not None


def _first(work: UnitOfWork, connection: str, name: str, envelope: Envelope) -> Receipt | None:
    """Return the receipt of what a thread begins with; None where that is an answer that comes in."""
    begun = work.first(Receipt, *_told(connection), equal("key", name), equal("thread", None))
    if begun is not None:
        return begun
    timed = [*_told(connection), equal("thread", name), Criterion("at", Operator.MISSING, value=False)]
    earliest = work.find(Receipt, timed, order=["at", "key"], limit=1)
    earliest = earliest or work.find(Receipt, [*_told(connection), equal("thread", name)], order=["key"], limit=1)
    return next((one for one in earliest if _rank(one) < _rank(envelope)), None)


def _rank(one: Receipt | Envelope) -> tuple[datetime, str]:
    """Return the place of an answer among those of its thread."""
    return one.at or _NEVER, one.key or ""


def _told(connection: str) -> Sequence[Condition]:
    of_somebody = Criterion("customer_id", Operator.MISSING, value=False)
    return equal("connection", connection), equal("outcome", "accepted"), of_somebody
