"""By what means a task is done: as planned, by an accepted channel, or not at all."""

from datetime import timedelta

import pytest

from patron.app import App
from patron.core.access import DeniedError
from patron.core.crm import (
    AddConsent,
    AddInteraction,
    AddTask,
    CompleteTask,
    add_consent,
    add_interaction,
    add_task,
    complete_task,
    list_records,
)
from patron.core.crm.records import Query
from patron.core.nouns import Customer, Interaction, Task
from patron.core.outreach import Approval, RefusedError, as_they_stand, asking, plan
from patron.testing.application import NOW


def refuse(house: App, customer: Customer, **about: object) -> None:
    with house.session() as session:
        add_consent(session, AddConsent(values={"customer_id": customer.id, "decision": "refused", **about}))


def call(house: App, customer: Customer, login: str = "wang", **about: object) -> Task:
    values = {"customer_id": customer.id, "subject": "monthly call", "kind": "call", **about}
    with house.session(login) as session:
        return add_task(session, AddTask(values=values))


def test_a_task_is_as_planned_where_the_customer_said_nothing(house: App, zhang: Customer) -> None:
    task = call(house, zhang)

    assert (task.channel, task.exemption) == (None, None)


@pytest.mark.requirement("R277")
def test_a_call_is_moved_to_a_channel_that_is_accepted_and_counts(house: App, zhang: Customer) -> None:
    """§6.20: the weekly call of the process gives way to the wish; what replaces it is logged, and does what the call would."""
    refuse(house, zhang, channel="phone", at="2025-12-31")
    task = call(house, zhang)
    with house.session("wang") as session:
        done = complete_task(session, CompleteTask(id=task.id, note="wrote to him"))
        told = list_records(session, Query(noun="interaction")).records

    assert task.channel == "email"
    assert task.exemption == "phone → email: they do not want it (refused 2025-12-31 00:00, by word of mouth)"
    assert (done.status, [one.channel for one in told]) == ("done", ["email"])


@pytest.mark.requirement("R277")
def test_where_no_channel_is_accepted_there_is_no_task(house: App, zhang: Customer) -> None:
    refuse(house, zhang)
    with house.session() as session, session.read() as reader:
        planned = plan(session, reader, Task(customer_id=zhang.id, subject="monthly call"))

    assert planned.task is None
    with pytest.raises(RefusedError, match="They accept no other means"):
        call(house, zhang)


def test_a_next_action_that_nobody_wants_becomes_no_task(house: App, zhang: Customer) -> None:
    refuse(house, zhang, purpose="sales")
    values = {"customer_id": zhang.id, "note": "he came in", "direction": "in", "next_action": "call him"}
    with house.session("wang") as session:
        added = add_interaction(session, AddInteraction(values=values))

    assert (added.task, added.unplanned is not None) == (None, True)


def test_an_appointment_reaches_out_to_nobody(house: App, zhang: Customer) -> None:
    refuse(house, zhang)

    assert call(house, zhang, kind="appointment").status == "planned"


def test_what_a_manager_approves_the_rep_may_do(house: App, zhang: Customer) -> None:
    refuse(house, zhang, at="2025-12-31")
    with pytest.raises(DeniedError, match="takes the right `exemption`"):
        call(house, zhang, exemption="recall")
    task = call(house, zhang, "zhao", exemption="his car is recalled", owner_user_id="wang")
    with house.session("wang") as session:
        complete_task(session, CompleteTask(id=task.id, note="told him"))
        told: tuple[Interaction, ...] = list_records(session, Query(noun="interaction")).records

    assert [(one.channel, one.exemption) for one in told] == [("phone", "his car is recalled")]


def test_what_the_customer_says_later_is_not_approved(house: App, zhang: Customer) -> None:
    refuse(house, zhang)
    with house.session() as session:
        verdict = asking(session, zhang.id, channel="phone")

    assert Approval("recall", NOW).covers(verdict)
    assert not Approval("recall", NOW - timedelta(seconds=1)).covers(verdict)


@pytest.mark.requirement("R277")
def test_a_task_gives_way_to_what_was_said_since_it_was_planned(house: App, zhang: Customer) -> None:
    """What is done already, and what was planned in spite of it, stays as it was."""
    with house.session("zhao") as session:
        values = {"customer_id": zhang.id, "subject": "call", "kind": "call"}
        waiting, done, despite = (
            add_task(session, AddTask(values=values | more)) for more in ({}, {}, {"exemption": "he asked for it"})
        )
        done = complete_task(session, CompleteTask(id=done.id))
    refuse(house, zhang, channel="phone")
    with house.session("wang") as session, session.read() as reader:
        moved = as_they_stand(session, reader, [waiting, done, despite])
    refuse(house, zhang)
    with house.session("wang") as session, session.read() as reader:
        stopped = as_they_stand(session, reader, [waiting])

    assert [(number, one.channel) for number, one in moved.items()] == [(waiting.id, "email")]
    assert stopped[waiting.id].channel is None
    assert str(stopped[waiting.id].exemption).startswith("not to be contacted any more: they do not want")
