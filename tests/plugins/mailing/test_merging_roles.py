"""Who writes letters: marketing to whoever agreed, a manager to the team's customers, an assistant and a sales rep to nobody."""

from collections.abc import Callable
from pathlib import Path

import pytest

from patron import testing
from patron.app import App
from patron.core.access import DeniedError
from patron.core.crm import AddPerson, add_user, list_records
from patron.core.crm.records import Query
from patron.plugins.mailing.merging import Merge, merge, record
from patron.plugins.mailing.template import Template

Write = Callable[..., Template]
LETTER = "Subject: Spring\n\n{{greeting}}: {{last_product | –}}, {{contact_person}}\n"


@pytest.fixture(name="staff")
def _staff(house: App) -> App:
    with house.session() as session:
        for login, role in (("liu", "marketing"), ("wang", "sales_rep"), ("ma", "assistant"), ("he", "service")):
            add_user(session, AddPerson(values={"login": login, "name": login, "roles": role}))
    return house


@pytest.mark.requirement("R232")
@pytest.mark.parametrize("login", ["liu", "chen"])
def test_marketing_writes_to_customers_of_sales_who_agreed(staff: App, letter: Write, login: str) -> None:
    """With what they bought and who looks after them, and tells of it."""
    with staff.session(login) as session:
        found = merge(session, Merge(templates=(letter(LETTER),)))
        told = record(session, found, "spring")
        seen = list_records(session, Query(noun="interaction")).records

    assert [one.address for one in found.letters] == [
        "ouyang@example.com",
        "li@example.com",
        "berg@example.com",
        "nobody@example.com",
    ]
    assert found.letters[0].body == "尊敬的欧阳先生: Model B, 陈\n"
    assert (told, len(seen)) == (4, 4)


@pytest.mark.parametrize("login", ["wang", "ma", "he"])
def test_who_may_take_out_nobody_writes_to_nobody(staff: App, letter: Write, login: str) -> None:
    with staff.session(login) as session, pytest.raises(DeniedError, match="may not export any customer"):
        merge(session, Merge(templates=(letter(LETTER),)))


def test_marketing_writes_for_nothing_that_takes_no_yes(staff: App, letter: Write) -> None:
    with staff.session("liu") as session, pytest.raises(DeniedError, match="only to write to those who agreed"):
        merge(session, Merge(templates=(letter(LETTER),), purpose="service"))


def test_the_pages_speak_as_these_roles() -> None:
    """What docs show of letters runs on behalf of marketing, whose business they are; a page runs as a test of its own."""
    page = (Path(testing.__file__).parents[2] / "docs" / "mail-merge.md").read_text("utf-8")
    commands = [line for line in page.splitlines() if line.startswith("$ patron") and " mail " in line]

    assert commands
    assert all(line.startswith("$ patron --as liu ") for line in commands)
