"""What the report on calls says (R092, R093, R225), reckoned by hand."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from patron import Lead, User, testing
from patron.app import App
from patron.plugins import calls
from patron.plugins.calls.reviewing import review_call
from patron.plugins.reports.commands import report

Call = Callable[..., int]


def tables(house: App, *words: str) -> dict[str, list[list[Any]]]:
    asked = ["show", "calls", "--from", "2025-12-01", "--to", "2026-01-01", "--format", "json", *words]
    shown = CliRunner().invoke(report, asked, obj=house, catch_exceptions=False)
    blocks = [block for section in json.loads(shown.stdout_bytes)["sections"] for block in section["blocks"]]
    return {block["code"]: block["rows"] for block in blocks if block["type"] == "table"}


def coach(house: App, number: int, since: datetime, *, coached: bool = True) -> None:
    with house.session() as session, session.write() as work:
        work.update(work.get(User, number), effective_at=since, ext={"call.coached": coached})
        work.commit()


def test_hook_fact_views_and_sections_of_calls_keep_their_promises() -> None:
    testing.check_sections(calls)


@pytest.mark.requirement("R092")
def test_who_improves_is_seen_by_month(house: App, call: Call, at: Callable[[int], datetime]) -> None:
    """The month is that of the call, not of the review."""
    with house._replace(login="chen").session() as session:
        for number, score in ((call("wang", at=at(20)), 2), (call("wang", at=at(19)), 3), (call("wang", at=testing.NOW), 5)):
            review_call(session, number, score)
    call("zhou", recording=None)
    found = tables(house)

    assert [["王芳", 2.5, 5.0, 10 / 3], ["all", 2.5, 5.0, 10 / 3]] == [
        [row[0], *(pytest.approx(value) for value in row[1:])] for row in found["scores_by_month"] if row[0] != "Zhou"
    ]
    assert [["王芳", 3, 1.0, 3], ["Zhou", 1, 0.0, 0]] == [row[:4] for row in found["scores_by_rep"][:-1]]


@pytest.mark.requirement("R093")
def test_who_is_coached_calls_on_the_record(house: App, call: Call, at: Callable[[int], datetime]) -> None:
    """Since they are coached, and until they are no more; nobody else is asked, and nobody for calls that come in."""
    coach(house, 3, at(10))
    call("zhou", phone_line="8009", at=at(11))
    wrong = [
        call("zhou", phone_line="8009", at=at(9)),
        call("zhou", phone_line="13800138000", at=at(8)),
        call("zhou", phone_line=None, at=at(7)),
        call("zhou", recording=None, at=at(6)),
    ]
    call("zhou", recording=None, effective=False, at=at(6))
    call("zhou", phone_line="8002", at=at(6))
    call("zhou", phone_line="8009", direction="in", at=at(6))
    call("wang", phone_line="8009", at=at(6))
    coach(house, 3, at(5), coached=False)
    call("zhou", phone_line="8009", at=at(4))
    found = tables(house)

    assert [["Zhou", 6, 4, 4 / 6]] == [[*row[:3], pytest.approx(row[3])] for row in found["off_record_by_rep"] if row[1]][:1]
    assert wrong[::-1] == [row[0] for row in found["off_record"]]
    kinds = ["no recording", "line unknown", "not a recorded line", "not a recorded line"]
    assert kinds == [row[5] for row in found["off_record"]]


@pytest.mark.requirement("R093")
def test_a_call_that_was_noted_by_hand_too_is_one(house: App, call: Call, at: Callable[[int], datetime]) -> None:
    """Where the telephone system wrote down a call with the same customer within the hour."""
    coach(house, 3, at(10))
    call("zhou", at=at(5))
    call("zhou", phone_line=None, recording=None, at=at(5) + timedelta(minutes=20))
    alone = call("zhou", phone_line=None, recording=None, at=at(5) + timedelta(minutes=90))

    assert [alone] == [row[0] for row in tables(house)["off_record"]]


@pytest.mark.requirement("R225")
def test_what_comes_of_calls_to_us(house: App, call: Call, at: Callable[[int], datetime]) -> None:
    """A call that began a lead which is qualified by now; not one about a lead that was there."""
    with house.session() as session, session.write() as work:
        leads = [
            work.add(Lead(customer_id=2, source="phone", filed_at=at(day), owner_user_id=3, stage=stage))
            for day, stage in ((6, "qualified"), (5, "new"))
        ]
        work.commit()
    call("zhou", direction="in", at=at(6), lead_id=leads[0].id)
    call("zhou", direction="in", at=at(5), lead_id=leads[1].id)
    call("zhou", direction="in", at=at(4), lead_id=leads[0].id)
    call("zhou", at=at(3))

    assert [3, 1, pytest.approx(1 / 3)] == tables(house)["calls_in_by_month"][-1][1:]
