"""How soon leads are answered (R268): five leads, reckoned by hand."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from patron import testing
from patron.app import App
from patron.core.config.settings import AssignmentSettings
from patron.core.crm import (
    AddInteraction,
    AddLead,
    AddPerson,
    AssignLead,
    add_interaction,
    add_lead,
    add_user,
    assign_lead,
)
from patron.core.exchange import ImportCommand, import_file
from patron.plugins.reports.business.responses import median_minutes
from patron.plugins.reports.commands import report

LEADS = (
    # source, filed, first contact, handed over; the shop has two hours, all others a day. It is 2026-01-01 09:00.
    ("store", "2025-12-30T08:00", "2025-12-30T09:00", "2025-12-30T08:10"),
    ("store", "2025-12-30T08:00", "2025-12-30T11:00", "2025-12-30T08:30"),
    ("qq", "2025-12-30T08:00", "2025-12-30T20:00", None),
    ("qq", "2025-12-30T08:00", None, None),
    ("qq", "2026-01-01T08:00", None, None),
)


@pytest.fixture(name="answered")
def _answered(tmp_path: Path) -> App:
    app = testing.app_with_database(tmp_path)
    codes = {"source": {"store": {"family": "walk_in", "department": "sales", "first_response_minutes": 120}}}
    app = app._replace(settings=app.settings._replace(codes=codes, assignment=AssignmentSettings(handover_minutes=20)))
    with app.session() as session:
        add_user(session, AddPerson(values={"login": "an", "name": "An", "roles": "sales_rep", "team_id": "sales"}))
        for source, filed, contact, handed in LEADS:
            lead = add_lead(session, AddLead(values={"source": source, "filed_at": filed}, customer={"name": "张三"})).lead
            if handed:
                at = datetime.fromisoformat(f"{handed}+00:00")
                assign_lead(session, AssignLead(id=lead.id, user="an", effective_at=at))
            if contact:
                values = {"lead_id": f"#{lead.id}", "channel": "phone", "at": contact}
                add_interaction(session, AddInteraction(values=values))
    return app


def tables(app: App, *words: str) -> dict[str, list[list[Any]]]:
    shown = CliRunner().invoke(report, ["show", "responses", "--format", "json", *words], obj=app, catch_exceptions=False)
    blocks = [block for section in json.loads(shown.stdout_bytes)["sections"] for block in section["blocks"]]
    return {block["code"]: block["rows"] for block in blocks if block["type"] == "table"}


@pytest.mark.requirement("R268")
def test_shares_within_the_limits_by_source(answered: App) -> None:
    """One of two in the shop; of three by QQ one in time, one late, and one has time yet until tomorrow."""
    found = tables(answered, "--from", "2025-12-30", "--to", "2026-01-01", "--as-of", "2026-01-01T09:00")

    assert {"store": (0.5, 120.0, 0.5), "QQ": (0.5, 720.0, 0.0)} == {
        row[0]: tuple(row[1:]) for row in found["responses_by_source"][:-1]
    }


@pytest.mark.requirement("R268")
def test_medians_by_source_and_team(answered: App) -> None:
    found = tables(answered, "--from", "2025-12-30", "--to", "2026-01-01", "--as-of", "2026-01-01T09:00")

    by_source = [["QQ", 3, 1, 720.0, 0, None], ["store", 2, 2, 120.0, 2, 20.0], ["all", 5, 3, 180.0, 2, 20.0]]
    assert by_source == found["medians_by_source"]
    assert [("Marketing", 3), ("Sales", 2), ("all", 5)] == [(row[0], row[1]) for row in found["medians_by_handling_team"]]


@pytest.mark.requirement("R268")
def test_what_was_answered_later_than_the_report_looks_was_not_answered(answered: App) -> None:
    found = tables(answered, "--from", "2025-12-30", "--to", "2025-12-30", "--as-of", "2025-12-30T09:30")

    rows = {source: answers for source, *answers in found["medians_by_source"]}
    assert ([2, 1, 60.0], [2, 0, None]) == (rows["store"][:3], rows["QQ"][:3])


@pytest.mark.requirement("R268")
def test_who_was_spoken_to_before_the_lead_was_filed_did_not_wait(answered: App) -> None:
    """Days before, and it is no time below nought that mends the mean of the others: (0 + 12 h) / 2."""
    with answered.session() as session:
        lead = add_lead(session, AddLead(values={"source": "qq", "filed_at": "2025-12-30T08:00"}, customer={"name": "李四"})).lead
        values = {"lead_id": f"#{lead.id}", "channel": "phone", "at": "2025-12-22T08:00"}
        add_interaction(session, AddInteraction(values=values))
    found = tables(answered, "--from", "2025-12-30", "--to", "2025-12-30", "--as-of", "2026-01-01T09:00")

    assert [0.6667, 360.0, 0.0] == [
        round(one, 4) for one in next(row[1:] for row in found["responses_by_source"] if row[0] == "QQ")
    ]
    assert ["QQ", 3, 2, 360.0, 0, None] == next(row for row in found["medians_by_source"] if row[0] == "QQ")


@pytest.mark.requirement("R268")
def test_nobody_had_a_lead_before_it_was_here(tmp_path: Path) -> None:
    """Filed two days before it came in: given out by us it was late, owned by whom the file names it is not judged."""
    app = testing.app_with_database(tmp_path)
    app = app._replace(settings=app.settings._replace(assignment=AssignmentSettings(handover_minutes=30)))
    (tmp_path / "leads.csv").write_text("姓名,手机,渠道,来店日期,负责人\n张三,13800138000,qq,2025-12-30,an\n", "utf-8")
    with app.session() as session:
        add_user(session, AddPerson(values={"login": "an", "name": "An", "roles": "sales_rep", "team_id": "sales"}))
        import_file(session, ImportCommand(kind="leads", path=tmp_path / "leads.csv"))
    days = ("--from", "2025-12-30", "--to", "2025-12-30")
    named = tables(app, *days)
    with app.session() as session:
        values = {"source": "qq", "filed_at": "2025-12-30T09:00", "owner_user_id": "an"}
        add_lead(session, AddLead(values=values, customer={"name": "李四"}))
    ours = tables(app, *days)

    assert [("QQ", 1, 0, None)] == [(row[0], row[1], *row[4:]) for row in named["medians_by_source"][:-1]]
    assert [None, 0.0] == [found["responses_by_source"][0][-1] for found in (named, ours)]
    assert [("QQ", 2, 1, 2880.0)] == [(row[0], row[1], *row[4:]) for row in ours["medians_by_source"][:-1]]


def test_the_median_of_none_is_none():
    assert [None, 1.0, 1.5] == [median_minutes(seconds) for seconds in ((), (60,), (60, 120))]
