"""A house with customers of both languages, in SQLite: one agreed to no mail, one has no name."""

from collections.abc import Callable
from pathlib import Path

import pytest

from patron import testing
from patron.app import App
from patron.core.crm import (
    AddConsent,
    AddCustomer,
    AddOrder,
    AddPerson,
    AddRecord,
    Reach,
    add_consent,
    add_customer,
    add_order,
    add_record,
    add_team,
    add_user,
)
from patron.plugins.mailing.template import Template, read_template

PEOPLE = (
    ("欧阳锋", {"gender": "male", "birth_year": "1970"}, "ouyang@example.com"),
    ("李静", {"gender": "female"}, "li@example.com"),
    ("Ludwig van der Berg", {"gender": "male", "region": "North"}, "berg@example.com"),
    ("+86138", {}, "nobody@example.com"),
    ("王五", {}, "wang5@example.com"),
)


@pytest.fixture(name="house")
def _house(tmp_path: Path) -> App:
    house = testing.app_with_database(tmp_path)
    with house.session() as session:
        add_team(session, AddPerson(values={"code": "north", "name": "North"}))
        add_user(session, AddPerson(values={"login": "chen", "name": "陈", "roles": "sales_manager", "team_id": "north"}))
        add_record(session, AddRecord(noun="campaign", values={"code": "spring", "name": "Spring", "kind": "mailing"}))
        for name, values, mail in PEOPLE:
            about = {"name": name, "owner_user_id": "chen", **values}
            one = add_customer(session, AddCustomer(values=about, reaches=(Reach("email", mail),))).customer
            if name != "王五":
                said = {"customer_id": one.id, "decision": "granted", "channel": "email", "purpose": "marketing"}
                add_consent(session, AddConsent(values=said))
        for number, day, product in ((1, "2025-05-01", "Model A"), (1, "2025-11-30", "Model B"), (3, "2025-06-01", "Model A")):
            order = {"customer_id": number, "number": f"{number}-{day}", "ordered_at": day}
            add_order(session, AddOrder(values=order, lines=({"product_code": product, "amount": "100"},)))
    return house


@pytest.fixture(name="letter")
def _letter(tmp_path: Path) -> Callable[..., Template]:
    """Return a function that writes a template and reads it."""

    def write(text: str, name: str = "letter.txt") -> Template:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return read_template(path)

    return write
