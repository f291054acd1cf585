"""
Leads: how they come in by hand, who owns them, and what is known of one.

A lead always has an owner: the one that was named, else whoever enters it and may only make own leads, else the department of its
source (the attribute `department` of the code is the team's code).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import attrs

from patron.core.access import Action
from patron.core.assignment import note_by_hand, note_given
from patron.core.crm.assigning import Assignment, assignments_of
from patron.core.crm.course import OF_COURSE, course_of, end_of, from_filing, not_before, outlived, times_of
from patron.core.crm.customers import AddCustomer, customer_in, seen
from patron.core.crm.earlier import record_then
from patron.core.crm.identities import Reach, attach, hold, identities_of
from patron.core.crm.negotiation import NO_TALKS, Negotiation, negotiation_of
from patron.core.crm.orders import mark_since
from patron.core.crm.owners import owner_given, require_active
from patron.core.crm.records import (
    ChangeRecord,
    change_in,
    fill,
    made,
    names_in,
    owned_since,
    require_come,
    require_later_owner,
    values_of,
)
from patron.core.errors import UsageError
from patron.core.nouns import OWNERS, Customer, Identity, Lead, Need, Task
from patron.core.nouns.criterion import equal
from patron.core.nouns.systems import with_system
from patron.core.resolving import Told, UndecidedError, who_is
from patron.core.session import Session
from patron.core.store import UnitOfWork
from patron.core.store.responses import limit_of


@attrs.frozen(kw_only=True)
class AddLead:
    """
    Add a lead, with a new customer where none is named and none is known.

    Attributes:
        values: field of the lead → value, as people write them; the source at least.
        customer: field → value of the customer; the name at least, where the lead's values name no customer.
        reaches: by what the customer can be reached.
    """

    values: Mapping[str, object]
    customer: Mapping[str, object] = MappingProxyType({})
    reaches: tuple[Reach, ...] = ()


@attrs.frozen(kw_only=True)
class AddedLead:
    """
    What became of it.

    Attributes:
        lead: as stored.
        customer: whose it is.
        joined: it is of somebody who is known by what was typed in, though no customer was named.
        known: other customers whom the same identities stand for.
    """

    lead: Lead
    customer: Customer
    joined: bool = False
    known: tuple[Customer, ...] = ()


@attrs.frozen(kw_only=True)
class AssignLead:
    """
    Give a lead another owner: a user or a team.

    Attributes:
        id: the lead.
        user: login or id.
        team: code or id.
        reason: why, for the history.
        effective_at: since when; now by default.
    """

    id: int
    user: str | None = None
    team: str | None = None
    reason: str | None = None
    effective_at: datetime | None = None


@attrs.frozen(kw_only=True)
class LeadView:
    """
    What is known of a lead, as far as the actor may see it.

    Attributes:
        lead: the lead.
        customer: whose it is.
        identities: by what the customer can be reached.
        negotiation: the rounds of price talks.
        needs: what is needed.
        tasks: what is still to be done.
        respond_by: by when it should be reached for the first time.
        assignment: how it came to its owner; None where the log doesn't know, and for a look at the past.
        names: (noun, id) → what a referred record is called.
    """

    lead: Lead
    customer: Customer
    identities: tuple[Identity, ...] = ()
    negotiation: Negotiation = NO_TALKS
    needs: tuple[Need, ...] = ()
    tasks: tuple[Task, ...] = ()
    respond_by: datetime | None = None
    assignment: Assignment | None = None
    names: Mapping[tuple[str, int], str] = MappingProxyType({})


def add_lead(session: Session, command: AddLead) -> AddedLead:
    """
    Add a lead; of somebody whom the identities and the name mean beyond doubt, else of a new customer.

    Raises:
        FieldError: a value doesn't fit; the source is unknown.
        UsageError: nobody can own it: the source belongs to no department that is there.
        DeniedError, StoreError: as `UnitOfWork.add()`.
    """
    with session.write(cause="add") as work:
        values: dict[str, Any] = {"filed_at": work.now, **values_of(session, work).values("lead", command.values)}
        if not values.get("source"):
            raise UsageError("crm.no_source")
        customer, about = _customer_of(session, work, command, values)
        given = owner_given(session, work, values, about if customer is None else attrs.asdict(customer, recurse=False))
        values = with_system({**values, **given.owner})
        joined = customer is not None and values.get("customer_id") is None
        if customer is None:
            owner = {name: values[name] for name in OWNERS}
            customer = customer_in(session, work, AddCustomer(values=command.customer), **owner).customer
        elif joined:
            customer = fill(work, customer, about)
        # What is known at first is true since the file was created, which may be entered late.
        values |= course_of(values, None, values["filed_at"], session.settings.timezone, now=work.now)
        values |= end_of(values, max(work.now, values["filed_at"])) | {"customer_id": customer.id}
        lead = work.add(made(Lead, values), effective_at=min(values["filed_at"], work.now), times=times_of(values))
        note_given(work, [(lead.id, given)])
        _mark_won(session, work, lead)
        known = attach(work, customer, command.reaches, lead_id=lead.id)
        work.commit()
    return AddedLead(lead=lead, customer=customer, joined=joined, known=known)


def change_lead(session: Session, command: ChangeRecord) -> Lead:
    """
    Change a lead; its owner is changed by `assign_lead()`.

    One that is won or lost by it ends when the values say, else at the time since which they are true. Whose lead is won is a
    customer since then at the latest.

    Raises:
        UsageError: the owner is among the values; the time since which they are true is still to come.
        FieldError, DeniedError, ConflictError, NotFoundError: as `UnitOfWork.update()`.
    """
    require_come(session, command.effective_at)
    with session.write(cause="edit", reason=command.reason) as work:
        values = values_of(session, work).values("lead", command.values)
        if values.keys() & set(OWNERS):
            raise UsageError("crm.assign_instead", id=command.id)
        lead: Lead = work.lock(Lead, command.id)
        said, zone, since = set(values), session.settings.timezone, command.effective_at
        values |= course_of(values, lead, lead.filed_at, zone, now=work.now)
        if since is not None and values.keys() & OF_COURSE:
            begins = from_filing("since", since, values.get("filed_at") or lead.filed_at, zone)
            command = attrs.evolve(command, effective_at=begins)
        if values.get("status") not in {None, lead.status}:
            end = end_of(values, command.effective_at or work.now)
            since = times_of(values | end).get("status")
            if command.effective_at is None and since is not None:
                command = attrs.evolve(command, effective_at=not_before(work, lead, "status", since))
            values |= end
        lead = change_in(session, work, command, values)
        if "status" in values:
            lead = _leave_behind(work, lead, said)
        _mark_won(session, work, lead)
        work.commit()
    return lead


def assign_lead(session: Session, command: AssignLead) -> Lead:
    """
    Give a lead another owner, and what is still to be done for it by the previous one, too.

    Raises:
        UsageError: neither a user nor a team is named, or both; the user doesn't work here any more; the lead has its owner since
            a later time, or is to have the other one since a time that is still to come.
        DeniedError, ConflictError, NotFoundError: as `UnitOfWork.update()`.
    """
    (assigned,) = assign_leads(session, [command])
    return assigned


def assign_leads(session: Session, commands: Sequence[AssignLead]) -> tuple[Lead, ...]:
    """
    Give leads other owners, all of them or none; see `assign_lead()`.

    Raises:
        UsageError, DeniedError, ConflictError, NotFoundError: as `assign_lead()`, of the first that can't be done.
    """
    done: dict[int, Lead] = {}
    with session.write(cause="assign") as work:
        # In one order, so that two who assign the same leads never wait in a circle.
        for command in sorted(commands, key=lambda one: one.id):
            done[command.id] = assign_in(session, work, command)
        work.commit()
    return tuple(done[command.id] for command in commands)


def assign_in(session: Session, work: UnitOfWork, command: AssignLead) -> Lead:
    """Give a lead another owner within a unit of work; see `assign_lead()`."""
    work.reason = command.reason
    if (command.user is None) == (command.team is None):
        raise UsageError("crm.one_owner")
    require_come(session, command.effective_at)
    written = {"owner_user_id": command.user or "", "owner_team_id": command.team or ""}
    owner = values_of(session, work).values("lead", written)
    require_active(work, owner["owner_user_id"])
    lead = work.lock(Lead, command.id)
    require_later_owner(session, work, lead, command.effective_at)
    assigned = work.update(lead, effective_at=command.effective_at, **owner)
    if assigned is not lead:
        note_by_hand(work, assigned, command.reason)
    hand_over_tasks(work, lead, owner, command.effective_at)
    return assigned


def hand_over_tasks(work: UnitOfWork, lead: Lead, owner: Mapping[str, int | None], since: datetime | None = None) -> None:
    """Give what the owner of a lead had still to do for it to another one."""
    for task in seen(work, Task, equal("lead_id", lead.id), equal("status", "planned")):
        if (task.owner_user_id, task.owner_team_id) == (lead.owner_user_id, lead.owner_team_id):
            work.update(task, effective_at=_not_before(owned_since(work, task), since), **owner)


def show_lead(session: Session, lead_id: int, *, at: datetime | None = None, known_at: datetime | None = None) -> LeadView:
    """
    Return everything that the actor may see of a lead.

    Args:
        session: the session.
        lead_id: the lead.
        at: its tracked fields and the price talks as they were then, and nothing else.
        known_at: and as the database knew them then.

    Raises:
        NotFoundError: there is none, or none that the actor may see; or there was none then.
    """
    with session.read() as reader:
        now = reader.get(Lead, lead_id)
        lead = record_then(session, reader, now, at=at, known_at=known_at)
        present, then, mine = lead is now, at or session.clock.now(), equal("lead_id", lead_id)
        changes = [change for change in reader.history(now, known_at=known_at) if present or change.effective_at <= then]
        tasks: tuple[Task, ...] = seen(reader, Task, mine, equal("status", "planned")) if present else ()
        minutes = limit_of(lead.source, reader.vocabulary, session.settings.assignment.first_response_minutes)
        return LeadView(
            lead=lead,
            customer=reader.get(Customer, lead.customer_id),
            identities=identities_of(reader, lead.customer_id),
            negotiation=negotiation_of(changes),
            needs=seen(reader, Need, mine) if present else (),
            tasks=tasks,
            respond_by=lead.filed_at + timedelta(minutes=minutes) if present else None,
            assignment=next(iter(assignments_of(reader, lead)), None) if present else None,
            names=names_in(reader, (lead, *tasks)),
        )


def _leave_behind(work: UnitOfWork, lead: Lead, said: Collection[str]) -> Lead:
    """Take away what tells of the end that a lead had before, unless it was *said* just now; the history keeps it."""
    for name, since in outlived(work, lead).items():
        if name not in said:
            lead = work.update(lead, effective_at=since, **{name: None})
    return lead


def _mark_won(session: Session, work: UnitOfWork, lead: Lead) -> None:
    if lead.status == "won" and lead.won_at is not None:
        mark_since(work, work.get(Customer, lead.customer_id), lead.won_at, session.settings.timezone)


def _customer_of(
    session: Session, work: UnitOfWork, command: AddLead, values: Mapping[str, Any]
) -> tuple[Customer | None, Mapping[str, Any]]:
    """Return whose a new lead is, None for somebody new, and what is told of the customer."""
    identities, known = hold(work, command.reaches)
    if values.get("customer_id") is not None:
        if command.customer:
            raise UsageError("crm.customer_twice")
        return work.get(Customer, values["customer_id"]), {}
    about = values_of(session, work).values("customer", command.customer)
    if not identities or not about.get("name"):
        return None, about
    try:
        found = who_is(session, work, Told(about["name"], about, identities), known)
    except UndecidedError:  # whoever types it in is told whom else the identities stand for
        return None, about
    reached = found is not None and found.who.id in work.within_reach(Action.READ, "customer", [found.who.id])
    return (work.get(Customer, found.who.id) if found is not None and reached else None), about


def _not_before(earliest: datetime | None, at: datetime | None) -> datetime | None:
    """Return a time, or the earliest that there can be; a task may be younger than the assignment."""
    return at if at is None or earliest is None else max(earliest, at)
