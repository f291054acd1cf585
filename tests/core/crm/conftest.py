"""
A dealership with its people, over both databases.
"""

from collections.abc import Iterator

import pytest

from patron.app import App
from patron.core.crm import AddLead, AddPerson, add_lead, add_team, add_user
from patron.core.nouns import Lead

PEOPLE = {
    "wang": ("sales_rep", "sales"),
    "li": ("sales_rep", "sales"),
    "zhao": ("sales_manager", "sales"),
    "chen": ("assistant", "sales"),
    "ma": ("marketing", "marketing"),
    "sun": ("service", "service"),
    "zhou": ("director", "sales"),
}


@pytest.fixture(name="office")
def _office(patron: App) -> Iterator[App]:
    """Return an application whose database has the departments and one user of each role."""
    with patron.session() as session:
        for code in ("sales", "marketing", "service"):
            add_team(session, AddPerson(values={"code": code, "name": code.title(), "kind": "department"}))
        for login, (role, team) in PEOPLE.items():
            add_user(session, AddPerson(values={"login": login, "name": login.title(), "roles": role, "team_id": team}))
    return patron


@pytest.fixture(name="lead")
def _lead(office: App) -> Lead:
    """Return a lead of 张三 that Wang pursues."""
    with office.session() as session:
        values = {"source": "store", "owner_user_id": "wang", "filed_at": "2025-12-01T08:00"}
        command = AddLead(values=values, customer={"name": "张三"})
        return add_lead(session, command).lead
