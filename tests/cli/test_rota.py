"""
`patron rota` and what `patron lead` says of assignment: the daily work, as it is typed.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Result

POLICY = """
[assignment.rules.walk_in]
where = "source_family == 'walk_in'"
rotation = "floor"
[assignment.rotations.floor]
members = ["an", "bo"]
[codes.source.store]
family = "walk_in"
department = "sales"
first_response_minutes = 30
"""

Patron = Callable[..., Result]


@pytest.fixture(name="floor")
def _floor(patron: Patron, tmp_path: Path) -> Patron:
    """Return the command line in a folder with a database, two people on the floor, and a policy."""
    patron("init")
    with (tmp_path / "patron.toml").open("a", encoding="utf-8") as file:
        file.write(POLICY)
    for code in ("sales", "marketing"):
        patron("team", "add", "--code", code, "--name", code, "--kind", "department")
    for login in ("an", "bo"):
        patron("user", "add", "--login", login, "--name", login.title(), "--roles", "sales_rep", "--team", "sales")
    return patron


def rows(patron: Patron, *words: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(patron(*words, "--format", "json").out)
    return found


def test_a_day_on_the_floor(floor: Patron) -> None:
    """Whose turn it is, who is at lunch, what a lead came from: all of it is told."""
    assert "bo is away: floor." in floor("rota", "leave", "bo", "--reason", "外出就餐").out
    for name in ("张三", "李四"):
        assert floor("lead", "add", "--source", "store", "--name", name).code == 0
    assert floor("rota", "back", "BO").code == 0
    floor("rota", "penalise", "an", "--reason", "late")

    shown = floor("rota", "show", "floor").out
    assert "+1" in shown
    assert "next" in shown
    explained = floor("lead", "explain", "2").out
    assert "floor: bo → an" in explained
    assert "bo: away" in explained
    assert "To be reached by" in floor("lead", "show", "2").out
    then = floor("lead", "show", "2", "--at", "2100-01-01")
    assert (0, False) == (then.code, "To be reached by" in then.out)
    assert [("turn", "an"), ("turn", "an")] == [(row["event"], row["user"]) for row in rows(floor, "lead", "assigned")]


def test_what_nobody_can_take_waits_and_is_given_out_later(floor: Patron) -> None:
    for login in ("an", "bo"):
        floor("rota", "off", login)
    floor("lead", "add", "--source", "store", "--name", "张三")
    floor("lead", "add", "--source", "qq", "--name", "李四")

    waiting = floor("lead", "waiting").out
    assert "walk_in: floor – off the rota" in waiting
    assert "no rule holds" in waiting
    floor("rota", "on", "bo")
    assert "Lead 1 goes to bo.\n1 lead waits still" in floor("lead", "assign", "--waiting").out


def test_what_a_rule_leaves_to_a_team_says_what_kept_it_from_a_user(floor: Patron, tmp_path: Path) -> None:
    """A full rotation is named before the team that stands behind it; a team alone is named itself."""
    settings = tmp_path / "patron.toml"
    alone = '[assignment.rules.desk]\nwhere = "source == \'qq\'"\nteam = "marketing"\n'
    settings.write_text(
        settings.read_text("utf-8").replace('rotation = "floor"', 'rotation = "floor"\nteam = "sales"') + alone, "utf-8"
    )
    for login in ("an", "bo"):
        floor("rota", "off", login)
    for source in ("store", "qq"):
        floor("lead", "add", "--source", source, "--name", "张三" if source == "qq" else "李四")

    waiting = floor("lead", "waiting").out
    assert "walk_in: floor – off the rota" in waiting
    assert "desk: goes to marketing" in waiting


def test_a_turn_that_was_owed_is_told(floor: Patron) -> None:
    """Who stands first in the queue, and who comes before all the same, and why."""
    floor("rota", "compensate", "bo")
    floor("lead", "add", "--source", "store", "--name", "张三")

    explained = floor("lead", "explain", "1").out
    assert "floor: an → bo" in explained
    assert "bo: takes a turn that was owed" in explained


@pytest.mark.requirement("R084")
def test_the_morning_meeting_assigns_from_a_sheet(floor: Patron, tmp_path: Path) -> None:
    """All of it or nothing; the log says who got what and why."""
    for name in ("张三", "李四", "王五"):
        floor("lead", "add", "--source", "qq", "--name", name)
    (tmp_path / "bad.csv").write_text("lead,to\n1,an\n2,nobody\n", "utf-8")
    (tmp_path / "meeting.csv").write_text("线索,负责人,reason\n1,an,knows her\n2,team:sales,\n3,,\n", "utf-8")

    refused = floor("lead", "assign", "--sheet", "bad.csv")
    assert (1, "") == (refused.code, refused.out)
    assert "bad.csv: row 3, column to: Nobody is called 'nobody'." in refused.err
    assert ["waiting"] * 3 == [row["event"] for row in rows(floor, "lead", "assigned")]
    assert floor("--lang", "zh", "lead", "assign", "--sheet", "meeting.csv").code == 0
    assert floor("lead", "assign", "2", "3", "--to", "bo").code == 0

    told = [(row["lead_id"], row["user"], row["team"], row["reason"]) for row in rows(floor, "lead", "assigned")][:4]
    assert [(3, "bo", None, None), (2, "bo", None, None), (2, None, "sales", None), (1, "an", None, "knows her")] == told


@pytest.mark.requirement("R268")
def test_by_when_a_lead_should_be_reached_the_source_says(floor: Patron) -> None:
    """Half an hour in the shop, a day everywhere else; late ones are found by it."""
    for source in ("store", "qq"):
        floor("lead", "add", "--source", source, "--name", "张三", "--set", "filed_at=2026-01-02T08:00")

    late = rows(floor, "lead", "list", "--where", "respond_by <= '2026-01-02T08:30' and first_contact_at is missing")
    assert [1] == [row["id"] for row in late]
    due = [rows(floor, "lead", "list", "--sort", "respond_by")[place]["respond_by"] for place in (0, 1)]
    assert ["2026-01-02T08:30", "2026-01-03T08:00"] == [str(one)[:16] for one in due]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("rota", "show", "flor"), "The nearest is floor"),
        (("rota", "leave", "an", "--reason", "whim"), "is no reason of absence"),
        (("lead", "assign", "--to", "an"), "in one way"),
        (("lead", "assign", "1", "--waiting"), "in one way"),
        (("lead", "assign", "--sheet", "patron.toml", "--to", "an"), "A sheet says itself"),
    ],
)
def test_what_can_not_be_is_refused_with_what_to_do(floor: Patron, words: tuple[str, ...], said: str) -> None:
    result = floor(*words)

    assert (2, True) == (result.code, said in result.err)
