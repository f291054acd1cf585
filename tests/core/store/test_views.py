"""Fact views: they show what the reader's own rights show, as it was at the time asked for, alike on both databases."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import attrs
import pytest

from patron.app import App
from patron.core.access import DeniedError, core_roles
from patron.core.errors import PluginError, UsageError
from patron.core.nouns import NOUNS, Customer, Lead, Order, OrderLine, Team, User
from patron.core.nouns.criterion import Criterion, Negated, Operator, equal
from patron.core.nouns.vocabulary import core_codes
from patron.core.records import FactView, Function, ViewTimes
from patron.core.store import Reader
from patron.core.store.history import Entry
from patron.core.store.views import CORE_VIEWS, BoundView, Buckets, Sum
from patron.plugins.reports.queries import VIEWS
from patron.testing import sample_dealer
from patron.testing.application import NOW

NOW_TIMES = ViewTimes(as_of=NOW + timedelta(days=1))
ROLES = tuple(role for role in core_roles() if role in core_codes()["role"])
"""Those that a user may have."""
BY_NAME = {view.name: view for view in (*CORE_VIEWS, *VIEWS)}


@pytest.fixture
def dealer(patron: App) -> App:
    """Return an application with the sample dealer, and one user of every role who has a customer and a lead."""
    with patron.session() as session:
        sample_dealer(session)
        with session.write() as work:
            sales = work.first(Team, equal("code", "sales"))
            for role in ROLES:
                user = work.add(User(login=role, name=role, roles=(role,), team_id=sales.id if sales else None))
                customer = work.add(Customer(name=f"of {role}", owner_user_id=user.id))
                work.add(Lead(customer_id=customer.id, source="qq", filed_at=NOW, owner_user_id=user.id), effective_at=NOW)
            work.commit()
    return patron


@pytest.fixture
def reader(dealer: App) -> Iterator[Reader]:
    with dealer.session() as session, session.read() as opened:
        yield opened


def bound(reader: Reader, name: str, times: ViewTimes = NOW_TIMES) -> BoundView:
    return BoundView(reader, BY_NAME[name], times)


def ids_of(reader: Reader, view: FactView) -> set[int] | str:
    try:
        rows = BoundView(reader, view, NOW_TIMES).rows([view.key])
    except DeniedError:
        return "denied"
    return {row[0] for row in rows}


@pytest.mark.requirement("R026")
def test_a_view_shows_every_role_the_records_that_it_may_read_and_no_more(dealer: App) -> None:
    """Compared with the reader, whose rights are tested by a matrix of their own."""
    records = [view for view in BY_NAME.values() if view.records]
    with dealer.session() as session, session.read() as reader:
        uncounted = {one.id for one in reader.find(OrderLine) if reader.get(Order, one.order_id).status == "cancelled"}
    for role in (*ROLES, None):
        with dealer.session(role) as session, session.read() as reader:
            for view in records:
                try:
                    found = reader.find(NOUNS[view.noun], [view.only] if view.only else [])
                    expected: set[int] | str = {one.id for one in found} - (uncounted if view.noun == "order_line" else set())
                except DeniedError:
                    expected = "denied"
                assert (role, view.name, expected) == (role, view.name, ids_of(reader, view))


def test_what_hangs_on_others_records_is_not_seen_through_a_view(dealer: App) -> None:
    """Neither by a view of the history, nor by the columns of a joined record."""
    with dealer.session("ann") as session, session.read() as reader:
        own = {one.id for one in reader.find(Lead)}
        for name in ("lead_moves", "wins", "assignments"):
            assert {row[0] for row in bound(reader, name).rows(["lead"])} <= own
    policy = {"blind": {"read": {"lead": "all"}}}
    from patron.core.access import Actor, Policy
    from patron.core.access.policy import parse_roles

    with dealer.session() as session, session.read() as reader:
        actor = Actor(user_id=1, login="blind", roles=("blind",))
        blind = Reader(reader.connection, actor=actor, policy=Policy(parse_roles(policy)), vocabulary=reader.vocabulary)
        leads = BoundView(blind, BY_NAME["leads"], NOW_TIMES)

        assert {(None,): (reader.count(Lead),)} == leads.grouped([Sum()], ["occupation"])


def test_what_takes_a_right_of_its_own_is_not_seen_through_a_view(dealer: App) -> None:
    with dealer.session("ann") as session, session.read() as reader:
        lines = bound(reader, "order_lines")
        assert lines.grouped([Sum(function=Function.SUM, column="amount")])[()][0] > 0
        with pytest.raises(DeniedError, match="cost"):
            lines.grouped([Sum(function=Function.SUM, column="cost")])


def test_groups_are_counted_and_added_up(reader: Reader) -> None:
    sums = [Sum(), Sum(function=Function.SUM, column="amount"), Sum(function=Function.DISTINCT, column="customer")]

    found = bound(reader, "order_lines").grouped(sums, ["model"])

    assert {("Model A",): (6, 3 * 2850 * 10_000, 3)} == found


def test_numbers_of_some_rows_and_nothing_of_none(reader: Reader) -> None:
    leads = bound(reader, "leads")
    won, lost = Sum(where=equal("status", "won")), Sum(where=equal("status", "lost"))

    assert {(): (3, 2)} == leads.grouped([won, lost])
    assert {(): (0,)} == leads.grouped([Sum(function=Function.SUM, column="likelihood")], (), [equal("source", "sms")])


def test_buckets_take_what_lies_within_their_edges(reader: Reader) -> None:
    days = bound(reader, "spends").grouped(
        [Sum()], [Buckets(column="on", edges=(date(2025, 11, 1), date(2025, 12, 1), date(2025, 12, 31)))]
    )
    instants = bound(reader, "leads").grouped(
        [Sum()], [Buckets(column="filed_at", edges=(NOW - timedelta(days=60), NOW - timedelta(days=50), NOW))]
    )

    assert {(0,): (1,), (1,): (2,)} == days
    assert {(0,): (2,), (1,): (5,)} == instants


def test_conditions_know_missing_values_and_their_opposites(reader: Reader) -> None:
    leads = bound(reader, "leads")
    unmarried = Negated(equal("family_status", "married"))

    assert leads.grouped([Sum()], (), [unmarried])[()][0] == reader.count(Lead) - 4
    assert {row[0] for row in leads.rows(["lost_reason"], [Criterion("lost_reason", Operator.MISSING, False)])} == {"price"}


def test_money_in_a_condition_is_exact(reader: Reader) -> None:
    spends = bound(reader, "spends")

    assert 2 == spends.grouped([Sum()], (), [Criterion("amount", Operator.EQUAL, Decimal("1200.0000"))])[()][0]


def test_an_age_band_follows_from_the_year_of_birth(reader: Reader) -> None:
    bands = bound(reader, "leads").grouped([Sum()], ["age_band"], [Criterion("occupation", Operator.MISSING, False)])

    assert {
        ("from_65",): (1,),
        ("from_55",): (1,),
        ("from_45",): (2,),
        ("from_35",): (1,),
        ("from_25",): (1,),
        ("under_25",): (1,),
    } == bands


def test_columns_come_as_arrow(reader: Reader) -> None:
    found = bound(reader, "leads").columns(["id", "status", "fresh"], [equal("owner", 1)]).sort_by("id").to_pydict()

    assert ["won", "won", "lost", "open"] == found["status"]
    assert [0, 0, 0, 1] == found["fresh"]


def test_a_lead_is_as_it_was(dealer: App) -> None:
    """Its status, its likelihood and whether it was there at all, at a time that is over."""
    then = ViewTimes(as_of=NOW - timedelta(days=44), past=True)
    with dealer.session() as session, session.read() as reader:
        rows = bound(reader, "leads", then).rows(["id", "status", "likelihood", "won_at"])
        spent = bound(reader, "spends", then).grouped([Sum()])

    assert [(1, "open", 70, None), (2, "open", 70, None), (3, "open", 40, None), (4, "open", 40, None)] == list(rows)
    assert {(): (1,)} == spent


def test_what_came_to_be_known_later_was_not_there(dealer: App) -> None:
    """All was entered at one time; before it, the database knew nothing."""
    with dealer.session() as session, session.read() as reader:
        before = ViewTimes(as_of=NOW, known_at=NOW - timedelta(days=1), past=True)
        for name in ("leads", "contacts", "orders", "order_lines", "lead_moves"):
            assert (name, {(): (0,)}) == (name, bound(reader, name, before).grouped([Sum()]))
        with pytest.raises(UsageError, match="can't be answered for it"):
            bound(reader, "spends", before)


def test_orders_that_were_cancelled_do_not_count(reader: Reader) -> None:
    """Neither they nor their lines, though the database has one of them."""
    assert {"placed": 3, "cancelled": 1} == Counter(one.status for one in reader.find(Order))
    assert {("placed",): (3,)} == bound(reader, "orders").grouped([Sum()], ["status"])
    assert {(): (6,)} == bound(reader, "order_lines").grouped([Sum()])


def test_a_view_has_the_columns_of_its_own_condition(reader: Reader) -> None:
    view = attrs.evolve(BY_NAME["orders"], only=equal("colour", "red"))
    with pytest.raises(PluginError, match="colour"):
        BoundView(reader, view, NOW_TIMES)


def test_an_unknown_column_is_said(reader: Reader) -> None:
    with pytest.raises(UsageError, match="did you mean status"):
        bound(reader, "leads").grouped([Sum()], ["statsu"])


def test_a_lead_belongs_to_whom_it_was_given_and_its_win_to_who_had_it(dealer: App) -> None:
    with dealer.session() as session:
        with session.write() as work:
            lead = work.get(Lead, 1)
            work.update(lead, owner_user_id=2, effective_at=NOW - timedelta(days=1))
            work.commit()
        with session.read() as reader:
            given = bound(reader, "assignments").grouped([Sum()], ["rep"], [equal("lead", 1)])
            won = bound(reader, "wins").rows(["lead", "rep"])

    assert {(1,): (1,), (2,): (1,)} == given
    assert ((1, 1), (2, 1), (5, 2)) == won


def test_what_an_import_notes_to_be_taken_back_is_no_news_of_a_lead(dealer: App) -> None:
    """Only fields with a history, and contacts, make a lead fresh."""
    later = ViewTimes(as_of=NOW + timedelta(days=400))
    noted = Entry(
        noun="lead", subject_id=4, field="first_contact_at", old=None, new=NOW, effective_at=later.as_of, cause="import"
    )
    with dealer.session() as session:
        with session.write() as work:
            work.note([noted])
            work.commit()
        with session.read() as reader:
            (fresh,) = (
                bound(reader, "leads", later)
                .columns(["fresh"], [equal("status", "open"), equal("owner", 1)])
                .to_pydict()["fresh"]
            )

    assert fresh == 0
