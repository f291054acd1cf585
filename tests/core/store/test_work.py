"""
The unit of work: all or nothing, versions, rights, history, over both databases.
"""

import re
import sqlite3
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import psycopg
import pytest
from sqlalchemy import select

from patron.app import App
from patron.core.access import DeniedError
from patron.core.nouns import Customer, FieldError, Lead, Order, OrderLine, Team, User
from patron.core.nouns.criterion import Condition, Criterion, Joined, Negated, Operator, among, equal
from patron.core.session import Session
from patron.core.store import ConflictError, Database, DuplicateError, NotFoundError, RuleError
from patron.core.store.changing import Edit
from patron.core.store.history import verify
from patron.testing.application import NOW

DAY = timedelta(days=1)


def people(session: Session) -> tuple[User, User, Customer]:
    with session.write() as work:
        team = work.add(Team(code="sales", name="Sales"))
        wang = work.add(User(login="wang", name="王芳", roles=("sales_rep",), team_id=team.id))
        li = work.add(User(login="li", name="李雷", roles=("sales_rep",), team_id=team.id))
        customer = work.add(Customer(name="张三", owner_user_id=wang.id))
        work.commit()
    return wang, li, customer


def lead_of(customer: Customer, owner: User) -> Lead:
    return Lead(customer_id=customer.id, source="qq", filed_at=NOW, owner_user_id=owner.id)


def test_what_is_not_committed_is_undone(patron: App) -> None:
    with patron.session() as session:
        with session.write() as work:
            work.add(Customer(name="Ada", owner_user_id=None))
        with session.read() as reader:
            assert reader.count(Customer) == 0


def test_an_exception_undoes_everything(patron: App) -> None:
    with patron.session() as session:
        with pytest.raises(RuntimeError), session.write() as work:
            work.add(Customer(name="Ada"))
            work.commit()
            raise RuntimeError
        with session.read() as reader:
            assert reader.count(Customer) == 0


def test_a_record_comes_back_as_it_was_stored(patron: App) -> None:
    with patron.session() as session:
        wang, _, customer = people(session)
        lead = Lead(
            customer_id=customer.id,
            source="market_event",
            filed_at=datetime(2026, 3, 1, 8, 30, 15, 123456, tzinfo=UTC),
            owner_user_id=wang.id,
            interests=("Model A", "型号 B"),
            quoted_price=Decimal("123456.7891"),
            likelihood=0,
        )
        with session.write() as work:
            stored = work.add(lead)
            work.commit()
        with session.read() as reader:
            assert reader.get(Lead, stored.id) == stored


@pytest.mark.requirement("R079")
@pytest.mark.parametrize("both", [True, False])
def test_a_lead_has_exactly_one_owner(patron: App, both: bool) -> None:
    with patron.session() as session:
        wang, _, customer = people(session)
        owners = {"owner_user_id": wang.id, "owner_team_id": wang.team_id} if both else {}
        with pytest.raises(RuleError, match="one_owner"), session.write() as work:
            work.add(Lead(customer_id=customer.id, source="qq", filed_at=NOW, **owners))


def test_a_change_of_an_older_version_is_refused(patron: App) -> None:
    with patron.session() as session:
        wang, _, customer = people(session)
        with session.write() as work:
            lead = work.add(lead_of(customer, wang))
            work.commit()
        with session.write() as work:
            work.update(lead, likelihood=40)
            work.commit()
        with pytest.raises(ConflictError) as refused, session.write() as work:
            work.update(lead, likelihood=90)
        assert refused.value.details["had"] == 1
        assert refused.value.details["has"] == 2
        with session.read() as reader:
            assert reader.get(Lead, lead.id).likelihood == 40


def test_an_update_that_changes_nothing_makes_no_version(patron: App) -> None:
    with patron.session() as session:
        wang, _, customer = people(session)
        with session.write() as work:
            lead = work.add(lead_of(customer, wang))
            assert work.update(lead, source="qq") is lead


