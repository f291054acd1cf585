"""The timeline of a customer."""

from datetime import UTC, datetime

import pytest

from patron.app import App
from patron.core.crm import (
    AddInteraction,
    AddOrder,
    AddRecord,
    AssignLead,
    ChangeRecord,
    add_interaction,
    add_order,
    add_record,
    assign_lead,
    change_lead,
    change_record,
    show_timeline,
)
from patron.core.nouns import Lead
from patron.core.store import NotFoundError


@pytest.fixture(name="busy")
def _busy(office: App, lead: Lead) -> App:
    """Return the office after sales, marketing and service have all dealt with 张三."""

    def at(day: int) -> datetime:
        return datetime(2025, 12, day, 9, tzinfo=UTC)

    customer = lead.customer_id
    with office.session() as session:
        for login, day, values in (
            (
                "ma",
                1,
                {"channel": "web", "direction": "in", "purpose": "marketing", "topics": "索取资料", "note": "wants the brochure"},
            ),
            ("wang", 5, {"lead_id": lead.id, "note": "called", "next_action": "call again"}),
            ("sun", 20, {"purpose": "service", "note": "first inspection"}),
        ):
            add_interaction(session, AddInteraction(values={"customer_id": customer, "at": at(day), "user_id": login, **values}))
        add_order(
            session, AddOrder(values={"customer_id": customer, "number": "A-1", "ordered_at": at(10)}, lines=[{"amount": 9}])
        )
        need = {"customer_id": customer, "subject": "seven seats", "at": at(3)}
        add_record(session, AddRecord(noun="need", values=need))
        change_lead(session, ChangeRecord(noun="lead", id=lead.id, values={"stage": "qualified"}, effective_at=at(7)))
        assign_lead(session, AssignLead(id=lead.id, user="li", reason="leave", effective_at=at(8)))
    return office


@pytest.mark.requirement("R212", "R251")
def test_what_happened_stands_in_one_order(busy: App, lead: Lead) -> None:
    """Contacts of every department, a request for a brochure among them, orders, needs, tasks and the moves of the lead."""
    with busy.session() as session:
        found = show_timeline(session, lead.customer_id)
        first, last = (show_timeline(session, lead.customer_id, limit=4, offset=offset) for offset in (0, 4))

    told = [(event.at.day, event.what, event.change.field if event.change else "") for event in found.events]
    assert told == [
        (1, "planned", ""),
        (20, "interaction", ""),
        (10, "ordered", ""),
        (8, "changed", "owner_user_id"),
        (7, "changed", "stage"),
        (5, "interaction", ""),
        (3, "needed", ""),
        (1, "interaction", ""),
        (1, "filed", ""),
    ]
    assert found.events[-2].record.topics == ("brochure",)
    assert [event.amount for event in found.events if event.what == "ordered"] == [9]
    assert (first.events + last.events, first.total) == (found.events[:8], 9)
    assert {found.names["user", event.user_id] for event in found.events if event.what == "interaction" and event.user_id} == {
        "Ma",
        "Wang",
        "Sun",
    }


@pytest.mark.requirement("R212")
def test_each_sees_what_each_may_see(busy: App, lead: Lead) -> None:
    """Service sees all contacts and orders, but no leads; the customer of others is not there."""
    with busy.session("sun") as session:
        found = show_timeline(session, lead.customer_id)
    with busy.session("chen") as session:
        helped = show_timeline(session, lead.customer_id)

    assert {event.noun for event in found.events} == {"interaction", "order", "need"}
    assert {event.noun for event in helped.events} == {"interaction", "order", "need", "lead", "task"}
    with busy.session("zhou") as session, pytest.raises(NotFoundError):
        show_timeline(session, 99)


@pytest.mark.parametrize("login", ["wang", "li", "zhao", "sun", "ma", "zhou"])
def test_every_department_sees_all_contacts_of_a_customer_in_its_reach(busy: App, lead: Lead, login: str) -> None:
    """Sales, marketing, service and the director: the brochure, the calls, the inspection and the order, whoever noted them."""
    with busy.session() as session:
        change_record(session, ChangeRecord(noun="customer", id=lead.customer_id, values={"owner_user_id": "wang"}))
    with busy.session(login) as session:
        events = show_timeline(session, lead.customer_id).events

    told = {(event.what, getattr(event.record, "purpose", "")) for event in events}
    assert {("interaction", "marketing"), ("interaction", "sales"), ("interaction", "service"), ("ordered", "")} <= told
