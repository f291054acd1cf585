"""Conditions on extension fields, over both databases."""

from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

import pytest

from patron.app import App
from patron.core.config import Settings
from patron.core.config.settings import StoreSettings
from patron.core.nouns import Customer, Vocabulary
from patron.core.nouns.criterion import Condition, Criterion, Operator, among, equal
from patron.core.store import Database
from patron.core.store.extension_indexes import align_indexes
from patron.core.store.integrity import check
from patron.core.store.migrations import series_of_plugins
from patron.core.store.migrations.upgrade import upgrade
from patron.core.store.tables import TABLES
from patron.testing import app
from patron.testing.postgresql import Cluster

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


def test_a_condition_names_as_many_values_as_there_are(database: Database, patron: App) -> None:
    """More than a statement takes as parameters: numbers, and texts with signs that mean something to a database."""
    names = ["O'Neil", "%s", "100%", "a\\", ":x", '"', "张三", "'); DROP TABLE customers;--"]
    with patron.session() as session, session.write() as work:
        for name in names:
            work.add(Customer(name=name))
        ids = work.find(Customer, [among("id", tuple(range(1, 70_001)))])
        found = work.find(Customer, [among("name", (*names, *(f"x{number}" for number in range(70_000))))])

    assert [one.name for one in ids] == [one.name for one in found] == names


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


@pytest.mark.parametrize("member", ["高尔夫", '15" wheel', "a\\b", "100%", "a_b"])
@pytest.mark.parametrize("field", ["product_kinds", "auto.extras"])
def test_a_list_has_a_member_whatever_its_signs(cars: App, field: str, member: str) -> None:
    """And none that is a part of another, or alike but for capital letters."""
    others = (f'2{member}"', f"{member}2", member.replace("_", "x") if "_" in member else "x", "A", 'the 15" wheel', "A_B")
    with cars.session() as session, session.write() as work:
        for name, kept in (("has", ("a", member)), ("has first", (member,)), ("has not", others)):
            work.add(Customer(name=name, **({"ext": {field: list(kept)}} if "." in field else {field: kept})))
        found = work.find(Customer, [Criterion(field, Operator.CONTAINS, member)])
    assert ["has", "has first"] == [one.name for one in found]


OTHERWISE = [
    *[("integer", kept) for kept in ("red", "5 doors", "", "5.", "--5", "1e3", True, [1], "9" * 40)],
    *[("money", kept) for kept in ("dear", "1.2.3", "5.", "-5.", "-", False, ["5"], "9" * 40)],
    *[("truth", kept) for kept in ("maybe", 7, ["x"])],
    *[("day", kept) for kept in ("soon", 20260131, True)],
    *[("text", kept) for kept in (True, ["a"])],
    *[("texts", kept) for kept in ("a;b", 5)],
]


@pytest.mark.parametrize("kind", sorted({kind for kind, _ in OTHERWISE}))
def test_what_was_kept_under_another_kind_counts_as_missing(database: Database, address: str, kind: str) -> None:
    """No question fails on it, in conditions and in sorting; the check of the database names it."""
    kept = [value for one, value in OTHERWISE if one == kind]
    fields = MappingProxyType({"customer": {"auto.it": {"kind": kind, "indexed": True}}})
    with app(settings=Settings(store=StoreSettings(database=address), fields=fields)).session() as session:
        vocabulary = session.records.vocabulary
        with session.write() as work:
            rows = [{"id": number, "name": "x", "kind": "person", "ext": {"auto.it": one}} for number, one in enumerate(kept, 1)]
            work.connection.execute(TABLES["customer"].insert(), rows)
            work.commit()
        with database.writing() as connection:
            align_indexes(connection, vocabulary)
        with session.read() as reader:
            assert len(kept) == reader.count(Customer, [Criterion("auto.it", Operator.MISSING)])
            assert len(kept) == len(reader.find(Customer, [], order=["auto.it"]))
            assert 0 == reader.count(Customer, [Criterion("auto.it", Operator.MISSING, False)])
    found = check(database, {}, vocabulary)
    assert [("customers", "misfit")] == [(one.table, one.kind) for one in found]
    assert f"auto.it ({kind}): #1" in found[0].detail


@pytest.mark.parametrize(("kind", "kept", "value"), [("integer", "5", 5), ("money", 7, Decimal(7)), ("text", 5, "5")])
def test_what_fits_although_it_was_kept_under_another_kind_counts(
    database: Database, address: str, kind: str, kept: object, value: object
) -> None:
    fields = MappingProxyType({"customer": {"auto.it": {"kind": kind}}})
    with (
        app(settings=Settings(store=StoreSettings(database=address), fields=fields)).session() as session,
        session.write() as work,
    ):
        row = {"id": 1, "name": "x", "kind": "person", "ext": {"auto.it": kept}}
        work.connection.execute(TABLES["customer"].insert(), row)
        assert 1 == work.count(Customer, [equal("auto.it", value)])


def test_texts_sort_alike_whatever_the_collation(cluster: Cluster, tmp_path: Path) -> None:
    """A server that sorts as people of some country do is asked for the order that SQLite has."""
    names = ["b", "B", "a", "Ä", "_", "王", "李", "a b", "ab"]
    fields = MappingProxyType({"customer": {"auto.it": {"kind": "text"}}})
    found = []
    for address in (f"sqlite:///{tmp_path}/texts.db", cluster.new_database(collation="en-US")):
        database = Database.at(address, tmp_path, create=True)
        upgrade(database, series_of_plugins(app().host.plugins))
        with app(settings=Settings(store=StoreSettings(database=address), fields=fields)).session() as session:
            with session.write() as work:
                work.add_many([Customer(name=name, ext={"auto.it": name}) for name in names])
                work.commit()
            with session.read() as reader:
                for field in ("name", "auto.it"):
                    found.append([one.name for one in reader.find(Customer, order=[field])])
                    found.append(
                        [one.name for one in reader.find(Customer, [Criterion(field, Operator.LESS, "b")], order=[field])]
                    )
        assert () == check(database, {}, Vocabulary())
        database.close()
    assert sorted(names) == found[0]
    assert found[:2] == found[2:4] == found[4:6] == found[6:]
