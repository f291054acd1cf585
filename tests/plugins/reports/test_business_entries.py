"""How soon forms are typed in (R061): five forms of a day, reckoned by hand."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from patron import Delivery, testing
from patron.app import App
from patron.core.config.settings import ReportSettings
from patron.core.crm import AddPerson, add_user
from patron.core.intake import receive
from patron.core.nouns import Interaction, User
from patron.core.nouns.criterion import equal
from patron.plugins.channels import walkin
from patron.plugins.reports.commands import report

HEAD = "登记编号,来店时间,姓名,手机,销售顾问,填表时间,录入时间,录入人\n"
SHEET = (
    f"{HEAD}"
    "R1,2025-12-30 10:00,张三,13800138000,wang,2025-12-30 10:30,2025-12-30 10:50,李敏\n"
    "R2,2025-12-30 11:00,李四,13900139000,wang,2025-12-30 11:30,2025-12-30 12:01,李敏\n"
    "R3,2025-12-30 12:00,王五,13700137000,zhou,2025-12-30 12:30,2025-12-30 12:29,李敏\n"
    "R4,2025-12-30 13:00,赵六,13600136000,zhou,2025-12-30,2025-12-30 18:00,nobody\n"
)


@pytest.fixture(name="desk")
def _desk(tmp_path: Path) -> App:
    """Return a house in which forms are to be typed in within half an hour."""
    app = testing.app_with_database(tmp_path, walkin)
    app = app._replace(settings=app.settings._replace(report=ReportSettings(entry_minutes=30)))
    with app.session() as session:
        for login, name, role in (("li", "李敏", "assistant"), ("wang", "王芳", "sales_rep"), ("zhou", "Zhou", "sales_rep")):
            add_user(session, AddPerson(values={"login": login, "name": name, "roles": role, "team_id": "sales"}))
    with app._replace(login="li").session() as session:
        receive(session, "walkin", Delivery(body=SHEET.encode(), received_at=testing.NOW, entered_by="li"))
        later = f"{HEAD}R5,2025-12-31 10:00,孙七,13500135000,wang,23:50,,\n".encode()
        early = datetime(2026, 1, 1, 0, 10, tzinfo=UTC)
        receive(session, "walkin", Delivery(body=later, received_at=early, entered_by="li"))
    return app


def tables(app: App, *words: str) -> dict[str, list[list[Any]]]:
    asked = ["show", "entries", "--from", "2025-12-30", "--to", "2026-01-01", "--format", "json", *words]
    shown = CliRunner().invoke(report, asked, obj=app, catch_exceptions=False)
    blocks = [block for section in json.loads(shown.stdout_bytes)["sections"] for block in section["blocks"]]
    return {block["code"]: block["rows"] for block in blocks if block["type"] == "table"}


@pytest.mark.requirement("R061")
def test_an_assistant_types_forms_in_and_the_times_are_kept(desk: App) -> None:
    """Who received and who typed in are two people, called by login or by name; a clock's time is the latest such."""
    with desk.session() as session, session.read() as reader:
        first = reader.get(Interaction, 1)
        people = {user.login: user.id for user in reader.find(User)}
        last = reader.find(Interaction, [equal("form_filled_at", datetime(2025, 12, 31, 23, 50, tzinfo=UTC))])

    assert (first.user_id, first.entered_by_id) == (people["wang"], people["li"])
    assert (first.form_filled_at, first.entered_at) == tuple(datetime(2025, 12, 30, 10, m, tzinfo=UTC) for m in (30, 50))
    assert [(people["li"], datetime(2026, 1, 1, 0, 10, tzinfo=UTC))] == [(one.entered_by_id, one.entered_at) for one in last]


@pytest.mark.requirement("R061")
def test_shares_and_medians_by_assistant_and_host(desk: App) -> None:
    """20, 31, 0 (two clocks) and 20 minutes, and one of which only the day is known; the limit is 30."""
    found = tables(desk)

    assert [["李敏", 4, 1, 0.75], ["not known", 1, 0, None], ["all", 5, 1, 0.75]] == found["entries_by_assistant"]
    assert [["李敏", 4, 4, 20.0], ["–", 1, 0, None], ["all", 5, 4, 20.0]] == found["entry_medians_by_assistant"]
    assert {"王芳": (3, 1), "Zhou": (2, 0)} == {row[0]: (row[1], row[2]) for row in found["entries_by_host"][:-1]}


@pytest.mark.requirement("R061")
def test_forms_that_lay_too_long_are_listed(desk: App) -> None:
    ((number, *row),) = tables(desk)["late_forms"]

    assert number > 0
    assert ["李四", "王芳", "李敏", "2025-12-30 11:30", "2025-12-30 12:01", 31] == row


def test_who_hands_the_same_in_again_learns_it_without_reading_receipts(desk: App) -> None:
    """An assistant may hand in, and not look into what others handed in."""
    with desk._replace(login="li").session() as session:
        again = receive(session, "walkin", Delivery(body=SHEET.encode(), received_at=testing.NOW, entered_by="li"))

    assert ["duplicate"] * 4 == [one.value for one in again.outcomes]
