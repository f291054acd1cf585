"""Values as people write them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from patron.app import App
from patron.core.crm import AddOrder, add_order, find_id
from patron.core.crm.values import ValueReader, read_instant
from patron.core.nouns import Customer, Field, FieldError, FieldKind, Lead, Product

SHANGHAI = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("noun", "written", "values"),
    [
        (
            "lead",
            {"来源": "网店", "负责人": "WANG", "interests": "A、B"},
            {"source": "webshop", "owner_user_id": 1, "interests": ("A", "B")},
        ),
        ("lead", {"filed_at": "2026-01-31"}, {"filed_at": datetime(2026, 1, 30, 16, tzinfo=UTC)}),
        ("lead", {"filed_at": "2026-01-31T12:00+00:00"}, {"filed_at": datetime(2026, 1, 31, 12, tzinfo=UTC)}),
        ("lead", {"customer_id": "#3", "owner_team_id": "2"}, {"customer_id": 3, "owner_team_id": 2}),
        ("interaction", {"topics": "价格; product", "effective": "是"}, {"topics": ("price", "product"), "effective": True}),
        (
            "spend",
            {"amount": "12.5", "on": "2026-01-31"},
            {"amount": Decimal("12.5"), "on": datetime(2026, 1, 31, tzinfo=UTC).date()},
        ),
        ("customer", {"region": " ", "kind": ""}, {"region": None, "kind": "person"}),
    ],
)
def test_labels_logins_and_days_are_understood(office: App, noun: str, written: dict, values: dict) -> None:
    with office.session() as session, session.read() as reader:
        assert ValueReader(reader, SHANGHAI).values(noun, written) == values


@pytest.mark.parametrize(
    ("noun", "written", "said"),
    [
        ("lead", {"liklihood": 3}, "did you mean likelihood"),
        ("lead", {"source": "pigeon"}, "pigeon"),
        ("lead", {"owner_user_id": "nobody"}, "no user with the login"),
        ("lead", {"customer_id": "Twin"}, "several"),
        ("lead", {"batch_id": "first"}, "id of a record"),
        ("lead", {"filed_at": "yesterday"}, "2026-01-31T14:30"),
        ("lead", {"source": "qq", "Source": "qq"}, "twice"),
    ],
)
def test_what_is_not_understood_is_refused(office: App, noun: str, written: dict, said: str) -> None:
    with office.session() as session:
        with session.write() as work:
            work.add_many([Customer(name="Twin"), Customer(name="Twin")])
            work.commit()
        with session.read() as reader, pytest.raises(FieldError, match=said):
            ValueReader(reader, SHANGHAI).values(noun, written)


def test_digits_are_what_people_call_a_record_before_they_are_an_id(office: App) -> None:
    """`#2` is the id 2; a product of the code 2 is found by it, but not where another has that id."""
    product = Field(name="product_id", kind=FieldKind.REFERENCE, target="product")
    with office.session() as session:
        with session.write() as work:
            one, _, called, nought = work.add_many([Product(code=code, name=code) for code in ("A", "B", "2", "0077")])
            many = work.add(Product(code="9" * 30, name="many"))
            work.commit()
        with session.read() as reader:
            values = ValueReader(reader, SHANGHAI)
            found = [values.referred(product, written) for written in ("#2", "#3", "1", "77", "0077", "9" * 30, "4")]
            with pytest.raises(FieldError) as refused:
                values.referred(product, "2")

    assert found == [2, called.id, one.id, 77, nought.id, many.id, nought.id]
    assert session.t(refused.value.key, **refused.value.details).endswith("Write #3 for the one or #2 for the other.")


def test_orders_are_found_by_their_number_first(office: App, lead: Lead) -> None:
    with office.session() as session:
        made = [
            add_order(session, AddOrder(values={"customer_id": lead.customer_id, "number": number})).order.id
            for number in ("77", "A-1", "2026")
        ]
        assert [find_id(session, "order", written) for written in ("77", "2026", "#2", "2")] == [
            made[0],
            made[2],
            made[1],
            made[1],
        ]


def test_who_sees_no_products_gives_their_ids(office: App) -> None:
    product = Field(name="product_id", kind=FieldKind.REFERENCE, target="product")
    with office.session("chen") as session, session.read() as reader:
        assert ValueReader(reader, SHANGHAI).referred(product, "7") == 7


def test_a_day_counts_from_its_begin_or_to_its_end() -> None:
    assert read_instant("--since", "2026-01-31", "UTC") == datetime(2026, 1, 31, tzinfo=UTC)
    assert read_instant("--at", "2026-01-31", "UTC", ends=True) == datetime(2026, 1, 31, 23, 59, 59, 999999, tzinfo=UTC)
    assert read_instant("--at", "2026-01-31T08:00", SHANGHAI, ends=True) == datetime(2026, 1, 31, tzinfo=UTC)
    assert read_instant("--at", None, "UTC") is None
    for written in ("soon", "9999-12-31T23:59-23:00", ""):
        with pytest.raises(FieldError):
            read_instant("--at", written, "UTC", ends=True)


@pytest.mark.parametrize(
    ("written", "zone", "instant"),
    [
        ("2026-03-29T02:30", "Europe/Berlin", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        ("2026-10-25T02:30", "Europe/Berlin", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-25", "Europe/Berlin", datetime(2026, 10, 24, 22, tzinfo=UTC)),
    ],
)
def test_f13_what_is_typed_follows_the_rule_of_the_wall(written: str, zone: str, instant: datetime) -> None:
    assert instant == read_instant("--since", written, zone)


def test_f13_a_day_ends_where_the_next_begins() -> None:
    """In São Paulo clocks were put back at midnight, so that the last hour of a day came twice; both are of that day."""
    end = datetime(2018, 2, 18, 3, tzinfo=UTC) - timedelta(microseconds=1)
    assert end == read_instant("--at", "2018-02-17", "America/Sao_Paulo", ends=True)
