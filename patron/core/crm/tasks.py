"""
Tasks: what is to be done, by whom and until when; and that it was done.
"""

from collections.abc import Mapping
from typing import Any

import attrs

from patron.core.crm.interactions import CHANNEL, tell
from patron.core.crm.records import Page, Query, made, page_of, values_of
from patron.core.errors import UsageError
from patron.core.nouns import OWNERS, Interaction, Lead, Task, User
from patron.core.nouns.criterion import Condition, Joined, among, equal
from patron.core.outreach import Approval, Touch, conflicts_of, plan, refusal, require_exemption
from patron.core.outreach.rules import rules_of
from patron.core.session import Session
from patron.core.store import Reader, UnitOfWork


@attrs.frozen(kw_only=True)
class AddTask:
    """
    Add a task; of whoever adds it, where no owner is named.

    Attributes:
        values: field → value, as people write them; what to do at least. `exemption` is why it is to be done although the
            customer said not to be contacted.
    """

    values: Mapping[str, object]


@attrs.frozen(kw_only=True)
class CompleteTask:
    """
    Say that a task was done.

    Attributes:
        id: the task.
        note: what came of it; makes an interaction with its customer, from which follows what does from any other.
        values: further fields of that interaction, as people write them.
    """

    id: int
    note: str | None = None
    values: Mapping[str, object] = attrs.field(factory=dict)


def add_task(session: Session, command: AddTask) -> Task:
    """
    Add a task and return it; where the customer does not accept the means, it is to be done by one that they accept.

    Raises:
        RefusedError: the customer accepts no means.
        FieldError, DeniedError, StoreError: as `UnitOfWork.add()`.
    """
    with session.write(cause="add") as work:
        values = values_of(session, work).values("task", command.values)
        if not values.keys() & set(OWNERS):
            values["owner_user_id"] = work.actor.user_id
        task = made(Task, values)
        if task.exemption is not None:
            require_exemption(work)
        planned = plan(session, work, task)
        if planned.task is None and planned.verdict is not None:
            raise refusal(session, work, planned.verdict)
        task = work.add(planned.task or task)
        work.commit()
    return task


def conflicts_before(session: Session, task: Task) -> tuple[Touch, ...]:
    """Return how other departments contacted the customer of a task within the days before now, the latest first."""
    if task.customer_id is None:
        return ()
    with session.read() as reader:
        owner = None if task.owner_user_id is None else reader.first(User, equal("id", task.owner_user_id))
        team = task.owner_team_id if owner is None else owner.team_id
        return conflicts_of(session, reader, task.customer_id, team, session.clock.now())


def complete_task(session: Session, command: CompleteTask) -> Task:
    """
    Say that a task was done, and return it.

    Raises:
        UsageError: it isn't open any more, or has no customer of whom something could be told.
        RefusedError: the customer does not want to be contacted so, and no exemption is given.
        NotFoundError, DeniedError, FieldError: as `UnitOfWork.update()`.
    """
    with session.write(cause="task") as work:
        task = work.lock(Task, command.id)
        if task.status != "planned":
            raise UsageError("crm.task_closed", id=task.id, status=work.vocabulary.code_called("task_status", task.status))
        interaction = _told(session, work, task, command)
        done = work.update(task, status="done", done_at=work.now, interaction_id=interaction and interaction.id)
        work.commit()
    return done


def list_tasks(session: Session, query: Query, *, everyone: bool = False) -> Page:
    """
    Return a page of tasks.

    Args:
        session: the session.
        query: which, in which order.
        everyone: all that the actor may see, and not only those of the actor and of the actor's teams.
    """
    with session.read() as reader:
        return page_of(session, reader, attrs.evolve(query, criteria=(*query.criteria, *whose(reader, everyone=everyone))))


def whose(reader: Reader, *, everyone: bool = False) -> tuple[Condition, ...]:
    """Return the condition that records are the actor's or the actor's teams'; none for *everyone*, and for the administrator."""
    if everyone or reader.actor.user_id is None:
        return ()
    own = equal("owner_user_id", reader.actor.user_id)
    teams = tuple(sorted(reader.actor.team_ids))
    return (Joined(False, (own, among("owner_team_id", teams))) if teams else own,)


def _told(session: Session, work: UnitOfWork, task: Task, command: CompleteTask) -> Interaction | None:
    if command.note is None and not command.values:
        return None
    if task.customer_id is None:
        raise UsageError("crm.task_without_customer", id=task.id)
    given: dict[str, Any] = values_of(session, work).values("interaction", command.values)
    rules = rules_of(session)
    defaults: dict[str, Any] = {"at": work.now, "channel": rules.channel_of(task) or CHANNEL, "purpose": rules.purpose_of(task)}
    defaults |= {"user_id": work.actor.user_id, "team_id": work.actor.team_id}
    about = {"customer_id": task.customer_id, "lead_id": task.lead_id, "note": command.note}
    interaction = made(Interaction, defaults | given | about)
    lead = None if interaction.lead_id is None else work.lock(Lead, interaction.lead_id)
    approval = None
    if task.exemption is not None and task.created_at is not None and interaction.channel == rules.channel_of(task):
        approval = Approval(task.exemption, task.created_at)
    return tell(session, work, interaction, lead, approval).interaction
