"""
By what somebody can be reached or recognised, and whom an identity stands for.

Equal identities are stored once. One that stands for somebody else already is attached all the same, for a household shares a
phone; the others are told, so that a person can judge.
"""

from collections.abc import Mapping, Sequence

import attrs

from patron.core.access import Action, Scope
from patron.core.nouns import Customer, FieldError, Identity, IdentityLink
from patron.core.nouns.criterion import among, equal
from patron.core.nouns.schemes import identity_of
from patron.core.store import Reader, UnitOfWork
from patron.core.store.keys import Key, Known

_TYPED = ("tel", "email")
"""Schemes whose values can be told from names."""


@attrs.frozen
class Reach:
    """
    A way to reach somebody, as it was written.

    Attributes:
        scheme: a code of `identity_scheme`.
        written: the number, the address, the account.
    """

    scheme: str
    written: str


def attach(
    work: UnitOfWork, customer: Customer, reaches: Sequence[Reach], *, lead_id: int | None = None, preferred: bool = False
) -> tuple[Customer, ...]:
    """
    Let identities stand for a customer, and return the other customers that the actor sees them stand for.

    Args:
        work: the unit of work.
        customer: whom they stand for.
        reaches: as they were written.
        lead_id: the lead with which they came.
        preferred: they are the ones to use first.

    Raises:
        FieldError: one can't be what it is said to be.
    """
    others: dict[int, Customer] = {}
    meant, _ = hold(work, reaches)
    for identity in map(work.identity, meant):
        links = work.find(IdentityLink, [equal("identity_id", identity.id)])
        others |= {one.id: one for one in _customers(work, [link.customer_id for link in links]) if one.id != customer.id}
        if customer.id not in {link.customer_id for link in links}:
            work.add(IdentityLink(identity_id=identity.id, customer_id=customer.id, lead_id=lead_id, preferred=preferred))
    return tuple(others[number] for number in sorted(others))


def hold(work: UnitOfWork, reaches: Sequence[Reach]) -> tuple[list[Identity], Mapping[Key, Known]]:
    """
    Hold what stands for somebody, before anything else that others may wait for, and return it with whom it stands for.

    See `UnitOfWork.hold_identities()`.
    """
    meant = [one for reach in reaches if (one := identity_of(reach.scheme, reach.written)) is not None]
    return meant, work.hold_identities(meant)


def identities_of(reader: Reader, customer_id: int) -> tuple[Identity, ...]:
    """Return the identities that stand for a customer, as far as the actor may see any, the preferred ones first."""
    if _hidden(reader):
        return ()
    links = reader.find(IdentityLink, [equal("customer_id", customer_id)], order=["-preferred"])
    found = {one.id: one for one in reader.find(Identity, [among("id", tuple(link.identity_id for link in links))])}
    return tuple(found[link.identity_id] for link in links if link.identity_id in found)


def phones_of(reader: Reader, customer_ids: Sequence[int]) -> dict[int, str]:
    """Return customer → the phone number to call, the preferred one where one is, as far as the actor may see it."""
    if _hidden(reader):
        return {}
    links = reader.find(IdentityLink, [among("customer_id", tuple(customer_ids))], order=["-preferred"])
    some = tuple({link.identity_id for link in links})
    numbers = {one.id: one.value for one in reader.find(Identity, [among("id", some), equal("scheme", "tel")])}
    found: dict[int, str] = {}
    for link in links:
        if link.identity_id in numbers:
            found.setdefault(link.customer_id, numbers[link.identity_id])
    return found


def reached_by(reader: Reader, written: str) -> tuple[Customer, ...]:
    """Return the customers whom a phone number or an email address stands for, as far as the actor may see them."""
    for scheme in () if _hidden(reader) else _TYPED:
        try:
            meant = identity_of(scheme, written)
        except FieldError:
            continue
        found = meant and reader.first(Identity, equal("scheme", meant.scheme), equal("value", meant.value))
        if found:
            links = reader.find(IdentityLink, [equal("identity_id", found.id)])
            return _customers(reader, sorted({link.customer_id for link in links}))
    return ()


def _hidden(reader: Reader) -> bool:
    return any(reader.policy.scope(reader.actor, Action.READ, one) is Scope.NONE for one in ("identity", "identity_link"))


def _customers(reader: Reader, ids: Sequence[int]) -> tuple[Customer, ...]:
    return reader.find(Customer, [among("id", tuple(ids))]) if ids else ()
