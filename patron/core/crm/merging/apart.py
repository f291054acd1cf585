"""
Deciding that two customers are not one, so that nobody is asked again: neither a scan nor who would merge them.
"""

from collections.abc import Iterable

import attrs

from patron.core.access import Action
from patron.core.errors import UsageError
from patron.core.nouns import Customer
from patron.core.nouns.criterion import among
from patron.core.session import Session
from patron.core.store import UnitOfWork
from patron.core.store.telling import Distinction, distinctions, take_back, tell_apart


@attrs.frozen(kw_only=True)
class Apart:
    """
    Say that two customers are two, or take that back.

    Attributes:
        one: one of them.
        other: the other one.
        reason: why, in words.
        undo: take it back.
    """

    one: int
    other: int
    reason: str | None = None
    undo: bool = False


def decide_apart(session: Session, command: Apart) -> bool:
    """
    Note that two customers are two, or take that back; say whether it is news.

    Raises:
        UsageError: it is one customer.
        NotFoundError, DeniedError: the actor may not see or change one of them.
    """
    if command.one == command.other:
        raise UsageError("merging.itself", noun="customer", ids=str(command.one))
    with session.write(cause="apart", reason=command.reason) as work:
        _require(work, (command.one, command.other))
        if command.undo:
            done = take_back(work.connection, command.one, command.other)
        else:
            one, other = sorted((command.one, command.other))
            decided = Distinction(one, other, work.actor.user_id, work.now, command.reason)
            done = tell_apart(work.connection, decided)
        work.commit()
    return done


def note_apart(work: UnitOfWork, customer: int, others: Iterable[int], reason: str) -> None:
    """Note that a customer is none of some others, as somebody decided who was asked; of whom the actor does not see, nothing."""
    seen = work.find(Customer, [among("id", tuple({*others} - {customer}))], order=["id"])
    for other in seen:
        one, another = sorted((customer, other.id))
        tell_apart(work.connection, Distinction(one, another, work.actor.user_id, work.now, reason))


def list_apart(session: Session) -> tuple[Distinction, ...]:
    """Return the decisions about customers whom the actor may see, in the order in which they were made."""
    with session.read() as reader:
        found = distinctions(reader.connection)
        seen = reader.within_reach(Action.READ, "customer", {number for one in found for number in (one.one_id, one.other_id)})
        return tuple(one for one in found if one.one_id in seen and one.other_id in seen)


def _require(work: UnitOfWork, ids: tuple[int, int]) -> None:
    for number in ids:
        work.lock(Customer, number)
    if len(work.within_reach(Action.UPDATE, "customer", ids)) < len(ids):
        raise work.policy.denial(work.actor, Action.UPDATE, "customer")
