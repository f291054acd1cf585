"""Whom to call today and why: each reason, its order, its limits and its rights."""

from datetime import timedelta

import pytest

from patron.app import App
from patron.core.config.settings import AssignmentSettings, WorklistSettings
from patron.core.crm import (
    AddConsent,
    AddInteraction,
    AddLead,
    AddTask,
    ChangeRecord,
    Reach,
    Why,
    add_consent,
    add_interaction,
    add_lead,
    add_task,
    change_record,
    show_worklist,
)
from patron.core.nouns import Lead
from patron.testing import app
from patron.testing.application import NOW

TODAY = NOW.date()


def lead(office: App, name: str, owner: str, *, filed: int, spoke: int | None = None, **values: object) -> Lead:
    """Add a lead that was filed, and spoken with, so many days ago."""
    with office.session() as session:
        about = {"source": "store", "owner_user_id": owner, "filed_at": (NOW - timedelta(days=filed)).isoformat(), **values}
        added = add_lead(
            session, AddLead(values=about, customer={"name": name}, reaches=(Reach("tel", f"1380013800{filed % 10}"),))
        )
        if spoke is not None:
            at = (NOW - timedelta(days=spoke)).isoformat()
            add_interaction(session, AddInteraction(values={"lead_id": added.lead.id, "note": "called", "at": at}))
        return added.lead


def told(office: App, login: str | None, **about: object) -> list[tuple[str | None, list[str]]]:
    with office.session(login) as session:
        calls = show_worklist(session, **about).calls  # type: ignore[arg-type]  # the arguments of the use case
    return [(call.name, [why.code for why in call.reasons]) for call in calls]


@pytest.fixture(name="morning")
def _morning(office: App) -> App:
    """Return the office on a morning: leads of Wang in every state, and one of Li."""
    lead(office, "new", "wang", filed=0)
    lead(office, "missed", "wang", filed=3)
    lead(office, "silent", "wang", filed=40, spoke=20, likelihood=30)
    lead(office, "hot and silent", "wang", filed=41, spoke=14, likelihood=80)
    lead(office, "fresh", "wang", filed=42, spoke=13)
    lead(office, "lost", "wang", filed=43, spoke=30, status="lost", lost_reason="price")
    lead(office, "of Li", "li", filed=5)
    with office.session() as session:
        for subject, number, days in (("quote", 3, -2), ("visit", 5, 0), ("later", 1, 1)):
            due = (NOW + timedelta(days=days)).isoformat()
            values = {"subject": subject, "lead_id": number, "customer_id": f"#{number}", "due_at": due, "owner_user_id": "wang"}
            add_task(session, AddTask(values=values))
    return office


def test_the_most_pressing_comes_first_with_every_reason(morning: App) -> None:
    assert told(morning, "wang") == [
        ("silent", ["overdue", "silent"]),
        ("fresh", ["due"]),
        ("missed", ["not_reached"]),
        ("hot and silent", ["silent"]),
    ]


def test_a_reason_says_what_when_and_by_what_number(morning: App) -> None:
    with morning.session("wang") as session:
        found = show_worklist(session)
    first, third = found.calls[0], found.calls[2]

    assert (found.day, first.phone, third.phone) == (TODAY, "+8613800138000", "+8613800138003")
    at = NOW - timedelta(days=2)
    assert first.reasons[0] == Why(code="overdue", at=at, days=2, what="quote", lead_id=3, task_id=1)
    assert third.reasons == (Why(code="not_reached", at=NOW - timedelta(days=3), days=3, by=NOW - timedelta(days=2), lead_id=2),)


def test_everybody_has_a_list_of_their_own(morning: App) -> None:
    """A manager asks for everyone within reach, and whoever sees neither leads nor tasks of sales has nobody to call."""
    assert told(morning, "li") == [("of Li", ["not_reached"])]
    assert told(morning, "wang", everyone=True) == told(morning, "wang")
    assert {name for name, _ in told(morning, "zhao", everyone=True)} == {"silent", "fresh", "missed", "hot and silent", "of Li"}
    assert told(morning, "zhao") == []
    assert told(morning, "sun") == []


def test_another_day_has_another_list(morning: App) -> None:
    tomorrow = dict(told(morning, "wang", day=TODAY + timedelta(days=1)))

    assert tomorrow["new"] == ["due", "not_reached"]
    assert tomorrow["fresh"] == ["overdue", "silent"]


