"""Scores and the last contact beside customers: chosen by, sorted by, shown, and never told to whom they are hidden from."""

from datetime import date
from decimal import Decimal

import attrs
import numpy as np
import pytest

from patron.app import App
from patron.core.access import DeniedError
from patron.core.crm import (
    AddCustomer,
    AddInteraction,
    AddLead,
    AddOrder,
    ChangeRecord,
    Query,
    add_customer,
    add_interaction,
    add_lead,
    add_order,
    change_record,
    list_records,
    show_customer,
)
from patron.core.errors import PatronError
from patron.core.exchange import ExportCommand, export_records
from patron.core.nouns import FieldError
from patron.core.records import Column, FeatureTable, Kind
from patron.core.scoring.keeping import keep_scores
from patron.core.scoring.result import Scores
from patron.core.session import Session
from patron.core.store import NotFoundError
from patron.testing import app
from patron.testing.samples import sample_run

AS_OF = date(2026, 1, 1)


class Rows:
    """Takes the rows of an export."""

    count = 0

    def __init__(self) -> None:
        self.lines: list[list[str]] = []

    def header(self, names: list[str]) -> None:
        self.lines.append(names)

    def rows(self, rows: list[list[object]]) -> None:
        self.lines += [[str(cell) for cell in row] for row in rows]


@pytest.fixture(name="scored")
def _scored(office: App) -> App:
    """Return an application with four customers, A and B of Wang, of whom the run knows all but D."""
    with office.session() as session:
        for name in "ABCD":
            owner = {"owner_user_id": "wang"} if name < "C" else {"owner_team_id": "service"}
            add_customer(session, AddCustomer(values={"name": name, **owner}))
        publish(session, 10, 30, 20)
    return office


