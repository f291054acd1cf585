"""Conditions on extension fields, over both databases."""

from decimal import Decimal
from types import MappingProxyType

import pytest

from patron.app import App
from patron.core.config import Settings
from patron.core.config.settings import StoreSettings
from patron.core.nouns import Customer
from patron.core.nouns.criterion import Condition, Criterion, Operator, equal
from patron.core.store import Database
from patron.testing import app

FIELDS = {
    "auto.colour": {"kind": "text"},
    "auto.doors": {"kind": "integer"},
    "auto.price": {"kind": "money"},
    "auto.new": {"kind": "truth"},
    "auto.since": {"kind": "day"},
    "auto.extras": {"kind": "texts"},
}
CAR = {
    "auto.colour": "red",
    "auto.doors": 5,
    "auto.price": "99.5",
    "auto.new": True,
    "auto.since": "2026-01-31",
    "auto.extras": "a;b",
}


@pytest.fixture(name="cars")
def _cars(database: Database, address: str) -> App:
    """Return an application with extension fields, one customer with a car and one without."""
    settings = Settings(store=StoreSettings(database=address), fields=MappingProxyType({"customer": FIELDS}))
    cars = app(settings=settings)
    with cars.session() as session, session.write() as work:
        work.add(Customer(name="Ada", ext=CAR))
        work.add(Customer(name="Grace"))
        work.commit()
    return cars


@pytest.mark.parametrize(
    "condition",
    [
        equal("auto.colour", "red"),
        Criterion("auto.colour", Operator.CONTAINS, "RE"),
        Criterion("auto.doors", Operator.AT_LEAST, 5),
        Criterion("auto.price", Operator.LESS, Decimal(100)),
        equal("auto.new", True),
        Criterion("auto.since", Operator.AMONG, ("2026-01-31",)),
        Criterion("auto.extras", Operator.CONTAINS, "b"),
        Criterion("auto.colour", Operator.MISSING, False),
    ],
    ids=lambda condition: f"{condition.field} {condition.operator}",
)
def test_extension_fields_choose_records(cars: App, condition: Condition) -> None:
    with cars.session() as session, session.read() as reader:
        assert ["Ada"] == [one.name for one in reader.find(Customer, [condition])]


def test_extension_fields_sort_records(cars: App) -> None:
    with cars.session() as session, session.read() as reader:
        assert ["Ada", "Grace"] == [one.name for one in reader.find(Customer, order=["-auto.doors"])]
