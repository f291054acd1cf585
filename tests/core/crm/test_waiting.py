"""The alert: who may give out leads learns that some wait, and nobody else does."""

from datetime import timedelta

import pytest

from patron.app import App
from patron.core.config.settings import AssignmentSettings
from patron.core.crm import (
    AddInteraction,
    AddLead,
    AssignLead,
    Why,
    add_interaction,
    add_lead,
    assign_lead,
    give_waiting,
    show_worklist,
)
from patron.testing.application import NOW

NOBODY_THERE = AssignmentSettings(rules={"all": {"rotation": "floor"}}, rotations={"floor": {"members": ["nobody"]}})


def come(office: App, hours: int = 0, source: str = "store") -> int:
    """Enter a lead that was filed so many hours ago, and return its id."""
    with office.session() as session:
        filed = (NOW - timedelta(hours=hours)).isoformat()
        return add_lead(session, AddLead(values={"source": source, "filed_at": filed}, customer={"name": "张三"})).lead.id


def alerts(office: App, login: str | None = None) -> list[tuple[int | None, int | None]]:
    """Return count and first lead of what somebody is told."""
    with office.session(login) as session:
        calls = show_worklist(session).calls
    return [(why.count, why.lead_id) for call in calls for why in call.reasons if why.code == "waiting"]


@pytest.mark.requirement("R084", "R268")
def test_what_nobody_could_take_is_told_at_once_before_anything_else(office: App) -> None:
    governed = office._replace(settings=office.settings._replace(assignment=NOBODY_THERE))
    come(governed, hours=3)
    number = come(governed, hours=5)
    with governed.session() as session:
        add_interaction(session, AddInteraction(values={"lead_id": number, "note": "called"}))

    with governed.session("zhao") as session:
        first = show_worklist(session).calls[0]

    by, filed = NOW + timedelta(hours=19), NOW - timedelta(hours=5)
    assert (Why(code="waiting", at=filed, days=0, by=by, count=2, lead_id=number, channel=None),) == first.reasons
    assert (None, None) == (first.customer_id, first.phone)


def test_what_a_department_keeps_is_told_when_it_should_be_reached_and_nobody_has(office: App) -> None:
    """Without a policy all leads are departments'; one that is due tomorrow is no alarm, nor one that was reached."""
    come(office)
    assert [] == alerts(office)

    reached, late = come(office, hours=30), come(office, hours=28)
    assert [(2, reached)] == alerts(office)
    with office.session() as session:
        add_interaction(session, AddInteraction(values={"lead_id": reached, "note": "called"}))
    assert [(1, late)] == alerts(office)


def test_an_alert_ends_when_somebody_has_the_lead(office: App) -> None:
    """Given out by the rules, when somebody is there again, or by hand; to a department, too, which then knows of it."""
    governed = office._replace(settings=office.settings._replace(assignment=NOBODY_THERE))
    numbers = [come(governed) for _ in range(3)]
    with governed.session("zhao") as session:
        assign_lead(session, AssignLead(id=numbers[0], user="wang"))
        assign_lead(session, AssignLead(id=numbers[1], team="marketing"))
    assert [(1, numbers[2])] == alerts(governed)

    there = AssignmentSettings(rules=NOBODY_THERE.rules, rotations={"floor": {"members": ["li"]}})
    with office._replace(settings=office.settings._replace(assignment=there)).session() as session:
        give_waiting(session)
    assert [] == alerts(governed)


def test_everybody_is_told_of_what_they_may_give_out_and_nothing_else(office: App) -> None:
    """The director sees all of them and gives out none; a department is told of its own."""
    for source in ("store", "qq", "qq"):
        come(office, hours=30, source=source)

    told = {login: [count for count, _ in alerts(office, login)] for login in ("wang", "zhao", "chen", "ma", "zhou", None)}

    assert {"wang": [], "zhao": [1], "chen": [1], "ma": [2], "zhou": [], None: [3]} == told
