"""
Orders from files: genuine duplicates are kept, nothing comes in twice, amounts are exact.
"""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from patron.app import App
from patron.core.nouns import Customer, Order, OrderLine, Product

HEADER = "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID\n"
ROWS = """A1,tea,2,2026-03-02 09:00,2.55,17
A1,cup,1,2026-03-02 09:01,10,17
A1,tea,2,2026-03-02 09:00,2.55,17
A2,tea,-1,2026-03-03 10:00,2.55,18
"""


def everything(app: App, noun: type):
    with app.session() as session, session.read() as reader:
        return reader.find(noun)


def test_who_orders_is_a_customer_since_the_first_order(staff: App, bring) -> None:
    head = "number,product,ordered_at,amount,external_id\n"
    bring("orders", head + "A2,tea,2025-03-03,1,17\nA1,tea,2025-03-02,1,17\n", chunk=1)
    (customer,) = everything(staff, Customer)
    with staff.session() as session, session.read() as reader:
        times = {one.effective_at for one in reader.history(customer, "since")}
    assert (date(2025, 3, 2), {datetime(2025, 3, 3, tzinfo=UTC)}) == (customer.since, times)


@pytest.mark.requirement("R105")
def test_lines_become_orders_of_customers(staff: App, bring) -> None:
    found = bring("orders", HEADER + ROWS)

    assert ["create"] * 4 == found.outcomes
    orders, lines = everything(staff, Order), everything(staff, OrderLine)
    assert [("A1", "main", datetime(2026, 3, 2, 9, tzinfo=UTC)), ("A2", "main", datetime(2026, 3, 3, 10, tzinfo=UTC))] == [
        (order.number, order.system, order.ordered_at) for order in orders
    ]
    assert [Decimal("5.10"), Decimal(10), Decimal("5.10"), Decimal("-2.55")] == [line.amount for line in lines]
    assert {found.result.batch_id} == {record.batch_id for record in (*orders, *lines)}
    assert ["17", "18"] == [customer.name for customer in everything(staff, Customer)]


def test_equal_lines_are_kept_and_never_doubled(staff: App, bring) -> None:
    bring("orders", HEADER + ROWS)
    again = bring("orders", HEADER + ROWS + "\n", name="again.csv")
    more = bring("orders", HEADER + ROWS + "A1,tea,2,2026-03-02 09:00,2.55,17\n", name="more.csv")

    assert ["unchanged"] * 4 == again.outcomes
    assert [*["unchanged"] * 4, "create"] == more.outcomes
    assert 5 == len(everything(staff, OrderLine))


@pytest.mark.parametrize("chunk", [1, 2, 3])
def test_chunks_make_no_difference(staff: App, bring, chunk: int) -> None:
    bring("orders", HEADER + ROWS, chunk=chunk)

    assert (2, 4) == (len(everything(staff, Order)), len(everything(staff, OrderLine)))
    assert 4 == len({(line.order_id, line.key) for line in everything(staff, OrderLine)})
    assert ["unchanged"] * 4 == bring("orders", HEADER + ROWS + "\n", name="again.csv", chunk=4).outcomes


def test_a_line_with_a_number_is_mended_in_place(staff: App, bring) -> None:
    head = "number,line,ordered_at,product,quantity,amount,external_id,status\n"
    bring("orders", head + "B1,1,2026-03-02,tea,2,9.90,17,placed\nB1,2,2026-03-02,cup,1,5,17,placed\n")
    found = bring("orders", head + "B1,1,2026-03-05,tea,2,8.80,17,delivered\nB1,2,2026-03-05,,,5,17,delivered\n", name="two.csv")

    assert ["update", "update"] == found.outcomes
    first, second = everything(staff, OrderLine)
    assert (Decimal("8.80"), "cup", Decimal(1)) == (first.amount, second.product_code, second.quantity)
    (order,) = everything(staff, Order)
    assert ("delivered", datetime(2026, 3, 5, tzinfo=UTC)) == (order.status, order.ordered_at)


def test_known_products_are_found(staff: App, bring) -> None:
    bring("products", "code,name\ntea,Tea\n")
    bring("orders", HEADER + ROWS, name="orders.csv")

    (tea,) = everything(staff, Product)
    assert [tea.id, None, tea.id, tea.id] == [line.product_id for line in everything(staff, OrderLine)]


