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
    consents: dict[int, list[Consent]] = {}
    for one in reader.find(Consent, [among("customer_id", ids)]):
        consents.setdefault(one.customer_id, []).append(one)
    schemes, touches = _schemes(reader, ids), _touches(rules, reader, customers, at)
    return {
        one.id: Person(
            customer=one,
            consents=tuple(consents.get(one.id, ())),
            schemes=frozenset(schemes.get(one.id, ())),
            touches=tuple(touches.get(one.id, ())),
        )
        for one in customers
    }


def _schemes(reader: Reader, ids: tuple[int, ...]) -> dict[int, set[str]]:
    links = reader.find(IdentityLink, [among("customer_id", ids)])
    numbers = tuple({link.identity_id for link in links})
    known = {one.id: one.scheme for one in reader.find(Identity, [among("id", numbers)])} if numbers else {}
    found: dict[int, set[str]] = {}
    for link in links:
        if link.identity_id in known:
            found.setdefault(link.customer_id, set()).add(known[link.identity_id])
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
