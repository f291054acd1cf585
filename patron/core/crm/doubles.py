"""
Customers who may be one: what the database holds, read as matching sees it. Nothing is merged here; a person decides that.
"""

from collections.abc import Iterable, Mapping

from patron.core.matching.person import Person, person_of
from patron.core.nouns import Customer, Identity, IdentityLink
from patron.core.nouns.criterion import equal
from patron.core.store import Reader

_SCHEMES = {"tel": "tel", "email": "email"}
"""Schemes that are fields of their own; the others are numbers and accounts of one person."""


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
    values = {"name": customer.name, "born": customer.birth_year, "address": customer.address, "region": customer.region}
    return person_of({"key": [str(customer.id)], **written(values, identities)})


def written(values: Mapping[str, object], identities: Iterable[Identity]) -> dict[str, list[str]]:
    """Return values and identities as `person_of()` takes them."""
    found = {name: [str(value)] for name, value in values.items() if value}
    for one in identities:
        if one.scheme != "tel_masked":
            found.setdefault(_SCHEMES.get(one.scheme, "id"), []).append(one.value)
    return found