def test_many_changes_are_as_many_single_ones(patron: App) -> None:
    """Fields that differ from record to record, times in the past, and one that changes nothing."""
    with patron.session() as session:
        wang, li, customer = people(session)
        with session.write() as work:
            leads = work.add_many([lead_of(customer, wang) for _ in range(5)], effective_at=NOW - 9 * DAY)
            work.commit()
        with session.write() as work:
            work.update(leads[3], effective_at=NOW - 2 * DAY, likelihood=50)
            work.commit()
        with session.write() as work:
            edits = [
                Edit(leads[0], {"likelihood": 10}),
                Edit(leads[1], {"likelihood": 20}),
                Edit(leads[2], {"likelihood": 30, "owner_user_id": li.id}, NOW - DAY),
                Edit(work.get(Lead, leads[3].id), {"likelihood": 40}, NOW - 3 * DAY),
                Edit(leads[4], {"owner_user_id": wang.id}),
            ]
            changed = work.update_many(edits)
            work.commit()
        with session.read() as reader:
            assert changed == tuple(reader.get(Lead, lead.id) for lead in leads)
            assert [10, 20, 30, 50, None] == [lead.likelihood for lead in changed]
            assert [2, 2, 2, 3, 1] == [lead.version for lead in changed]
            told = [[(one.old, one.new) for one in reader.history(lead, "likelihood")] for lead in changed]
            assert told == [[(None, 10)], [(None, 20)], [(None, 30)], [(None, 40), (None, 50)], []]
            assert verify(reader.connection).reason == ""


def test_of_many_changes_the_one_that_is_too_late_is_told(patron: App) -> None:
    """None of them stays."""
    with patron.session() as session:
        wang, _, customer = people(session)
        with session.write() as work:
            leads = work.add_many([lead_of(customer, wang) for _ in range(4)])
            work.update(leads[2], likelihood=5)
            work.commit()
        with pytest.raises(ConflictError) as refused, session.write() as work:
            work.update_many([Edit(lead, {"likelihood": 9}) for lead in leads])
        with session.read() as reader:
            assert [None, None, 5, None] == [reader.get(Lead, lead.id).likelihood for lead in leads]
    assert (leads[2].id, 1, 2) == tuple(refused.value.details[name] for name in ("id", "had", "has"))


def test_of_many_changes_one_out_of_reach_is_refused(patron: App) -> None:
    with patron.session() as session:
        wang, li, customer = people(session)
        with session.write() as work:
            leads = [work.add(lead_of(customer, owner)) for owner in (wang, li)]
            work.commit()
    with patron.session("wang") as session:
        with session.write() as work:
            assert [7] == [lead.likelihood for lead in work.update_many([Edit(leads[0], {"likelihood": 7})])]
        with pytest.raises((DeniedError, NotFoundError)), session.write() as work:
            work.update_many([Edit(lead, {"likelihood": 9}) for lead in leads])


def test_what_an_attempt_noted_is_forgotten_when_it_failed(patron: App) -> None:
    """A value of the past is compared with what the work itself noted, and not with what it took back."""
    with patron.session() as session:
        wang, _, customer = people(session)
        with session.write() as work:
            lead = work.add(lead_of(customer, wang), effective_at=NOW - 9 * DAY)
            with pytest.raises(RuntimeError), work.attempt():
                later = work.update(lead, effective_at=NOW - DAY, likelihood=60)
                assert work.update(later, effective_at=NOW - 2 * DAY, likelihood=40).likelihood == 60
                raise RuntimeError
            assert work.update(lead, effective_at=NOW - 2 * DAY, likelihood=40).likelihood == 40
            assert [40] == [one.new for one in work.history(lead, "likelihood")]


def test_unknown_codes_are_refused(patron: App) -> None:
    with patron.session() as session:
        wang, _, customer = people(session)
        with pytest.raises(FieldError) as refused, session.write() as work:
            work.add(Lead(customer_id=customer.id, source="carrier_pigeon", filed_at=NOW, owner_user_id=wang.id))
        assert refused.value.details["got"] == "carrier_pigeon"


def test_a_key_that_is_taken_is_refused(patron: App) -> None:
    with patron.session() as session:
        _, _, customer = people(session)
        order = Order(customer_id=customer.id, number="A-1", ordered_at=NOW)
        with session.write() as work:
            work.add(order)
            work.commit()
        with pytest.raises(DuplicateError), session.write() as work:
            work.add(order)


def test_ids_are_never_given_twice(patron: App) -> None:
    with patron.session() as session:
        with session.write() as work:
            first = work.add(Customer(name="Ada"))
            work.remove(first)
            work.commit()
        with session.write() as work:
            assert work.add(Customer(name="Grace")).id > first.id


