"""
Customers who may be one: what the database holds, read as matching sees it. Nothing is merged here; a person decides that.
"""

from collections.abc import Iterable

from patron.core.matching.person import Person, person_known
from patron.core.nouns import Customer, Identity, IdentityLink
from patron.core.nouns.criterion import equal
from patron.core.store import Reader

TELLING = ("birth_year", "address", "region")
"""Fields of a customer by which matching tells people apart, beside the name."""


def persons_of(reader: Reader) -> list[Person]:
    """Return the persons whom the actor may see, those merged into others left out, by id; `key` is the customer's id."""
    values = {one.id: one for one in reader.find(Identity)}
    identities: dict[int, list[Identity]] = {}
    for link in reader.find(IdentityLink):
        if link.identity_id in values:
            identities.setdefault(link.customer_id, []).append(values[link.identity_id])
    customers = reader.find(Customer, [equal("kind", "person")])
    return [person_of_customer(one, identities.get(one.id, ())) for one in customers if one.merged_into_id is None]


def person_of_customer(customer: Customer, identities: Iterable[Identity]) -> Person:
    """Return a customer as matching sees one."""
    about = {name: getattr(customer, name) for name in TELLING}
    return person_known(str(customer.id), customer.name, about, ((one.scheme, one.value) for one in identities))
