"""
What a verdict needs to know of customers, read for many at once.

It is read whole, whoever asks: a refusal that the asking person may not see is a refusal all the same. What comes of it is a
verdict; callers have asked before whether the person may see the customer.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice

import attrs

from patron.core.access import system_actor
from patron.core.nouns import Consent, Customer, Identity, IdentityLink, Interaction
from patron.core.nouns.criterion import Criterion, Operator, among, equal
from patron.core.outreach.rules import Rules
from patron.core.store import Reader

_CHUNK = 500


@attrs.frozen(kw_only=True)
class Person:
    """
    What is known of a customer.

    Attributes:
        customer: the customer.
        consents: all that they said about being contacted.
        schemes: the schemes of the identities by which they are known.
        touches: when we contacted them, for what is not owed to them; the latest first.
    """

    customer: Customer
    consents: tuple[Consent, ...] = ()
    schemes: frozenset[str] = frozenset()
    touches: tuple[datetime, ...] = ()

    def limit(self, rules: Rules) -> tuple[int, int] | None:
        """Return how often in how many days the customer may be contacted at most; None for any number."""
        settings = rules.settings
        if self.customer.contact_limit is not None:
            return self.customer.contact_limit, self.customer.contact_days or settings.days
        return (settings.limit, settings.days) if settings.limit else None


def everything(reader: Reader) -> Reader:
    """Return a reader of the same transaction that sees all."""
    actor = system_actor("outreach")
    return Reader(reader.connection, actor=actor, policy=reader.policy, vocabulary=reader.vocabulary)


def people(rules: Rules, reader: Reader, customer_ids: Iterable[int], at: datetime) -> Mapping[int, Person]:
    """
    Return customer → what is known of them.

    Args:
        rules: of the installation.
        reader: the database.
        customer_ids: the customers.
        at: what happened later does not count.
    """
    whole, ids = everything(reader), iter(dict.fromkeys(customer_ids))
    found: dict[int, Person] = {}
    while chunk := tuple(islice(ids, _CHUNK)):
        found |= _some(rules, whole, chunk, at)
    return found


def _some(rules: Rules, reader: Reader, ids: tuple[int, ...], at: datetime) -> dict[int, Person]:
    customers = reader.find(Customer, [among("id", ids)])
    known, touches = _known(reader, ids), _touches(rules, reader, customers, at)
    consents = _consents(rules, reader, ids, known)
    return {
        one.id: Person(
            customer=one,
            consents=tuple(consents.get(one.id, ())),
            schemes=frozenset(identity.scheme for identity in known.get(one.id, ())),
            touches=tuple(touches.get(one.id, ())),
        )
        for one in customers
    }


def _known(reader: Reader, ids: tuple[int, ...]) -> dict[int, list[Identity]]:
    """Return customer → the identities by which they are known."""
    links = reader.find(IdentityLink, [among("customer_id", ids)])
    numbers = tuple({link.identity_id for link in links})
    identities = {one.id: one for one in reader.find(Identity, [among("id", numbers)])} if numbers else {}
    found: dict[int, list[Identity]] = {}
    for link in links:
        if link.identity_id in identities:
            found.setdefault(link.customer_id, []).append(identities[link.identity_id])
    return found


def _consents(
    rules: Rules, reader: Reader, ids: tuple[int, ...], known: Mapping[int, Sequence[Identity]]
) -> dict[int, list[Consent]]:
    """
    Return customer → what they said; what a message said counts for everybody whom its number stands for, since whenever.

    Who answered STOP by a number wants no messages there, whoever else that number is found to stand for later.
    """
    found: dict[int, list[Consent]] = {}
    for one in reader.find(Consent, [among("customer_id", ids)]):
        found.setdefault(one.customer_id, []).append(one)
    mine: dict[int, list[int]] = {}
    schemes: dict[int, str] = {}
    for customer, some in known.items():
        for identity in some:
            mine.setdefault(identity.id, []).append(customer)
            schemes[identity.id] = identity.scheme
    sharing: dict[int, set[tuple[int, str]]] = {}
    for link in reader.find(IdentityLink, [among("identity_id", tuple(mine))]) if mine else ():
        others = {(customer, schemes[link.identity_id]) for customer in mine[link.identity_id] if customer != link.customer_id}
        if others:
            sharing.setdefault(link.customer_id, set()).update(others)
    if not sharing:
        return found
    said = [among("customer_id", tuple(sharing)), equal("given_by", "message")]
    for consent in reader.find(Consent, said):
        for customer, scheme in sharing[consent.customer_id]:
            if scheme in rules.schemes(consent.channel or ""):
                found.setdefault(customer, []).append(consent)
    return found


def _touches(rules: Rules, reader: Reader, customers: Sequence[Customer], at: datetime) -> dict[int, list[datetime]]:
    """Return customer → when we contacted them within the days that a limit is about."""
    limited = [one for one in customers if one.contact_limit is not None or rules.settings.limit]
    if not limited:
        return {}
    since = at - timedelta(days=max(one.contact_days or rules.settings.days for one in limited))
    ids = tuple(one.id for one in limited)
    criteria = [among("customer_id", ids), equal("direction", "out"), Criterion("at", Operator.MORE, since)]
    found: dict[int, list[datetime]] = {}
    for one in reader.find(Interaction, [*criteria, Criterion("at", Operator.AT_MOST, at)], order=["-at"]):
        if not rules.is_owed(one.purpose):
            found.setdefault(one.customer_id, []).append(one.at)
    return found
