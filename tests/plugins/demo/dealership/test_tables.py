"""What stands in the files: headers that the import knows, keys that lead somewhere."""

import numpy as np
import pytest

from patron.plugins.demo.dealership.cells import lead_keys
from patron.plugins.demo.dealership.files import Drawn, files_of
from patron.plugins.demo.dealership.plan import Dealership

PLAN = Dealership(leads=600)
DRAWN = Drawn(PLAN)
COLUMNS = {file.name: file.columns() for file in files_of(PLAN)}


def values(columns, header):
    return [value for value in columns[header].to_pylist() if value is not None]


def test_everything_that_speaks_of_a_lead_means_one():
    known = set(lead_keys(DRAWN.leads, np.arange(600)).to_pylist())

    for name, header in [("orders.csv", "lead"), ("interactions.csv", "lead"), ("meeting-2025-06.csv", "lead id")]:
        assert set(values(COLUMNS[name], header)) <= known


def test_everything_that_speaks_of_somebody_means_one():
    logins = set(values(COLUMNS["staff.csv"], "login"))
    names = set(values(COLUMNS["staff.csv"], "name"))

    assert set(values(COLUMNS["orders.csv"], "user")) <= logins
    assert set(values(COLUMNS["interactions.csv"], "staff")) <= logins
    assert set(values(COLUMNS["leads-desk.csv"], "sales rep")) <= logins
    assert set(values(COLUMNS["leads-reception.csv"], "销售顾问")) <= names
    assert set(values(COLUMNS["customers.csv"], "固定联系人")) <= names


def test_products_and_customers_are_those_of_the_lists():
    ordered = set(values(COLUMNS["orders.csv"], "customer id"))

    assert set(values(COLUMNS["orders.csv"], "product")) <= set(values(COLUMNS["products.csv"], "sku"))
    assert set(values(COLUMNS["customers.csv"], "客户编号")) <= ordered
    assert set(values(COLUMNS["interactions.csv"], "customer id")) <= ordered


def test_a_person_is_called_the_same_in_every_file():
    """By the same phone and the same name, whoever wrote them down."""
    customers = COLUMNS["customers.csv"]
    by_id = dict(zip(customers["客户编号"].to_pylist(), customers["客户姓名"].to_pylist(), strict=True))
    orders = COLUMNS["orders.csv"]
    named = zip(orders["customer id"].to_pylist(), orders["customer name"].to_pylist(), strict=True)

    assert all(by_id.get(number, name) == name for number, name in named)


@pytest.mark.parametrize(("chinese", "word"), [(True, "红隼"), (False, "Kestrel")])
def test_notes_are_in_the_language_of_the_customer(chinese, word):
    notes = [note for note in values(COLUMNS["interactions.csv"], "note") if word in note]

    assert notes
    assert all(note.isascii() != chinese for note in notes)
