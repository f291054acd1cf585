"""Interactions: little to type, and what follows from one."""

from datetime import timedelta

import pytest

from patron.app import App
from patron.core.crm import AddInteraction, add_interaction, list_records, list_tasks
from patron.core.crm.records import Query
from patron.core.errors import UsageError
from patron.core.nouns import FieldError, Lead
from patron.testing.application import NOW


@pytest.mark.requirement("R057")
def test_a_lead_and_a_note_are_enough(office: App, lead: Lead) -> None:
    """An assistant types it in for somebody else; who, when, how and with whom have defaults; the rep finds the task."""
    values = {"lead_id": lead.id, "note": "asked for the price", "next_action": "send the quote", "next_action_at": "2026-01-02"}
    with office.session("chen") as session:
        added = add_interaction(session, AddInteraction(values=values))
    with office.session("wang") as session:
        mine = list_tasks(session, Query(noun="task"))
    with office.session("li") as session:
        others = list_tasks(session, Query(noun="task"))

    interaction = added.interaction
    assert (interaction.at, interaction.channel, interaction.direction, interaction.purpose) == (NOW, "phone", "out", "sales")
    assert interaction.customer_id == lead.customer_id
    assert mine.records == (added.task,)
    assert others.records == ()


@pytest.mark.requirement("R033")
def test_an_interaction_keeps_what_a_contact_is_about(office: App, lead: Lead) -> None:
    values = {
        "lead_id": lead.id,
        "at": "2025-12-31T10:00",
        "channel": "面访",
        "direction": "in",
        "user_id": "li",
        "team_id": "sales",
        "topics": "价格；产品",
        "note": "saw the car",
        "duration_seconds": "1800",
        "outcome": "已约见",
        "next_action": "test drive",
    }
    with office.session() as session:
        interaction = add_interaction(session, AddInteraction(values=values)).interaction
        about_price = list_records(session, Query(noun="interaction", where="topics == '价格' and duration_seconds >= 60"))

    assert about_price.records == (interaction,)
    assert (interaction.channel, interaction.topics, interaction.outcome) == ("visit", ("price", "product"), "appointment")
    assert about_price.names["user", interaction.user_id or 0] == "Li"


@pytest.mark.requirement("R121")
def test_what_a_rep_decides_after_a_call_is_asked_in_three_fields(office: App, lead: Lead) -> None:
    values = {"lead_id": lead.id, "note": "–", "invitation": "咖啡", "mood": "难对付", "decision": "不下单"}
    with office.session("wang") as session:
        found = add_interaction(session, AddInteraction(values=values)).interaction
        with pytest.raises(FieldError, match="gentle, lovely, happy, difficult, practical, cold"):
            add_interaction(session, AddInteraction(values=values | {"mood": "fine"}))

    assert (found.invitation, found.mood, found.decision) == ("coffee", "difficult", "no_order")


@pytest.mark.requirement("R123")
@pytest.mark.parametrize("login", ["wang", "sun"])
def test_any_department_rates_the_satisfaction(office: App, lead: Lead, login: str) -> None:
    values = {"customer_id": lead.customer_id, "note": "brought the car", "purpose": "service", "satisfaction": 5}
    with office.session(login) as session:
        assert add_interaction(session, AddInteraction(values=values)).interaction.satisfaction == 5


def test_the_first_contact_moves_with_an_earlier_one(office: App, lead: Lead) -> None:
    """Told in any order; one in which nothing was said is no contact."""
    seen = []
    with office.session("wang") as session:
        for hours, effective in ((3, "no"), (2, "yes"), (1, "yes"), (4, "yes")):
            at = NOW - timedelta(hours=hours)
            added = add_interaction(
                session, AddInteraction(values={"lead_id": lead.id, "note": "–", "at": at, "effective": effective})
            )
            seen.append(added.lead.first_contact_at if added.lead else None)

    assert seen == [None, *(NOW - timedelta(hours=hours) for hours in (2, 2, 4))]


def test_the_task_belongs_to_whoever_has_the_lead(office: App, lead: Lead) -> None:
    with office.session() as session:
        added = add_interaction(session, AddInteraction(values={"lead_id": lead.id, "note": "–", "next_action": "call"}))

    assert added.task is not None
    assert added.task.owner_user_id == lead.owner_user_id


@pytest.mark.parametrize(("values", "said"), [({}, "one of them"), ({"lead_id": 1, "customer_id": 2}, "customer 1")])
def test_with_whom_must_be_clear(office: App, lead: Lead, values: dict[str, int], said: str) -> None:
    with office.session() as session, pytest.raises(UsageError, match=said):
        add_interaction(session, AddInteraction(values=values | {"note": "x"}))