def publish(session: Session, *money: int) -> None:
    """Publish a run of customers 1, 2, … by their net sales, each a group of its own."""
    values = np.array(money) * 10_000
    order = np.argsort(-values, kind="stable")
    rank = np.argsort(order) + 1
    columns = {
        "monetary": Column(values, Kind.MONEY),
        "margin": Column(values // 4, Kind.MONEY),
        "discount_share": Column(values / values.max(), Kind.SHARE),
        "rank": Column(rank, Kind.COUNT),
        "decile": Column(rank.astype(np.uint8), Kind.SCORE),
        "loyalty": Column((rank % 2).astype(np.uint8), Kind.LABEL, labels=("relational", "transactional")),
    }
    totals = attrs.evolve(sample_run().totals, margin=int(values.sum()) // 4)
    run = attrs.evolve(sample_run(), as_of=AS_OF, customers=len(values), by="monetary", totals=totals)
    table = FeatureTable(np.arange(1, len(values) + 1), columns, AS_OF)
    keep_scores(session, Scores(run=run, customers=table, order=order))


def names(session: Session, where: str | None = None, *order: str) -> str:
    return "".join(one.name for one in list_records(session, Query(noun="customer", where=where, order=order)).records)


FOUND = {
    "decile == 1": "B",
    "score.decile <= 2": "BC",
    "分组 != 1": "ACD",
    "decile is missing": "D",
    "not decile > 1": "BD",
    "monetary >= 20 and name != 'C'": "B",
    "discount_share < 0.5": "A",
    "loyalty == 'transactional'": "AB",
    "last_contact_at is missing": "ABCD",
}


def test_customers_are_chosen_by_their_scores(scored: App) -> None:
    with scored.session() as session:
        assert {where: names(session, where) for where in FOUND} == FOUND


def test_customers_without_a_score_stand_behind_the_others(scored: App) -> None:
    with scored.session() as session:
        assert names(session, None, "decile") == "BCAD"
        assert names(session, None, "-Net sales") == "BCAD"
        page = list_records(session, Query(noun="customer", order=("decile",), limit=2, offset=2))

    assert [field.name for field in page.further] == ["score.decile"]
    assert {number: dict(values) for number, values in page.values.items()} == {1: {"score.decile": 3}, 4: {"score.decile": None}}
    assert page.total == 4


def test_scores_beyond_a_right_are_missing(scored: App) -> None:
    """Marketing sees all customers and all scores; service sees all customers and no scores; a rep sees what is their own."""
    with scored.session("ma") as session:
        assert names(session, "decile <= 2") == "BC"
    with scored.session("wang") as session:
        assert names(session, "decile <= 2") == "B"
        assert names(session, "not decile <= 2") == "A"
    for login, query in (
        ("sun", Query(noun="customer", where="decile == 1")),
        ("sun", Query(noun="customer", order=("decile",))),
    ):
        with scored.session(login) as session, pytest.raises(DeniedError, match="score"):
            list_records(session, query)


def test_nobody_learns_scores_of_customers_that_only_the_customer_right_reaches(scored: App) -> None:
    """Whoever sees all customers but their own scores alone finds nobody else by a score."""
    reaches = {"read": {"customer": "all", "score": "own"}}
    settings = scored.settings._replace(roles={"assistant": reaches})
    wider = app(settings=settings)
    with wider.session() as session:
        change_record(session, ChangeRecord(noun="customer", id=3, values={"owner_user_id": "chen", "owner_team_id": ""}))
    with wider.session("chen") as session:
        assert names(session) == "ABCD"
        assert names(session, "decile >= 1") == "C"
        assert names(session, None, "decile") == "CABD"


def test_without_a_run_the_scores_are_asked_for_first(office: App) -> None:
    with office.session() as session, pytest.raises(NotFoundError, match="patron score"):
        names(session, "decile == 1")


def test_what_does_not_fit_a_score_is_refused(scored: App) -> None:
    with scored.session() as session, pytest.raises(FieldError, match="best"):
        names(session, "decile == 'best'")


def test_customers_nobody_spoke_with_lately_are_found(scored: App) -> None:
    with scored.session() as session:
        for number, day, told in (
            (1, "2025-03-01", "yes"),
            (1, "2025-05-01", "yes"),
            (2, "2025-11-01", "yes"),
            (3, "2025-12-01", "no"),
        ):
            values = {"customer_id": f"#{number}", "at": day, "note": "hello", "effective": told}
            add_interaction(session, AddInteraction(values=values))

        assert names(session, "last_contact_at < '2025-06-01'") == "A"
        assert names(session, "last_contact_at is missing", "decile") == "CD"
        assert names(session, "decile <= 3", "-last_contact_at") == "BAC"


def test_a_customer_shows_what_the_run_says_and_what_it_does_not_know(scored: App) -> None:
    with scored.session() as session:
        for number, at in (("1", "2025-11-30"), ("2", "2026-01-01T23:59"), ("3", "2026-01-02")):
            values = {"customer_id": "B", "number": number, "channel": "phone", "ordered_at": at}
            add_order(session, AddOrder(values=values))
        before = show_customer(session, 2).scores
        publish(session, 10, 30, 20)
        after = show_customer(session, 2).scores
        unknown = show_customer(session, 4).scores

    assert before is not None
    assert after is not None
    assert (before.values["decile"], before.run.as_of, before.orders_since) == (1, AS_OF, 1)
    assert after.run.code != before.run.code
    assert unknown is None


def test_scores_go_out_by_name_and_stay_where_nobody_asked(scored: App) -> None:
    with scored.session() as session:
        asked, plain = Rows(), Rows()
        command = ExportCommand(kind="customers", where="decile <= 2", columns=("name", "decile", "discount_share"))
        export_records(session, command, asked)  # type: ignore[arg-type]  # Rows is what a writer does with rows
        export_records(session, ExportCommand(kind="customers", where="decile == 1"), plain)  # type: ignore[arg-type]

    assert asked.lines == [["name", "Group", "Share of discounts"], ["B", "1", "1.0"], ["C", "2", "0.6666666666666666"]]
    assert len(plain.lines) == 2
    assert "Group" not in plain.lines[0]


@pytest.mark.requirement("R211")
def test_the_value_of_a_customer_is_its_profit_and_its_share_of_all_profit(scored: App) -> None:
    """Both are told to whoever may see our costs; nobody else learns them, by a condition neither."""
    with scored.session() as session:
        mine = show_customer(session, 2).scores
    with scored.session("wang") as session:
        theirs = show_customer(session, 2).scores
        with pytest.raises(PatronError, match="margin"):
            names(session, "margin > 0")

    assert mine is not None
    assert theirs is not None
    assert (mine.profit, mine.profit_share) == (Decimal("7.5"), 0.5)
    assert (theirs.profit, theirs.profit_share) == (None, None)


def test_what_belongs_to_a_customer_is_found_by_the_customers_name(office: App) -> None:
    """A rep sees own leads alone, and the name of nobody else's customer is one to choose by."""
    with office.session() as session:
        for name, owner in (
            ("张三", {"owner_user_id": "wang"}),
            ("张四", {"owner_team_id": "service"}),
            ("Li", {"owner_user_id": "wang"}),
        ):
            customer = add_customer(session, AddCustomer(values={"name": name, **owner})).customer.id
            add_lead(session, AddLead(values={"customer_id": customer, "source": "phone", **owner}))

    def found(session: Session, where: str, *order: str) -> list[int]:
        return [lead.id for lead in list_records(session, Query(noun="lead", where=where, order=order)).records]

    with office.session() as session:
        assert found(session, "customer_name contains '张'", "-customer_name") == [2, 1]
        assert found(session, "客户姓名 == '张三'") == [1]
        assert list_records(session, Query(noun="lead", where="customer_name == 'Li'")).further == ()
    with office.session("wang") as session:
        assert found(session, "customer_name contains '张'") == [1]