def test_ids_of_different_systems_are_different_customers(staff: App, bring) -> None:
    bring("orders", HEADER + ROWS)
    bring("orders", HEADER + ROWS, name="other.csv", system="shop2")

    assert (4, 4) == (len(everything(staff, Customer)), len(everything(staff, Order)))


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ("A1,tea,2,2026-03-02,2.55,", "exchange.no_customer_of_order"),
        ("A1,tea,2,2026-03-02,,17", "exchange.no_amount"),
        (",tea,2,2026-03-02,1,17", "exchange.required"),
        ("A1,tea,2,,1,17", "exchange.required"),
        ("A1,tea,two,2026-03-02,1,17", "field.expected_number"),
        ("A1,tea,2,2026-03-02,$1,17", "exchange.other_currency"),
        ("A1,tea,2,2026-03-02,1,17,nobody", "exchange.nobody_called"),
    ],
)
def test_rows_that_say_too_little_are_refused(bring, row: str, key: str) -> None:
    header = HEADER if row.count(",") == 5 else HEADER.replace("\n", ",user\n")
    found = bring("orders", header + row + "\n")
    assert (["reject"], key) == (found.outcomes, found.result.reasons[0].code)


def test_an_order_belongs_to_one_customer(bring) -> None:
    found = bring("orders", HEADER + ROWS + "A1,cup,1,2026-03-02,1,18\n")
    assert "reject" == found.outcomes[-1]
    assert "exchange.order_of_other" == found.result.reasons[0].code


def test_amounts_with_more_places_are_rounded_once_and_told(staff: App, bring) -> None:
    found = bring("orders", HEADER + "A1,tea,0.5,2026-03-02,1.0001,17\nA2,tea,1.5,2026-03-02,0.0001,17\n")

    assert 2 == found.result.rounded
    assert [Decimal("0.5000"), Decimal("0.0002")] == [line.amount for line in everything(staff, OrderLine)]


def test_another_currency_comes_with_its_rate(staff: App, bring) -> None:
    head = "number,ordered_at,amount,currency,rate,external_id\n"
    found = bring("orders", head + "A1,2026-03-02,100,usd,7.1,17\nA2,2026-03-02,100,EUR,,17\nA3,2026-03-02,100,CNY,,17\n")

    assert ["create", "reject", "create"] == found.outcomes
    first, second = everything(staff, OrderLine)
    assert (Decimal(710), "USD", Decimal(100)) == (first.amount, first.currency, first.original_amount)
    assert (Decimal(100), None) == (second.amount, second.currency)


def test_a_manager_brings_in_orders_of_own_customers_only(staff: App, bring) -> None:
    bring("customers", "name,external_id,owner\nAda,17,wang\nBob,18,marketing\n", name="customers.csv")
    found = bring("orders", HEADER + ROWS, login="chen")

    assert ["create", "create", "create", "reject"] == found.outcomes
    assert ["A1"] == [order.number for order in everything(staff, Order)]


@pytest.mark.parametrize("customer", ["17", "18", ""])
def test_an_order_of_somebody_elses_customer_is_refused_without_a_name(staff: App, bring, customer: str) -> None:
    bring("orders", HEADER.strip() + ",name\nA1,tea,1,2026-03-02,2.5,17,Ada\n")
    found = bring("orders", HEADER + f"A1,cup,1,2026-03-02,2.5,{customer}\n", login="chen", name="two.csv")

    assert (["reject"], "exchange.out_of_reach") == (found.outcomes, found.result.reasons[0].code)
    assert "Ada" not in found.result.reasons[0].why.told("en")


def test_a_line_may_have_a_time_of_its_own(staff: App, bring) -> None:
    """A refund comes later than its order; the order's own time is then what its column says."""
    head = "number,line,ordered_at,line_at,amount,external_id\n"
    bring("orders", head + "B1,1,2026-03-02,2026-03-04,9.90,17\nB1,2,2026-03-02,,-9.90,17\n")

    assert [4, 2] == [line.at.day for line in everything(staff, OrderLine)]
    assert [2] == [order.ordered_at.day for order in everything(staff, Order)]
    found = bring("orders", head + "B1,1,2026-03-03,2026-03-04,9.90,17\nB1,2,2026-03-03,2026-03-02,-9.90,17\n", name="two.csv")
    assert ["update", "update"] == found.outcomes
    assert [4, 2] == [line.at.day for line in everything(staff, OrderLine)]
    assert [3] == [order.ordered_at.day for order in everything(staff, Order)]
