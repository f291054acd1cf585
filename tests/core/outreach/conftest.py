"""
A house with two departments and a customer, in SQLite: the rules are the same in any database.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copyfile

import pytest

from patron.app import App
from patron.core.config import Settings
from patron.core.config.settings import OutreachSettings, StoreSettings
from patron.core.crm import AddCustomer, AddPerson, Reach, add_customer, add_team, add_user
from patron.core.nouns import Customer
from patron.testing import app


@pytest.fixture(name="house_with")
def _house_with(sqlite_template: Path, tmp_path: Path) -> Iterator[Callable[..., App]]:
    """Return a function that opens the house under the given rules."""
    path = tmp_path / "patron.db"
    copyfile(sqlite_template, path)
    store = StoreSettings(database=f"sqlite:///{path}")

    def open_house(**rules: object) -> App:
        return app(settings=Settings(store=store, timezone="Asia/Shanghai", outreach=OutreachSettings(**rules)))  # type: ignore[arg-type]  # the rules of the test

    house = open_house()
    with house.session() as session:
        for code in ("sales", "marketing"):
            add_team(session, AddPerson(values={"code": code, "name": code.title(), "kind": "department"}))
        add_team(session, AddPerson(values={"code": "fleet", "name": "Fleet", "parent_id": "sales"}))
        for login, role, team in (
            ("wang", "sales_rep", "sales"),
            ("li", "sales_rep", "fleet"),
            ("zhao", "sales_manager", "sales"),
            ("ma", "marketing", "marketing"),
        ):
            add_user(session, AddPerson(values={"login": login, "name": login.title(), "roles": role, "team_id": team}))
    return open_house


@pytest.fixture(name="house")
def _house(house_with: Callable[..., App]) -> App:
    """Return the house under the rules that everybody has."""
    return house_with()


@pytest.fixture(name="zhang")
def _zhang(house: App) -> Customer:
    """Return a customer of Wang's with a phone number and an address for mail."""
    with house.session() as session:
        values = {"name": "张三", "owner_user_id": "wang"}
        reaches = (Reach("tel", "13800138000"), Reach("email", "zhang@example.com"))
        return add_customer(session, AddCustomer(values=values, reaches=reaches)).customer