def test_a_list_ends_where_it_is_told_to(morning: App) -> None:
    with morning.session("wang") as session:
        found = show_worklist(session, limit=2)

    assert ([call.name for call in found.calls], found.more) == (["silent", "fresh"], True)


def test_a_list_is_as_long_as_there_are_customers_however_many_reasons_one_has(morning: App) -> None:
    """Six tasks of one customer come before all others; the limit counts customers, and each is shown with every reason."""
    with morning.session() as session:
        for hour in range(6):
            due = (NOW - timedelta(days=9, hours=hour)).isoformat()
            values = {"subject": f"task {hour}", "customer_id": "#5", "due_at": due, "owner_user_id": "wang"}
            add_task(session, AddTask(values=values))
    with morning.session("wang") as session:
        found = {limit: show_worklist(session, limit=limit) for limit in (1, 3, 4)}

    late = ("fresh", [*["overdue"] * 6, "due"])
    shown = {limit: [(call.name, [why.code for why in call.reasons]) for call in one.calls] for limit, one in found.items()}
    assert shown == {
        1: [late],
        3: [late, ("silent", ["overdue", "silent"]), ("missed", ["not_reached"])],
        4: [late, ("silent", ["overdue", "silent"]), ("missed", ["not_reached"]), ("hot and silent", ["silent"])],
    }
    assert {limit: one.more for limit, one in found.items()} == {1: True, 3: True, 4: False}


def test_a_task_of_no_customer_has_a_line_of_its_own(office: App) -> None:
    with office.session() as session:
        for subject in ("order brochures", "clean the showroom"):
            add_task(session, AddTask(values={"subject": subject, "due_at": NOW.isoformat(), "owner_user_id": "wang"}))
    with office.session("wang") as session:
        calls = show_worklist(session, limit=2).calls

    assert [(call.customer_id, call.reasons[0].what, len(call.reasons)) for call in calls] == [
        (None, "order brochures", 1),
        (None, "clean the showroom", 1),
    ]


def test_the_thresholds_are_configured(morning: App) -> None:
    settings, assignment = WorklistSettings(silent_days=20), AssignmentSettings(first_response_minutes=4 * 1440)
    other = app(settings=morning.settings._replace(worklist=settings, assignment=assignment))

    assert told(other, "wang") == [("silent", ["overdue", "silent"]), ("fresh", ["due"])]


def test_a_day_is_one_of_our_zone(morning: App) -> None:
    there = app(settings=morning.settings._replace(timezone="Pacific/Kiritimati"))
    with there.session("wang") as session:
        assert show_worklist(session).day == (NOW + timedelta(hours=14)).date()


def refuse(office: App, customer: int, **about: object) -> None:
    with office.session() as session:
        add_consent(session, AddConsent(values={"customer_id": f"#{customer}", "decision": "refused", **about}))


@pytest.mark.requirement("R277")
def test_who_does_not_want_to_be_called_is_reached_otherwise_or_left_out(morning: App) -> None:
    """By a channel that they accept; who accepts none gives way to the next, and is counted."""
    refuse(morning, 2, channel="phone")
    refuse(morning, 3)
    refuse(morning, 4, purpose="sales")
    with morning.session() as session:
        change_record(session, ChangeRecord(noun="customer", id=2, values={"address": "Pudong 1"}))
    with morning.session("wang") as session:
        found = show_worklist(session, limit=2)

    told = [(call.name, call.channel, call.phone) for call in found.calls]
    assert told == [("fresh", "phone", "+8613800138002"), ("missed", "sms", "+8613800138003")]
    assert (found.more, found.left_out) == (False, 2)


def test_who_has_heard_of_us_often_enough_waits(morning: App) -> None:
    """The silent lead was spoken with 20 days ago, and wants to hear of us once in 30 days."""
    with morning.session() as session:
        change_record(session, ChangeRecord(noun="customer", id=3, values={"contact_limit": "1", "contact_days": "30"}))
    with morning.session("wang") as session:
        now, later = show_worklist(session), show_worklist(session, day=TODAY + timedelta(days=10))

    assert "silent" not in [call.name for call in now.calls]
    assert "silent" in [call.name for call in later.calls]
