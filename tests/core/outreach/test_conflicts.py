"""Several departments that contact one customer, each for itself."""

from datetime import timedelta

import pytest

from patron.app import App
from patron.core.crm import AddInteraction, AddTask, add_interaction, add_task, conflicts_before
from patron.core.nouns import Customer
from patron.core.outreach import find_conflicts
from patron.testing.application import NOW


def touch(house: App, customer: Customer, login: str, days: int = 0, **about: object) -> list[str | None]:
    """Contact the customer, and return whose contacts are warned of."""
    at = (NOW - timedelta(days=days)).isoformat()
    values = {"customer_id": customer.id, "note": login, "at": at, "channel": "email", **about}
    with house.session() as session:
        team = {"ma": "marketing", "wang": "sales", "li": "fleet"}[login]
        added = add_interaction(session, AddInteraction(values={"user_id": login, "team_id": team, **values}))
    return [one.interaction.note for one in added.conflicts]


@pytest.mark.requirement("R252")
def test_who_contacts_a_customer_after_another_department_is_told(house: App, zhang: Customer) -> None:
    """Within the window, of other departments alone: a team is part of its department."""
    assert touch(house, zhang, "ma", days=20) == []
    assert touch(house, zhang, "ma", days=3) == []
    assert touch(house, zhang, "wang", days=2) == ["ma"]
    assert touch(house, zhang, "li", days=1) == ["ma"]
    assert touch(house, zhang, "li", direction="in") == []


def test_a_task_is_warned_of_as_well(house: App, zhang: Customer) -> None:
    touch(house, zhang, "ma", days=3)
    with house.session("wang") as session:
        task = add_task(session, AddTask(values={"customer_id": zhang.id, "subject": "call"}))
        found = conflicts_before(session, task)

    assert [one.interaction.note for one in found] == ["ma"]


@pytest.mark.requirement("R252")
def test_the_list_of_conflicts_names_customer_and_departments(house: App, zhang: Customer) -> None:
    touch(house, zhang, "ma", days=3)
    touch(house, zhang, "li", days=2)
    touch(house, zhang, "wang", days=1)
    with house.session() as session:
        found = find_conflicts(session)
        longer = find_conflicts(session, days=2)

    assert [(one.customer_id, [it.interaction.note for it in one.touches]) for one in found] == [(zhang.id, ["wang", "li", "ma"])]
    assert len(found[0].departments) == 2
    assert longer == ()
