"""
The timeline of a customer: everything that happened between us, of sales, marketing and service alike, in one order.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import attrs

from patron.core.crm.customers import seen
from patron.core.crm.records import names_in
from patron.core.nouns import OWNERS, Change, Customer, Interaction, Lead, Need, Order, OrderLine, Task, noun_of
from patron.core.nouns.criterion import Criterion, equal
from patron.core.session import Session
from patron.core.store import Reader

MOVES = ("status", "stage", "level", *OWNERS)
"""Fields of a lead whose changes stand on the timeline."""


@attrs.frozen(kw_only=True)
class Event:
    """
    Something that happened.

    Attributes:
        at: when.
        noun: the kind of the record that it is about.
        record: the record, as it is now.
        what: `interaction`, `ordered`, `filed`, `changed`, `needed`, `planned`, `done`.
        user_id: who of us.
        change: what changed.
        amount: what was paid for an order; None where it has no lines, or the actor may not see them.
    """

    at: datetime
    noun: str
    record: Any
    what: str
    user_id: int | None = None
    change: Change | None = None
    amount: Decimal | None = None


@attrs.frozen(kw_only=True)
class Timeline:
    """
    A page of events.

    Attributes:
        customer: whose they are.
        events: the latest first.
        total: how many there are in all.
        names: (noun, id) → what a referred record is called.
    """

    customer: Customer
    events: tuple[Event, ...]
    total: int
    names: Mapping[tuple[str, int], str] = MappingProxyType({})


def show_timeline(session: Session, customer_id: int, *, limit: int | None = None, offset: int = 0) -> Timeline:
    """
    Return what happened between a customer and us, as far as the actor may see it.

    Args:
        session: the session.
        customer_id: the customer.
        limit: at most so many events.
        offset: leave out so many of the latest.

    Raises:
        NotFoundError: there is no such customer, or none that the actor may see.
    """
    with session.read() as reader:
        customer = reader.get(Customer, customer_id)
        events = sorted(_events(reader, customer_id), key=_place, reverse=True)
        page = tuple(events[offset : None if limit is None else offset + limit])
        users = names_in(reader, (customer, *(event.record for event in page)))
        return Timeline(customer=customer, events=page, total=len(events), names=users)


def _place(event: Event) -> tuple[Any, ...]:
    return (event.at, event.noun, event.record.id, event.change.sequence if event.change else 0, event.what)


def _events(reader: Reader, customer_id: int) -> Iterator[Event]:
    mine = equal("customer_id", customer_id)
    for one in seen(reader, Interaction, mine):
        yield _event(one.at, one, "interaction", one.user_id)
    amounts = _amounts(reader, mine)
    for one in seen(reader, Order, mine):
        yield attrs.evolve(_event(one.ordered_at, one, "ordered", one.user_id), amount=amounts.get(one.id))
    for one in seen(reader, Need, mine):
        yield _event(one.at, one, "needed")
    for one in seen(reader, Task, mine):
        yield _event(one.created_at, one, "planned", one.owner_user_id)
        if one.done_at is not None:
            yield _event(one.done_at, one, "done", one.owner_user_id)
    for one in seen(reader, Lead, mine):
        yield from _moves(reader, one)


def _amounts(reader: Reader, mine: Criterion) -> Mapping[int, Decimal]:
    """Return order → what was paid for its lines."""
    amounts: dict[int, Decimal] = {}
    for line in seen(reader, OrderLine, mine):
        amounts[line.order_id] = amounts.get(line.order_id, Decimal(0)) + line.amount
    return amounts


def _moves(reader: Reader, lead: Lead) -> Iterator[Event]:
    yield _event(lead.filed_at, lead, "filed")
    changes = reader.history(lead)
    birth = min(changes, key=lambda change: change.sequence).recorded_at if changes else None
    for change in changes:
        # What a lead was born with is told by its birth.
        born = change.old is None and change.recorded_at == birth
        if change.field in MOVES and not born:
            yield Event(at=change.effective_at, noun="lead", record=lead, what="changed", user_id=change.actor_id, change=change)


def _event(at: datetime, record: Any, what: str, user_id: int | None = None) -> Event:
    return Event(at=at, noun=noun_of(record), record=record, what=what, user_id=user_id)
