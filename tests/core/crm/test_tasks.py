"""Tasks: whose they are, and that they were done."""

from datetime import UTC, datetime

import pytest

from patron.app import App
from patron.core.crm import (
    AddTask,
    CompleteTask,
    Query,
    add_task,
    complete_task,
    list_records,
    list_tasks,
    show_customer,
    show_lead,
)
from patron.core.errors import UsageError
from patron.core.nouns import Lead
from patron.testing.application import NOW


def test_a_task_that_was_done_tells_what_came_of_it(office: App, lead: Lead) -> None:
    with office.session("wang") as session:
        task = add_task(session, AddTask(values={"subject": "call", "lead_id": lead.id, "customer_id": lead.customer_id}))
        done = complete_task(session, CompleteTask(id=task.id, note="he comes on Friday", values={"mood": "happy"}))
        (told,) = list_records(session, Query(noun="interaction")).records
        with pytest.raises(UsageError, match="not open"):
            complete_task(session, CompleteTask(id=task.id))

    assert (done.status, done.done_at, done.interaction_id) == ("done", NOW, told.id)
    assert (told.note, told.mood, told.lead_id, told.user_id) == ("he comes on Friday", "happy", lead.id, task.owner_user_id)


def test_from_what_a_task_tells_follows_what_does_from_any_contact(office: App, lead: Lead) -> None:
    """The first contact of its lead, and a task for the next action."""
    values = {"at": "2025-12-30T10:00", "next_action": "send the quote"}
    with office.session("wang") as session:
        task = add_task(session, AddTask(values={"subject": "call", "lead_id": lead.id, "customer_id": lead.customer_id}))
        complete_task(session, CompleteTask(id=task.id, note="he comes on Friday", values=values))
        view = show_lead(session, lead.id)

    assert view.lead.first_contact_at == datetime(2025, 12, 30, 10, tzinfo=UTC)
    assert [(one.subject, one.owner_user_id) for one in view.tasks] == [("send the quote", lead.owner_user_id)]


def test_a_list_holds_ones_own_tasks_and_those_of_the_team_by_date(office: App) -> None:
    with office.session() as session:
        for subject, owner, due in (
            ("b", {"owner_user_id": "zhao"}, "2026-02-02"),
            ("a", {"owner_team_id": "sales"}, "2026-02-01"),
        ):
            add_task(session, AddTask(values={"subject": subject, "due_at": due, **owner}))
        add_task(session, AddTask(values={"subject": "c", "owner_user_id": "wang"}))
    with office.session("zhao") as session:
        mine = list_tasks(session, Query(noun="task", order=("due_at",)))
        every = list_tasks(session, Query(noun="task", order=("due_at",)), everyone=True)

    assert [task.subject for task in mine.records] == ["a", "b"]
    assert [task.subject for task in every.records] == ["a", "b", "c"]


def test_of_a_task_without_a_customer_nothing_can_be_told(office: App) -> None:
    with office.session("wang") as session:
        task = add_task(session, AddTask(values={"subject": "tidy up"}))
        with pytest.raises(UsageError, match="no customer"):
            complete_task(session, CompleteTask(id=task.id, note="done"))
        assert complete_task(session, CompleteTask(id=task.id)).status == "done"


@pytest.mark.requirement("R211")
def test_care_is_planned_done_and_counted_by_itself(office: App, lead: Lead) -> None:
    """It has an owner and a day, stands among what is to be done, and what it brings tends the relationship."""
    values = {"subject": "wish a good trip", "kind": "客户关怀", "customer_id": lead.customer_id, "due_at": "2026-02-01"}
    with office.session("wang") as session:
        task = add_task(session, AddTask(values=values))
        planned = show_customer(session, lead.customer_id).tasks
        complete_task(session, CompleteTask(id=task.id, note="he was glad"))
        view = show_customer(session, lead.customer_id)

    assert planned == (task,)
    assert (view.tasks, dict(view.contacts_by_purpose)) == ((), {"relationship": 1})
