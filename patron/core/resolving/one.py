"""
Resolving one who is told of: an envelope, or a lead that somebody types in.
"""

from collections.abc import Collection, Mapping

import attrs

from patron.core.access import Action
from patron.core.matching.configured import model_of_settings
from patron.core.resolving.resolver import Found, Resolver
from patron.core.resolving.told import Told
from patron.core.session import Session
from patron.core.store import UnitOfWork
from patron.core.store.keys import Key, Known, Party


@attrs.frozen(eq=False)
class Stored:
    """A stored customer who may be meant; see `Someone`."""

    id: int
    name: str
    batch_id: int | None
    is_new: bool = False


def who_is(
    session: Session, work: UnitOfWork, told: Told, known: Mapping[Key, Known], unborne: Collection[str] = ()
) -> Found[Stored] | None:
    """
    Return which customer is meant; None for somebody new.

    Args:
        session: which model says who is who.
        work: the unit of work.
        told: of whom.
        known: whom the identities stand for, held, so that nobody else decides about them until the work ends.
        unborne: names of which is known that no customer has them.

    Raises:
        UndecidedError: it may be one of several, or one who is known and may be another.
    """
    parties: dict[int, Stored] = {}

    def existing(party: Party) -> Stored:
        return parties.setdefault(party.customer_id, Stored(party.customer_id, party.name, party.batch_id))

    def is_seen(one: Stored) -> bool:
        return one.id in work.within_reach(Action.READ, "customer", [one.id])

    model = model_of_settings(session.settings)
    resolver = Resolver(work, [told], known, existing=existing, is_seen=is_seen, model=model, unborne=unborne)
    return resolver.find(told)
