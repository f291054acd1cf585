"""
Who it is: the customer of whom an envelope tells. What a person decided comes first; else it is decided as everywhere
(`patron.core.resolving`).
"""

from collections.abc import Collection, Mapping

import attrs

from patron.core.intake.drafting import Draft
from patron.core.message import Message
from patron.core.nouns import Customer
from patron.core.resolving import Told, UndecidedError, who_is
from patron.core.session import Session
from patron.core.store import UnitOfWork
from patron.core.store.keys import Key, Known

NEW = 0
"""Stands for a customer who is not known yet, where a person decided that."""


@attrs.frozen(kw_only=True)
class Match:
    """
    Whom an envelope is from.

    Attributes:
        customer: the customer; None where nobody is known by what it says.
        why: what spoke for the customer where no identity decided.
    """

    customer: Customer | None
    why: Message | None = None


def match(
    session: Session,
    work: UnitOfWork,
    draft: Draft,
    known: Mapping[Key, Known],
    decided: int | None = None,
    unborne: Collection[str] = (),
) -> Match:
    """
    Return whom an envelope is from.

    Args:
        session: the session.
        work: the unit of work.
        draft: what the envelope tells.
        known: whom its identities stand for, held, so that nobody else decides about them until the work ends.
        decided: the id of the customer, or `NEW`, where a person decided.
        unborne: names of which is known that no customer has them.

    Raises:
        UndecidedError: it may be one of several, or one who is known and may be another.
        NotFoundError: the customer is not the actor's to see.
    """
    if decided is not None:
        return Match(customer=None if decided == NEW else work.get(Customer, decided))
    told = Told(draft.customer.get("name"), draft.customer, draft.identities)
    try:
        found = who_is(session, work, told, known, unborne)
    except UndecidedError as error:
        error.tell()
        raise
    if found is None:
        return Match(customer=None)
    return Match(customer=work.get(Customer, found.who.id), why=found.by.message() if found.by else None)
