"""Tasks as a calendar: what telephones and mail programs subscribe to."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar

from patron.app import App
from patron.core.crm import (
    AddConsent,
    AddCustomer,
    AddLead,
    AddPerson,
    AddTask,
    CalendarQuery,
    CompleteTask,
    Reach,
    add_consent,
    add_customer,
    add_lead,
    add_task,
    add_team,
    add_user,
    complete_task,
    task_calendar,
)
from patron.core.errors import UsageError
from patron.core.nouns import FieldError, Task
from patron.testing.application import NOW

SUBJECT = "回访；确认 Model A 的报价, 金融方案\\与置换细节——请务必在周五之前给客户一个明确的答复和交车时间"


REACHES = (Reach(scheme="tel", written="13900139000"), Reach(scheme="email", written="li@example.com"))


@pytest.fixture(name="office")
def _office(patron: App) -> App:
    with patron.session() as session:
        add_team(session, AddPerson(values={"code": "sales", "name": "Sales", "kind": "department"}))
        for login in ("wang", "li"):
            add_user(session, AddPerson(values={"login": login, "name": login, "roles": "sales_rep", "team_id": "sales"}))
    with patron.session("wang") as session:
        found = add_customer(
            session, AddCustomer(values={"name": "张三"}, reaches=(Reach(scheme="tel", written="13800138000"),))
        ).customer
        add_task(session, AddTask(values={"subject": SUBJECT, "customer_id": str(found.id), "due_at": "2026-01-05 18:00"}))
        add_task(session, AddTask(values={"subject": "Test drive", "kind": "appointment", "due_at": "2026-01-06 10:00"}))
        add_task(session, AddTask(values={"subject": "Some day"}))
    return patron


@pytest.fixture(name="feed")
def _feed(office: App) -> Callable[..., bytes]:
    def feed(login: str | None = "wang", **about: Any) -> bytes:
        with office.session(login) as session:
            return task_calendar(session, CalendarQuery(**about))

    return feed


def entries(body: bytes) -> list[Any]:
    return list(Calendar.from_ical(body).subcomponents)


def test_appointments_are_events_and_the_rest_are_tasks(feed: Callable[..., bytes]) -> None:
    """With the customer's name, an alarm before what has a time, and no number that nobody else is to know."""
    body = feed()
    call, drive, some_day = entries(body)

    assert [one.name for one in (call, drive, some_day)] == ["VTODO", "VEVENT", "VTODO"]
    assert call["summary"] == f"{SUBJECT} · 张三"
    assert call.decoded("due").isoformat() == "2026-01-05T18:00:00+00:00"
    assert drive.decoded("duration") == timedelta(hours=1)
    assert (call["status"], drive["status"], "due" in some_day) == ("NEEDS-ACTION", "CONFIRMED", False)
    assert [len(one.subcomponents) for one in (call, drive, some_day)] == [1, 1, 0]
    assert b"13800138000" not in body


def test_a_task_by_other_means_says_by_which_and_why(office: App, feed: Callable[..., bytes]) -> None:
    """Whoever goes by the calendar of a phone calls nobody who did not want to be called."""
    with office.session("wang") as session:
        found = add_customer(
            session, AddCustomer(values={"name": "李四", "disliked_channels": "phone"}, reaches=REACHES)
        ).customer
        add_task(session, AddTask(values={"subject": "Offer", "kind": "call", "customer_id": str(found.id)}))
    moved = entries(feed())[-1]

    assert "phone" not in str(moved["categories"].to_ical())
    assert moved["description"]