@pytest.mark.requirement("R037")
def test_the_history_of_a_field_has_two_times(patron: App) -> None:
    """A value that became true last week and was recorded today."""
    with patron.session() as session:
        wang, _, customer = people(session)
        with session.write() as work:
            lead = work.add(lead_of(customer, wang))
            lead = work.update(lead, likelihood=40, effective_at=NOW - timedelta(days=7))
            work.commit()
        with session.read() as reader:
            (change,) = reader.history(lead, "likelihood")
            assert (change.old, change.new) == (None, 40)
            assert (change.effective_at, change.recorded_at) == (NOW - timedelta(days=7), NOW)
            assert reader.history(lead, "likelihood", known_at=NOW - timedelta(seconds=1)) == ()


def test_a_user_sees_own_records_only(patron: App) -> None:
    with patron.session() as session:
        wang, _, customer = people(session)
        with session.write() as work:
            lead = work.add(lead_of(customer, wang))
            order = work.add(Order(customer_id=customer.id, number="1", ordered_at=NOW))
            line = work.add(OrderLine(order_id=order.id, customer_id=customer.id, at=NOW, key="1", amount=Decimal("9.90")))
            work.commit()
    with patron.session("wang") as session, session.read() as reader:
        assert [one.id for one in reader.find(Lead)] == [lead.id]
        assert reader.get(OrderLine, line.id).amount == Decimal("9.9")
    with patron.session("li") as session, session.read() as reader:
        assert [reader.count(noun) for noun in (Lead, Customer, Order, OrderLine)] == [0, 0, 0, 0]
        with pytest.raises(NotFoundError):
            reader.get(Lead, lead.id)


def test_a_user_may_not_create_records_of_others(patron: App) -> None:
    with patron.session() as session:
        _, li, customer = people(session)
    with patron.session("wang") as session:
        with pytest.raises(DeniedError), session.write() as work:
            work.add(lead_of(customer, li))
            work.commit()
        with session.read() as reader:
            assert reader.count(Lead) == 0


def test_an_unknown_user_is_refused(patron: App) -> None:
    with patron.session("nobody") as session, pytest.raises(DeniedError), session.read():
        pass


def test_an_interrupted_reader_sees_one_state(patron: App) -> None:
    """What another transaction commits meanwhile is not seen before the block ends."""
    with patron.session() as session:
        with session.read() as reader:
            assert reader.count(Customer) == 0
            with patron.session() as other, other.write() as work:
                work.add(Customer(name="Ada"))
                work.commit()
            assert reader.count(Customer) == 0
        with session.read() as reader:
            assert reader.count(Customer) == 1


@pytest.mark.parametrize(
    ("criterion", "names"),
    [
        (equal("name", "Ada"), ["Ada"]),
        (equal("region", None), ["Ada"]),
        (Criterion("region", Operator.UNEQUAL, "North"), ["Ada", "Grace"]),
        (Criterion("birth_year", Operator.AT_LEAST, 1900), ["Grace", "Alan"]),
        (Criterion("name", Operator.AMONG, ("Ada", "Alan")), ["Ada", "Alan"]),
        (Criterion("name", Operator.CONTAINS, "A"), ["Ada", "Grace", "Alan"]),
        (Criterion("name", Operator.CONTAINS, "%"), []),
        (Criterion("product_kinds", Operator.CONTAINS, "tea"), ["Grace"]),
        (Criterion("id", Operator.MORE, 1), ["Grace", "Alan"]),
    ],
)
def test_criteria_choose_records(patron: App, criterion: Criterion, names: list[str]) -> None:
    with patron.session() as session, session.write() as work:
        work.add(Customer(name="Ada"))
        work.add(Customer(name="Grace", birth_year=1906, region="South", product_kinds=("tea", "silk")))
        work.add(Customer(name="Alan", birth_year=1912, region="North"))
        assert [found.name for found in work.find(Customer, [criterion])] == names


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        (Negated(equal("region", "North")), ["Ada", "Grace"]),
        (Negated(Criterion("birth_year", Operator.AT_LEAST, 1910)), ["Ada", "Grace"]),
        (Negated(Negated(equal("region", "North"))), ["Alan"]),
        (Joined(False, (equal("name", "Ada"), Criterion("birth_year", Operator.MORE, 1910))), ["Ada", "Alan"]),
        (Joined(True, (equal("region", "North"), Negated(equal("name", "Ada")))), ["Alan"]),
    ],
)
def test_conditions_are_negated_and_joined(patron: App, condition: Condition, names: list[str]) -> None:
    """What a record has no value for does not hold, so that its negation does."""
    with patron.session() as session, session.write() as work:
        work.add(Customer(name="Ada"))
        work.add(Customer(name="Grace", birth_year=1906, region="South"))
        work.add(Customer(name="Alan", birth_year=1912, region="North"))
        assert [found.name for found in work.find(Customer, [condition])] == names


