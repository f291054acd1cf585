"""
Customers: to add one with the ways to reach them, and everything that is known of one.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import attrs

from patron.core.access import Action, Scope
from patron.core.crm.identities import Reach, attach, identities_of
from patron.core.crm.owners import default_owner
from patron.core.crm.records import made, names_in, values_of
from patron.core.crm.scores import CustomerScores, scores_now
from patron.core.nouns import OWNERS, Consent, Customer, Identity, Interaction, Lead, Need, Order, Task, noun_of
from patron.core.nouns.criterion import Condition, Criterion, equal
from patron.core.session import Session
from patron.core.store import Reader, UnitOfWork


@attrs.frozen(kw_only=True)
class AddCustomer:
    """
    Add a customer.

    Attributes:
        values: field → value, as people write them.
        reaches: by what the customer can be reached.
    """

    values: Mapping[str, object]
    reaches: tuple[Reach, ...] = ()


@attrs.frozen(kw_only=True)
class AddedCustomer:
    """
    What became of it.

    Attributes:
        customer: as stored.
        known: others whom the same identities stand for: perhaps the same person.
    """

    customer: Customer
    known: tuple[Customer, ...] = ()


@attrs.frozen(kw_only=True)
class AddIdentity:
    """
    Add a way to reach a customer.

    Attributes:
        customer_id: the customer.
        reach: scheme and value.
        lead_id: the lead with which it came.
        preferred: the one to use first.
    """

    customer_id: int
    reach: Reach
    lead_id: int | None = None
    preferred: bool = False


@attrs.frozen(kw_only=True)
class CustomerView:
    """
    What is known of a customer, as far as the actor may see it.

    Attributes:
        customer: the customer.
        identities: by what the customer can be reached.
        contacts: the persons of an organisation.
        leads: what the customer means or meant to buy.
        needs: what the customer needs.
        tasks: what is still to be done.
        consents: what the customer said about being contacted, the latest first.
        contacts_by_purpose: purpose → how many interactions served it.
        orders: how many orders there are.
        scores: what the published run says; None where it doesn't know the customer, or the actor may not know it.
        merged: the records that were merged into this one.
        names: (noun, id) → what a referred record is called.
    """

    customer: Customer
    identities: tuple[Identity, ...] = ()
    contacts: tuple[Customer, ...] = ()
    leads: tuple[Lead, ...] = ()
    needs: tuple[Need, ...] = ()
    tasks: tuple[Task, ...] = ()
    consents: tuple[Consent, ...] = ()
    contacts_by_purpose: Mapping[str, int] = MappingProxyType({})
    orders: int = 0
    scores: CustomerScores | None = None
    merged: tuple[Customer, ...] = ()
    names: Mapping[tuple[str, int], str] = MappingProxyType({})


def add_customer(session: Session, command: AddCustomer) -> AddedCustomer:
    """
    Add a customer; without another owner, whoever may only make own customers is the contact person.

    Raises:
        FieldError, DeniedError, StoreError: as `UnitOfWork.add()`.
    """
    with session.write(cause="add") as work:
        added = customer_in(session, work, command)
        work.commit()
    return added


def customer_in(session: Session, work: UnitOfWork, command: AddCustomer, **owner: int | None) -> AddedCustomer:
    """Add a customer within a unit of work; *owner* holds where the values name none."""
    values: dict[str, Any] = values_of(session, work).values("customer", command.values)
    if not values.keys() & set(OWNERS):
        values |= owner or default_owner(work, "customer")
    customer = work.add(made(Customer, values))
    return AddedCustomer(customer=customer, known=attach(work, customer, command.reaches))


def add_identity(session: Session, command: AddIdentity) -> AddedCustomer:
    """
    Add a way to reach a customer; one that is there already stays as it is.

    Raises:
        FieldError: it can't be what it is said to be.
        NotFoundError, DeniedError: the customer can't be seen or changed.
    """
    with session.write(cause="edit") as work:
        customer = work.get(Customer, command.customer_id)
        known = attach(work, customer, [command.reach], lead_id=command.lead_id, preferred=command.preferred)
        work.commit()
    return AddedCustomer(customer=customer, known=known)


def show_customer(session: Session, customer_id: int) -> CustomerView:
    """
    Return everything that the actor may see of a customer.

    Raises:
        NotFoundError: there is none, or none that the actor may see.
    """
    with session.read() as reader:
        customer = reader.get(Customer, customer_id)
        mine = equal("customer_id", customer_id)
        leads, tasks = seen(reader, Lead, mine), seen(reader, Task, mine, equal("status", "planned"))
        return CustomerView(
            customer=customer,
            identities=identities_of(reader, customer_id),
            contacts=seen(reader, Customer, equal("organisation_id", customer_id)),
            leads=leads,
            needs=seen(reader, Need, mine),
            tasks=tasks,
            consents=tuple(sorted(seen(reader, Consent, mine), key=lambda one: (one.at, one.id), reverse=True)),
            contacts_by_purpose=_by_purpose(reader, mine),
            orders=counted(reader, Order, mine),
            scores=scores_now(reader, customer_id, session.settings.timezone),
            merged=seen(reader, Customer, equal("merged_into_id", customer_id)),
            names=names_in(reader, (customer, *leads, *tasks)),
        )


def seen(reader: Reader, noun: type[Any], *criteria: Criterion) -> tuple[Any, ...]:
    """Return the records that the actor may see; none where the actor may see none of the noun at all."""
    blind = reader.policy.scope(reader.actor, Action.READ, noun_of(noun)) is Scope.NONE
    return () if blind else reader.find(noun, criteria)


def counted(reader: Reader, noun: type[Any], *criteria: Condition) -> int:
    """Return how many records the actor may see; none where the actor may see none of the noun at all."""
    blind = reader.policy.scope(reader.actor, Action.READ, noun_of(noun)) is Scope.NONE
    return 0 if blind else reader.count(noun, criteria)


def _by_purpose(reader: Reader, mine: Criterion) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for interaction in seen(reader, Interaction, mine):
        counts[interaction.purpose] = counts.get(interaction.purpose, 0) + 1
    order = [code for code in reader.vocabulary.codes["purpose"] if code in counts]
    return MappingProxyType({code: counts[code] for code in [*order, *sorted(counts.keys() - set(order))]})
