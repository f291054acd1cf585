"""The sheet of the meeting: done as a whole or not at all, and everything that is wrong is told with its place."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from patron.app import App
from patron.core.access import DeniedError
from patron.core.crm import AddLead, AddPerson, ChangeRecord, add_lead, add_user, change_user
from patron.core.errors import InputError, UsageError
from patron.core.exchange import AssignSheet, SheetResult, assign_by_sheet, writing_to
from patron.core.nouns import Lead
from patron.core.store.assignments import log_of_lead

Hand = Callable[..., SheetResult]


@pytest.fixture(name="hand")
def _hand(staff: App, tmp_path: Path) -> Hand:
    """Return a function that hands in a sheet; four leads wait with the sales department."""
    with staff.session() as session:
        for login, role in (("lin", "assistant"), ("gone", "sales_rep")):
            add_user(session, AddPerson(values={"login": login, "name": login.title(), "roles": role, "team_id": "sales"}))
        change_user(session, ChangeRecord(noun="user", id=4, values={"active": "no"}))
        for name in ("赵", "钱", "孙", "李"):
            add_lead(session, AddLead(values={"source": "qq", "owner_team_id": "sales"}, customer={"name": name}))

    def hand(text: str, login: str | None = "lin", **about: str) -> SheetResult:
        path = tmp_path / "meeting.csv"
        path.write_text(text, "utf-8")
        with staff.session(login) as session:
            return assign_by_sheet(session, AssignSheet(path=path, **about))  # type: ignore[arg-type]  # only texts are given

    return hand


def owners(staff: App) -> list[tuple[int | None, int | None]]:
    with staff.session() as session, session.read() as reader:
        return [(lead.owner_user_id, lead.owner_team_id) for lead in reader.find(Lead, order=["id"])]


@pytest.mark.requirement("R084")
def test_an_assistant_keeps_the_sheet_in_the_words_of_the_house(hand: Hand, staff: App) -> None:
    """By login or name, to a user or a team; whoever is not named keeps a lead where it is."""
    done = hand("线索编号,客户,负责人,原因\n#4,李,王芳,knows him\n1,赵,WANG,\n2,钱,team:marketing,\n3,孙,,\n", reason="meeting")

    assert ([(4, "王芳"), (1, "WANG"), (2, "team:marketing")], 1, ()) == (
        [(lead.id, to) for lead, to in done.given],
        done.left,
        done.wrong,
    )
    assert [(1, None), (None, 2), (None, 1), (1, None)] == owners(staff)
    with staff.session() as session, session.read() as reader:
        told = [(row.event, row.reason) for number in (4, 1) for row in log_of_lead(reader.connection, number)[:1]]
    assert [("by_hand", "knows him"), ("by_hand", "meeting")] == told


def test_everything_that_is_wrong_is_told_with_row_and_column_and_nothing_is_done(hand: Hand, staff: App) -> None:
    before = owners(staff)
    sheet = "lead,to\n1,wang\n2,wagn\nabc,nobody\n1,wang\n,wang\n99,gone\n3,team:north\n4\n"

    done = hand(sheet)

    assert () == done.given
    assert [
        (3, "to", "assignment.nobody_called"),
        (4, "lead", "assignment.no_lead_number"),
        (4, "to", "assignment.nobody_called"),
        (5, "lead", "assignment.lead_twice"),
        (6, "lead", "assignment.no_lead_in_row"),
        (7, "lead", "store.not_found"),
        (7, "to", "crm.not_active"),
        (8, "to", "assignment.nobody_called"),
        (9, None, "exchange.ragged"),
    ] == [(one.row, one.column, one.problem.key) for one in done.wrong]
    assert before == owners(staff)


def test_a_lead_beyond_reach_is_wrong_as_a_row_is(hand: Hand, staff: App) -> None:
    """Marketing's leads are marketing's to give."""
    hand("lead,to\n4,marketing\n")

    (wrong,) = hand("lead,to\n3,wang\n4,wang\n").wrong

    assert (3, "lead", "store.not_found") == (wrong.row, wrong.column, wrong.problem.key)


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        ("lead,who\n1,wang\n", "lacks a column: to. It has: lead, who"),
        ("lead,to\n1,\n", "assigns nothing"),
        ("lead,to\n1,wang\n2,wang\n3,wang\n", "more than 2 rows"),
    ],
)
def test_what_is_no_such_sheet_is_refused(staff: App, tmp_path: Path, sheet: str, said: str) -> None:
    """Among others one that is longer than the settings let it be."""
    short = staff._replace(settings=staff.settings._replace(assignment=staff.settings.assignment._replace(meeting_rows=2)))
    path = tmp_path / "meeting.csv"
    path.write_text(sheet, "utf-8")

    with short.session() as session, pytest.raises(UsageError, match=said):
        assign_by_sheet(session, AssignSheet(path=path))


def test_who_may_not_assign_is_told_so_and_not_what_is_wrong(hand: Hand) -> None:
    with pytest.raises(DeniedError, match="may not assign"):
        hand("lead,to\n1,nobody\n", "wang")
    with pytest.raises(InputError):
        hand("")


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_a_sheet_of_excel_has_numbers(hand: Hand, staff: App, tmp_path: Path) -> None:
    path = tmp_path / "meeting.xlsx"
    with writing_to(path) as target:
        target.header(["lead", "to"])
        target.rows([[Decimal(2), "wang"]])

    with staff.session("lin") as session:
        done = assign_by_sheet(session, AssignSheet(path=path))

    assert [2] == [lead.id for lead, _ in done.given]


def test_headings_that_work_are_named_in_the_language_of_the_reader(hand: Hand) -> None:
    with pytest.raises(UsageError) as caught:
        hand("线索,给\n1,wang\n")

    assert "缺少列：负责人、分配给、销售顾问、顾问、跟进人（to）。" in caught.value.message("zh")
    assert "lacks a column: to." in caught.value.message("en")