def test_missing_values_come_last_whatever_the_order(patron: App) -> None:
    with patron.session() as session, session.write() as work:
        for name, year in (("Ada", None), ("Grace", 1906), ("Alan", 1912)):
            work.add(Customer(name=name, birth_year=year))
        assert [one.name for one in work.find(Customer, order=["birth_year"])] == ["Grace", "Alan", "Ada"]
        assert [one.name for one in work.find(Customer, order=["-birth_year"])] == ["Alan", "Grace", "Ada"]


def test_nothing_but_the_store_writes_to_tables(root: Path) -> None:
    """So that whatever must precede a write has one place to stand in: no other room of the core builds statements that write."""
    writing = re.compile(r"^from sqlalchemy[\w.]* import .*\b(insert|update|delete)\b", re.MULTILINE)
    core = root / "patron" / "core"
    others = [path for path in core.rglob("*.py") if core / "store" not in path.parents]
    assert [] == [path.name for path in others if writing.search(path.read_text("utf-8"))]


def test_a_connection_that_is_lent_while_the_database_closes_is_closed_when_it_comes_back(database: Database) -> None:
    """Nothing is left to the collector of garbage, whose time nobody knows."""
    with database.reading() as connection:
        lent: Any = connection.connection.driver_connection
        database.close()
        assert 1 == connection.execute(select(1)).scalar_one()
    with pytest.raises((sqlite3.ProgrammingError, psycopg.OperationalError), match="closed"):
        lent.execute("select 1")
    with database.reading() as connection:
        assert 1 == connection.execute(select(1)).scalar_one()


def test_rows_of_values_are_stored_as_records_are(patron: App) -> None:
    """With all their changes, in the order of the fields, and in a chain that holds; whatever has a time of its own as well."""
    filed, yesterday = [NOW - timedelta(days=day) for day in (9, 8, 7)], NOW - timedelta(days=1)
    about: list[dict[str, Any]] = [
        {"source": "forum", "interests": ("Model A",), "likelihood": 40, "owner_team_id": 1},
        {
            "source": "store",
            "status": "won",
            "won_at": NOW - timedelta(days=1),
            "quoted_price": Decimal("12.5"),
            "owner_team_id": 1,
        },
        {"source": "email", "subject": None, "owner_team_id": 1},
    ]
    times: list[dict[str, datetime]] = [{}, {"status": yesterday, "won_at": yesterday}, {}]
    found = []
    with patron.session() as session, session.write() as work:
        customer = work.add(Customer(name="张三", owner_team_id=work.add(Team(code="x", name="X", kind="department")).id))
        rows = [{**one, "customer_id": customer.id, "filed_at": at} for one, at in zip(about, filed, strict=True)]
        records = work.add_many([Lead(**row) for row in rows], effective_at=filed, times=times)
        for ids in ([one.id for one in records], work.add_rows(Lead, rows, effective_at=filed, times=times)):
            leads = work.find(Lead, [among("id", tuple(ids))], order=["id"])
            changes = [[(one.field, one.old, one.new, one.effective_at) for one in work.history(lead)] for lead in leads]
            found.append((changes, [attrs.evolve(lead, id=0) for lead in leads]))
        work.commit()
    with patron.session() as session, session.read() as reader:
        assert not verify(reader.connection).broken_at

    assert found[0] == found[1]
    assert 3 == len(found[0][1])


def test_names_are_told_of_what_may_be_seen(patron: App) -> None:
    """However often an id comes up, and where there is none; of nobody nothing is asked."""
    with patron.session() as session:
        wang, li, customer = people(session)
        with session.read() as reader:
            assert reader.names(User, [li.id, None, wang.id, li.id]) == {wang.id: "王芳", li.id: "李雷"}
            assert reader.names(Customer, [customer.id, customer.id + 1]) == {customer.id: "张三"}
            assert reader.names(Customer, [None]) == {}
