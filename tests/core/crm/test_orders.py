"""Orders and their lines."""

from datetime import date
from decimal import Decimal

import pytest

from patron.app import App
from patron.core.crm import (
    AddOrder,
    AddRecord,
    Query,
    add_order,
    add_record,
    history_of,
    list_records,
    show_customer,
    show_order,
)
from patron.core.errors import UsageError
from patron.core.nouns import Customer, Lead, Order
from patron.core.store import DuplicateError


@pytest.mark.requirement("R105")
def test_an_order_keeps_channel_and_lines(office: App, lead: Lead) -> None:
    """Product, quantity, list price, discount, net and cost of each line; date, rep, and how the customer ordered."""
    values = {
        "customer_id": lead.customer_id,
        "number": "A-1",
        "channel": "电话下单",
        "user_id": "wang",
        "ordered_at": "2025-12-30",
    }
    with office.session() as session:
        add_record(session, AddRecord(noun="product", values={"code": "A1", "name": "Model A", "list_price": "200000"}))
        lines = [
            {"product_id": "A1", "quantity": "2", "discount": "500", "cost": "350000"},
            {"product_code": "mat", "quantity": "3", "list_price": "33.3333"},
            {"product_code": "gift", "amount": "-10"},
        ]
        order = add_order(session, AddOrder(values=values, lines=lines)).order
        view = show_order(session, order.id)
        by_phone = list_records(session, Query(noun="order", where="channel == 'phone'"))
        with session.read() as reader:
            customer = reader.get(Customer, lead.customer_id)

    assert by_phone.records == (order,)
    assert [line.amount for line in view.lines] == [Decimal(399_500), Decimal("99.9999"), Decimal(-10)]
    assert (view.lines[0].product_code, view.lines[0].list_price, view.lines[0].cost) == ("A1", 200_000, 350_000)
    assert {line.customer_id for line in view.lines} == {lead.customer_id}
    assert view.amount == Decimal("399589.9999")
    assert customer.since == date(2025, 12, 30)


def test_an_order_is_kept_whole_or_not_at_all(office: App, lead: Lead) -> None:
    values = {"customer_id": lead.customer_id, "number": "A-1"}
    with office.session() as session:
        with pytest.raises(UsageError, match="Line 2"):
            add_order(session, AddOrder(values=values, lines=[{"amount": 1}, {"quantity": 1}]))
        add_order(session, AddOrder(values=values))
        with pytest.raises(DuplicateError):
            add_order(session, AddOrder(values=values))
        with session.read() as reader:
            assert reader.count(Order) == 1


def test_an_earlier_order_that_is_told_late_says_since_when_a_customer_is_one(office: App, lead: Lead) -> None:
    with office.session() as session:
        for number, day in (("A-1", "2025-12-30"), ("A-2", "2025-11-01"), ("A-3", "2025-12-01")):
            values = {"customer_id": lead.customer_id, "number": number, "ordered_at": day}
            add_order(session, AddOrder(values=values, lines=[{"amount": 1}]))
        customer = show_customer(session, lead.customer_id).customer
        history = history_of(session, "customer", customer.id, field="since")

    assert customer.since == date(2025, 11, 1)
    assert [change.new for change in history] == [date(2025, 12, 30), date(2025, 11, 1)]


def test_orders_are_found_by_their_lines(office: App, lead: Lead) -> None:
    """What conditions joined by `and` say of lines is said of one and the same line."""

    def found(where: str) -> list[str]:
        with office.session() as session:
            return [order.number for order in list_records(session, Query(noun="order", where=where)).records]

    with office.session() as session:
        for number, lines in (("A", [("tea", 1), ("cup", 6)]), ("B", [("tea", 6)]), ("C", [])):
            written = [{"product_code": code, "quantity": many, "amount": many} for code, many in lines]
            add_order(session, AddOrder(values={"customer_id": lead.customer_id, "number": number}, lines=written))

    assert ["A", "B"] == found("product == 'tea'") == found("产品代码 == 'tea'") == found("product_code contains 'TEA'")
    assert ["B"] == found("product == 'tea' and quantity > 5")
    assert ["A", "B"] == found("product == 'tea' and (quantity > 5 or amount < 2)")
    assert ["B"] == found("product == 'tea' and (quantity > 5 or amount > 5)")
    assert ["A"] == found("number != 'B' and quantity > 5")
    assert ["C"] == found("not quantity > 0")
    assert ["A"] == found("product != 'tea'")
