"""
Who it is: the customer for whom the identities of an envelope stand.

What a person decided comes first, then equal identities, the most telling scheme first. Where one is shared by several, as a
phone is in a household, the name decides; where that doesn't either, a person has to. Where no identity is known, likeness
decides (`likeness.py`).
"""

from collections.abc import Mapping, Sequence

import attrs

from patron.core.intake.drafting import Draft
from patron.core.intake.likeness import UndecidedError, most_like
from patron.core.names import listed
from patron.core.nouns import Customer
from patron.core.nouns.schemes import MATCHING
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
        UndecidedError: several customers are known by what it says, and the name tells none of them; or somebody like them is.
        NotFoundError: the customer is not the actor's to see.
    """
    if decided is not None:
        return Match(customer=None if decided == NEW else work.get(Customer, decided))
    name = draft.customer.get("name")
    for scheme in MATCHING:
        keys = [(one.scheme, one.value) for one in draft.identities if one.scheme == scheme]
        parties = {party.customer_id: party for key in keys if key in known for party in known[key].parties}
        if parties:
            return Match(customer=work.get(Customer, _chosen(list(parties.values()), name).customer_id))
    like = most_like(session, work, draft)
    return Match(customer=None) if like is None else Match(customer=like.customer, why=like.why)


def _chosen(parties: Sequence[Party], name: str | None) -> Party:
    if len(parties) == 1:
        return parties[0]
    named = [party for party in parties if party.name == name]
    if len(named) != 1:
        raise UndecidedError("intake.several_customers", names=listed(party.name for party in parties))
    return named[0]
