"""
Lists that several signs of interest tell of: what the customer wants, in the order of the times at which it was said.

The history has what was said when. What reaches us late is put in at its own time, and everything behind it follows, so that the
list is the same in whatever order the deliveries come. What a person took out later is not put in again by an earlier word.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from patron.core.access import Action, ActorKind
from patron.core.nouns import LIVE, Change, Lead
from patron.core.store import UnitOfWork

LIST = "interests"


def gather(work: UnitOfWork, lead: Lead, said: Sequence[str], at: datetime, withdrawn: Collection[str] = ()) -> Lead:
    """
    Return a lead that is pursued with what a customer is interested in beside what was said of it before.

    Args:
        work: the unit of work.
        lead: the lead.
        said: what interests.
        at: when it was said; where somebody of us changed the list later, the lead is returned as it is.
        withdrawn: what was said before and is not meant any more from then on.
    """
    if not said or lead.status not in LIVE or not work.may(Action.UPDATE, lead):
        return lead
    changes = work.history(lead, LIST)
    if any(change.effective_at > at and change.actor_kind != ActorKind.CHANNEL.value for change in changes):
        return lead
    for since, value in gathered(changes, said, at, withdrawn):
        lead = work.update(lead, effective_at=since, **{LIST: value})
    return lead


def gathered(
    changes: Iterable[Change], said: Sequence[str], at: datetime, withdrawn: Collection[str] = ()
) -> Iterator[tuple[datetime, tuple[str, ...]]]:
    """
    Yield since when a list has another value by what is said *at* a time, and which.

    What is said at one time by several stands in the order of the alphabet, for nothing tells which was first.
    """
    standing = _standing(changes)
    before = _just_before(standing, at)
    kept = _without(standing.get(at, before), withdrawn)
    value = tuple(one for one in before if one in kept)
    told, new = _without(kept, value), _without(dict.fromkeys(said), value)
    value += (new or told) if not (new and told) or new == told else tuple(sorted({*told, *new}))
    before = standing.get(at, before)
    if value != before:
        yield at, value
    for since, then in standing.items():
        if since > at:
            value = _without(value, _without(before, then)) + _without(then, (*before, *value))
            if value != then:
                yield since, value
            before = then


def added(changes: Iterable[Change], times: Collection[datetime]) -> frozenset[str]:
    """Return what came into a list at these times."""
    standing = _standing(changes)
    return frozenset(one for at in times for one in _without(standing.get(at, ()), _just_before(standing, at)))


def _standing(changes: Iterable[Change]) -> dict[datetime, tuple[str, ...]]:
    """Return since when a list had which value, in order of time."""
    in_time = sorted(changes, key=lambda change: change.effective_at)
    return {one.effective_at: tuple(one.new) if isinstance(one.new, tuple | list) else () for one in in_time}


def _just_before(standing: Mapping[datetime, tuple[str, ...]], at: datetime) -> tuple[str, ...]:
    earlier = [value for since, value in standing.items() if since < at]
    return earlier[-1] if earlier else ()


def _without(some: Iterable[str], others: Collection[str]) -> tuple[str, ...]:
    return tuple(one for one in some if one not in others)
