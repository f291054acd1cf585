"""
Fields that take a right of their own, on the ways on which they could be read all the same.
"""

from decimal import Decimal
from types import MappingProxyType
from typing import Any

import attrs
import pytest

from patron.app import App
from patron.core.access import DeniedError
from patron.core.config import Settings
from patron.core.config.settings import StoreSettings
from patron.core.crm import history_of
from patron.core.exchange import ExportCommand, ImportCommand, export_records, import_file
from patron.core.nouns import Customer, Order, OrderLine, User
from patron.core.store import Database
from patron.core.store.bulk.order_lines import lines_query, lines_there
from patron.core.store.tables import TABLES
from patron.testing import app
from patron.testing.application import NOW

FIELDS = {"customer": {"vip.limit": {"kind": "integer", "restricted": "limit", "tracked": True}, "vip.colour": {"kind": "text"}}}
ROLES = {
    "clerk": {
        "read": {"*": "all", "cost": "own", "limit": "none"},
        "update": {"*": "all"},
        "import": {"*": "all"},
        "export": {"*": "all"},
    }
}


@pytest.fixture(name="shop")
def _shop(database: Database, address: str) -> App:
    """Return an application whose clerk may see and change everything but costs and limits."""
    settings = Settings(store=StoreSettings(database=address), fields=MappingProxyType(FIELDS), roles=ROLES)
    shop = app(settings=settings)
    with shop.session() as session, session.write() as work:
        clerk = work.add(User(login="clerk", name="Clerk"))
        work.connection.execute(TABLES["user"].update().where(TABLES["user"].c.id == clerk.id).values(roles=("clerk",)))
        customer = work.add(Customer(name="Ada", ext={"vip.limit": 500, "vip.colour": "red"}))
        order = work.add(Order(customer_id=customer.id, number="1", ordered_at=NOW))
        work.add(OrderLine(order_id=order.id, customer_id=customer.id, at=NOW, key="1", amount=Decimal(5), cost=Decimal(3)))
        work.commit()
    return shop


def test_a_change_of_other_extension_fields_keeps_what_is_hidden(shop: App) -> None:
    """Nor does the history tell it."""
    with shop.session("clerk") as session:
        with session.write() as work:
            ada = work.get(Customer, 1)
            assert dict(work.update(ada, ext={"vip.colour": "blue"}).ext) == {"vip.colour": "blue"}
            work.commit()
        assert {"name"} == {change.field for change in history_of(session, "customer", 1)}
        with pytest.raises(DeniedError, match=r"vip\.limit"):
            history_of(session, "customer", 1, field="vip.limit")
    with shop.session() as session, session.read() as reader:
        assert dict(reader.get(Customer, 1).ext) == {"vip.limit": 500, "vip.colour": "blue"}
        assert [500] == [change.new for change in history_of(session, "customer", 1, field="vip.limit")]


def test_what_is_read_in_bulk_has_no_costs(shop: App) -> None:
    """So scores of who may not see costs know nothing of margins."""
    for login, sees in ((None, True), ("clerk", False)):
        with shop.session(login) as session, session.read() as reader:
            assert sees is lines_there(reader).cost
            if not sees:
                with pytest.raises(DeniedError, match="cost"):
                    lines_query(reader, ["amount", "cost"])


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
@pytest.mark.parametrize("dry_run", [True, False])
def test_a_file_does_not_tell_by_what_it_changes(shop: App, tmp_path: Any, dry_run: bool) -> None:
    """That a row of it would change nothing would say what stands there."""
    path = tmp_path / "orders.csv"
    path.write_text("number,ordered_at,amount,cost,external_id\n1,2026-01-01,5,3,1\n", "utf-8")
    command = ImportCommand(kind="orders", path=path)
    with shop.session("clerk") as session, pytest.raises(DeniedError, match="cost"):
        import_file(session, attrs.evolve(command, dry_run=dry_run))


class Rows:
    """A writer that keeps what it is given."""

    count = 0

    def header(self, names: list[str]) -> None:
        self.names = names

    def rows(self, rows: list[list[str]]) -> None:
        self.count += len(rows)


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_an_export_leaves_hidden_columns_out_and_refuses_to_name_them(shop: App) -> None:
    for login, sees in ((None, True), ("clerk", False)):
        with shop.session(login) as session:
            writer: Any = Rows()
            assert 1 == export_records(session, ExportCommand(kind="orders", labels=False), writer)
            assert sees is ("cost" in writer.names)
            if not sees:
                with pytest.raises(DeniedError, match="cost"):
                    export_records(session, ExportCommand(kind="orders", columns=("number", "cost")), Rows())  # type: ignore[arg-type]
