"""
A dealership with a floor of three, whose policy a test chooses.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from patron.app import App
from patron.core.config.settings import AssignmentSettings
from patron.core.crm import AddedLead, AddLead, AddPerson, add_lead, add_team, add_user
from patron.core.nouns import User

FLOOR = {"floor": {"members": ["an", "bo", "cy"]}}
TO_FLOOR = {"all": {"rotation": "floor"}}


@pytest.fixture(name="office")
def _office(patron: App) -> App:
    """Return an application whose database has departments, and three people on the floor."""
    with patron.session() as session:
        for code in ("sales", "marketing"):
            add_team(session, AddPerson(values={"code": code, "name": code.title(), "kind": "department"}))
        for login in ("an", "bo", "cy"):
            add_user(session, AddPerson(values={"login": login, "name": login.title(), "roles": "sales_rep", "team_id": "sales"}))
        add_user(session, AddPerson(values={"login": "zhao", "name": "Zhao", "roles": "sales_manager", "team_id": "sales"}))
    return patron


@pytest.fixture(name="governed")
def _governed(office: App) -> Callable[..., App]:
    """Return a function that gives the office a policy: rules, rotations, and what else `[assignment]` says."""

    def govern(rules: Mapping[str, Any] = TO_FLOOR, rotations: Mapping[str, Any] = FLOOR, **more: Any) -> App:
        assignment = AssignmentSettings(rules=rules, rotations=rotations, **more)
        return office._replace(settings=office.settings._replace(assignment=assignment))

    return govern


def visit(app: App, name: str = "张三", login: str | None = None, **values: object) -> AddedLead:
    """Enter a lead of somebody new."""
    with app.session(login) as session:
        return add_lead(session, AddLead(values={"source": "store", **values}, customer={"name": name}))


def owners_of(app: App, *added: AddedLead) -> list[str | None]:
    """Return the logins of the owners of leads; None for a department."""
    with app.session() as session, session.read() as reader:
        users = {user.id: user.login for user in reader.find(User)}
    return [None if one.lead.owner_user_id is None else users[one.lead.owner_user_id] for one in added]
