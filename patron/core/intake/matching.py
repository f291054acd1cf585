"""
Who it is: the customer of whom an envelope tells. What a person decided comes first; else it is decided as everywhere
(`patron.core.resolving`).
"""

from collections.abc import Mapping

import attrs

from patron.core.access import Action
from patron.core.intake.drafting import Draft
from patron.core.matching.configured import model_of_settings
from patron.core.nouns import Customer
from patron.core.resolving import Resolver, Told, UndecidedError
from patron.core.session import Session
from patron.core.store import UnitOfWork
from patron.core.store.keys import Key, Known, Party

NEW = 0
"""Stands for a customer who is not known yet, where a person decided that."""


@attrs.frozen(kw_only=True)
class Match:
    """
    Whom an envelope is from.

    Attributes:
        customer: the customer; None where nobody is known by what it says.
        why: what spoke for the customer where no identity decided, in words.
    """

    customer: Customer | None
    why: str | None = None


@attrs.frozen(eq=False)
class _Party:
    """A stored customer who may be meant."""

    id: int
    name: str
    batch_id: int | None
    is_new: bool = False


def match(session: Session, work: UnitOfWork, draft: Draft, known: Mapping[Key, Known], decided: int | None = None) -> Match:
    """
    Return whom an envelope is from.

    Args:
        session: the session.
        work: the unit of work.
        draft: what the envelope tells.
        known: whom its identities stand for, held, so that nobody else decides about them until the work ends.
        decided: the id of the customer, or `NEW`, where a person decided.

    Raises:
        UndecidedError: it may be one of several, or one who is known and may be another.
        NotFoundError: the customer is not the actor's to see.
    """
    if decided is not None:
        return Match(customer=None if decided == NEW else work.get(Customer, decided))
    told = Told(draft.customer.get("name"), draft.customer, draft.identities)
    parties: dict[int, _Party] = {}

    def existing(party: Party) -> _Party:
        return parties.setdefault(party.customer_id, _Party(party.customer_id, party.name, party.batch_id))

    def is_seen(party: _Party) -> bool:
        return party.id in work.within_reach(Action.READ, "customer", [party.id])

    model = model_of_settings(session.settings)
    resolver = Resolver(work, [told], known, existing=existing, is_seen=is_seen, model=model)
    try:
        found = resolver.find(told)
    except UndecidedError as error:
        error.tell(session.t)
        raise
    if found is None:
        return Match(customer=None)
    return Match(customer=work.get(Customer, found.who.id), why=found.by.told(session.t) if found.by else None)