@pytest.mark.requirement("R277")
def test_what_a_customer_said_after_a_task_was_planned_goes_before(office: App, feed: Callable[..., bytes]) -> None:
    """By what they accept; who accepts nothing any more is marked, and rings no alarm."""
    with office.session("wang") as session:
        for name, about, reaches in (("李四", {"channel": "phone"}, REACHES), ("王五", {}, ())):
            found = add_customer(session, AddCustomer(values={"name": name}, reaches=reaches)).customer
            values = {"subject": "Offer", "kind": "call", "customer_id": str(found.id), "due_at": "2026-01-07 10:00"}
            add_task(session, AddTask(values=values))
            add_consent(session, AddConsent(values={"customer_id": str(found.id), "decision": "refused", **about}))
    moved, stopped = entries(feed())[-2:]

    assert (str(moved["summary"]), len(moved.subcomponents)) == ("Offer · 李四", 1)
    assert "phone → email: they do not want it" in moved["description"]
    assert (str(stopped["summary"]), len(stopped.subcomponents)) == ("Do not contact: Offer · 王五", 0)
    assert "they do not want to be contacted at all" in stopped["description"]


def test_what_is_urgent_stands_above_the_rest(office: App, feed: Callable[..., bytes]) -> None:
    """By the level of the lead that it is about: by its place in the list, or as the level says; tasks and events alike."""
    levels: dict[str, dict[str, object]] = {"near": {"en": "Near"}, "some": {}, "late": {"priority": 9}}
    office = office._replace(settings=office.settings._replace(codes={"lead_level": levels}))
    with office.session("wang") as session:
        for level, kind in (("near", "appointment"), ("some", "follow_up"), ("late", "follow_up"), (None, "follow_up")):
            values = {"source": "store"} | ({"level": level} if level else {})
            lead = add_lead(session, AddLead(values=values, customer={"name": "李四"})).lead
            about = {"subject": "-", "kind": kind, "lead_id": str(lead.id), "due_at": "2026-01-08 10:00"}
            add_task(session, AddTask(values=about))
        found = Calendar.from_ical(task_calendar(session, CalendarQuery())).subcomponents[-4:]

    assert [one.get("priority") for one in found] == [1, 3, 9, None]
    assert [one.name for one in found] == ["VEVENT", "VTODO", "VTODO", "VTODO"]
    assert "Near" in found[0]["categories"].to_ical().decode()


def test_the_same_tasks_are_the_same_bytes(feed: Callable[..., bytes]) -> None:
    """Lines are folded behind 75 bytes, and never in the middle of a sign; each ends as the format wants."""
    body = feed()

    assert feed() == body
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    assert all(line.removeprefix(b" ").decode() is not None for line in body.split(b"\r\n"))
    assert b"\n" not in body.replace(b"\r\n", b"")


def test_a_task_that_changes_stays_itself(office: App, feed: Callable[..., bytes]) -> None:
    """Its UID stays and its sequence counts; one that is done is left out, or told as done."""
    before = {one["uid"]: int(one["sequence"]) for one in entries(feed())}
    with office.session("wang") as session:
        with session.write() as work:
            work.update(work.get(Task, 3), due_at=NOW + timedelta(days=6))
            work.commit()
        complete_task(session, CompleteTask(id=1))
    after = {one["uid"]: one for one in entries(feed())}
    every = entries(feed(closed=True))

    assert len(before) == 3
    assert set(after) < set(before)
    assert [int(one["sequence"]) - before[uid] for uid, one in after.items()] == [0, 1]
    assert (every[0]["status"], every[0]["percent-complete"], every[0].decoded("completed")) == ("COMPLETED", 100, NOW)


def test_programs_that_know_no_tasks_get_events(feed: Callable[..., bytes]) -> None:
    """What has no time can't be one."""
    assert [one.name for one in entries(feed(events=True))] == ["VEVENT", "VEVENT", "VTODO"]


def test_a_feed_is_of_one_user_and_within_rights(feed: Callable[..., bytes]) -> None:
    """Others see of it what they may see; the administrator says whose."""
    assert entries(feed("li")) == []
    assert len(entries(feed(None, user="wang"))) == 3
    assert entries(feed("li", user="wang")) == []
    with pytest.raises(UsageError, match="Whose tasks"):
        feed(None)
    with pytest.raises(FieldError, match="no user with the login"):
        feed(None, user="nobody")
