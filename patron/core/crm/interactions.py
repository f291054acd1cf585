"""
Interactions: what happened between us and a customer, told with as little typing as can be.

A customer or a lead, and what was said, are enough; everything else has a default. A contact in which something was said moves
the first contact of its lead, and a next action becomes a task of whoever looks after the lead.
"""

from collections.abc import Mapping
from typing import Any

import attrs

from patron.core.access import Action
from patron.core.crm.records import made, values_of
from patron.core.errors import UsageError
from patron.core.nouns import Customer, Interaction, Lead, Task
from patron.core.nouns.systems import with_system
from patron.core.outreach import Answer, Approval, Touch, Verdict, conflicts_of, guard, plan
from patron.core.session import Session
from patron.core.store import UnitOfWork

CHANNEL = "phone"
"""By what means, where nobody said."""


@attrs.frozen(kw_only=True)
class AddInteraction:
    """
    Tell of an interaction.

    Attributes:
        values: field → value, as people write them; the lead or the customer, and the note, at least. `exemption` is why the
            customer was contacted although they had said not to be.
    """

    values: Mapping[str, object]


@attrs.frozen(kw_only=True)
class AddedInteraction:
    """
    What became of it.

    Attributes:
        interaction: as stored.
        lead: the lead as it is now; None where it belongs to none.
        task: what its next action became.
        unplanned: why its next action became no task: the customer accepts no means.
        verdict: whether the customer wanted to be contacted; None where they contacted us.
        conflicts: how other departments contacted the customer shortly before.
    """

    interaction: Interaction
    lead: Lead | None = None
    task: Task | None = None
    unplanned: Verdict | None = None
    verdict: Verdict | None = None
    conflicts: tuple[Touch, ...] = ()

    @property
    def warns(self) -> bool:
        """Whether the customer had better not have been contacted so."""
        return self.verdict is not None and self.verdict.answer is not Answer.YES


def add_interaction(session: Session, command: AddInteraction) -> AddedInteraction:
    """
    Tell of an interaction.

    Raises:
        UsageError: neither a lead nor a customer is named, or the lead is another customer's.
        RefusedError: the customer does not want to be contacted so, and no exemption is given.
        FieldError, DeniedError, NotFoundError, StoreError: as `UnitOfWork.add()`.
    """
    with session.write(cause="interaction") as work:
        values = values_of(session, work).values("interaction", command.values)
        lead = None if values.get("lead_id") is None else work.lock(Lead, values["lead_id"])
        customer = _customer_of(work, values.get("customer_id"), lead)
        defaults = {"at": work.now, "channel": CHANNEL, "user_id": work.actor.user_id, "team_id": work.actor.team_id}
        given = made(Interaction, defaults | with_system(values) | {"customer_id": customer.id})
        added = tell(session, work, given, lead)
        work.commit()
    return added


def tell(
    session: Session, work: UnitOfWork, interaction: Interaction, lead: Lead | None, approval: Approval | None = None
) -> AddedInteraction:
    """
    Store an interaction, when the customer wanted it or it was approved before, and do what follows from it.

    Raises:
        RefusedError: the customer does not want to be contacted so, and no exemption is given.
        DeniedError, StoreError: as `UnitOfWork.add()`.
    """
    guarded = guard(session, work, interaction, approval)
    stored = work.add(guarded.interaction)
    added = follow_contact(session, work, stored, lead)
    conflicts: tuple[Touch, ...] = ()
    if stored.direction == "out":
        conflicts = conflicts_of(session, work, stored.customer_id, stored.team_id, stored.at, without=stored.id)
    return attrs.evolve(added, verdict=guarded.verdict, conflicts=conflicts)


def follow_contact(session: Session, work: UnitOfWork, interaction: Interaction, lead: Lead | None) -> AddedInteraction:
    """
    Do what follows from an interaction that was stored: the first contact of its lead, and a task for its next action.

    Args:
        session: the session.
        work: the unit of work.
        interaction: as stored.
        lead: its lead, as it is now; None where it belongs to none.

    Raises:
        DeniedError, ConflictError: as `UnitOfWork.add()` and `UnitOfWork.update()`.
    """
    task, unplanned = task_of(work, interaction, lead), None
    if task is not None:
        planned = plan(session, work, task)
        unplanned = planned.verdict if planned.task is None else None
        task = None if planned.task is None else work.add(planned.task)
    touched = note_first_contact(work, lead, interaction)
    return AddedInteraction(interaction=interaction, lead=touched, task=task, unplanned=unplanned)


def _customer_of(work: UnitOfWork, customer_id: int | None, lead: Lead | None) -> Customer:
    if customer_id is None and lead is None:
        raise UsageError("crm.lead_or_customer")
    if lead is not None and customer_id not in {None, lead.customer_id}:
        raise UsageError("crm.other_customer", lead=lead.id, customer=lead.customer_id)
    return work.get(Customer, customer_id or (lead.customer_id if lead else 0))


def note_first_contact(work: UnitOfWork, lead: Lead | None, interaction: Interaction) -> Lead | None:
    """Note the time of a lead's first contact, which may be told after later ones, and return the lead as it is then."""
    if lead is None or not is_earlier(lead, interaction) or not work.may(Action.UPDATE, lead):
        return lead
    return work.update(lead, first_contact_at=interaction.at)


def is_earlier(lead: Lead, interaction: Interaction) -> bool:
    """Say whether something was said in an interaction before the first contact of its lead that is known."""
    return interaction.effective and (lead.first_contact_at is None or interaction.at < lead.first_contact_at)


def task_of(work: UnitOfWork, interaction: Interaction, lead: Lead | None) -> Task | None:
    """Return what the next action of an interaction is for whoever looks after the lead or the customer; None without one."""
    if interaction.next_action is None:
        return None
    owner: dict[str, Any] = {"owner_user_id": interaction.user_id}
    if lead is not None:
        owner = {"owner_user_id": lead.owner_user_id, "owner_team_id": lead.owner_team_id}
    elif interaction.user_id is None:
        customer = work.get(Customer, interaction.customer_id)
        owner = {"owner_user_id": customer.owner_user_id, "owner_team_id": customer.owner_team_id}
    return Task(
        customer_id=interaction.customer_id,
        lead_id=interaction.lead_id,
        purpose=interaction.purpose,
        subject=interaction.next_action,
        due_at=interaction.next_action_at,
        **owner,
    )
