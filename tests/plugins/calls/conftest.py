"""A house whose telephone system records: a manager, two who are called by, two lines, and calls of a week."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import patron.plugins.calls
from patron import Customer, Interaction, Lead, testing
from patron.app import App
from patron.core.config import Settings
from patron.core.crm import AddPerson, add_user

CODES = {
    "call_line": {
        "floor": {"en": "Floor", "zh": "展厅", "numbers": ["8001", 8002], "recorded": True},
        "kitchen": {"en": "Kitchen", "zh": "茶水间", "numbers": ["8009"]},
    }
}
PEOPLE = (
    ("chen", "陈", "sales_manager", "sales"),
    ("wang", "王芳", "senior_rep", "sales"),
    ("zhou", "Zhou", "sales_rep", "sales"),
    ("gao", "Gao", "sales_manager", "marketing"),
)

Call = Callable[..., int]


@pytest.fixture(name="house")
def _house(tmp_path: Path) -> App:
    house = testing.app_with_database(tmp_path, patron.plugins.calls, settings=Settings(codes=CODES))
    with house.session() as session:
        for login, name, role, team in PEOPLE:
            add_user(session, AddPerson(values={"login": login, "name": name, "roles": role, "team_id": team}))
        with session.write() as work:
            for owner, name in ((2, "张三"), (3, "Berg")):
                customer = work.add(Customer(name=name, owner_user_id=owner))
                work.add(Lead(customer_id=customer.id, source="phone", filed_at=work.now, owner_user_id=owner))
            work.commit()
    return house


@pytest.fixture(name="call")
def _call(house: App) -> Call:
    """Return a function that notes a call of a user with one of the two customers, and returns its id."""
    known = {login: number for number, (login, *_) in enumerate(PEOPLE, 1)}
    count = 0

    def note(login: str, **about: Any) -> int:
        nonlocal count
        count += 1
        customer = about.pop("customer_id", 1 if login == "wang" else 2)
        values: dict[str, Any] = {
            "at": testing.NOW - timedelta(days=2, minutes=count),
            "channel": "phone",
            "user_id": known[login],
            "duration_seconds": 60,
            "phone_line": "8001",
            "recording": f"https://pbx.example/{count}.wav",
        }
        with house.session() as session, session.write() as work:
            stored = work.add(Interaction(customer_id=customer, **values | about))
            work.commit()
        return stored.id

    return note


@pytest.fixture(name="at")
def _at() -> Callable[[int], datetime]:
    """Return the time so many days ago."""
    return lambda days: testing.NOW - timedelta(days=days)
