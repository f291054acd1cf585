"""Upgrades: each revision wholly or not at all, in order, and nothing of anybody lost."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect, select, text

from patron.app import App
from patron.core.errors import PluginError
from patron.core.nouns import Customer, Lead, Team
from patron.core.store import Database, StoreError
from patron.core.store.migrations import CORE, Series, standings, versions_in
from patron.core.store.migrations.schema import differences
from patron.core.store.migrations.upgrade import upgrade
from patron.core.store.tables import METADATA, TABLES
from patron.testing.application import NOW

MAKE = """
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {before}
requires_core = "{core}"


def upgrade():
    {body}
"""
TABLE = 'op.create_table("{name}", sa.Column("id", sa.Integer(), primary_key=True))'


@pytest.fixture(autouse=True)
def _no_cached_bytecode(monkeypatch: pytest.MonkeyPatch) -> None:
    """Revisions are written anew within one second, where cached bytecode of the one before would be taken for theirs."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)


@pytest.fixture
def plugin(tmp_path: Path) -> Callable[..., Series]:
    """Return a function that writes the revisions of a plugin `visits`, each given by its body."""

    def make(*bodies: str, core: str = "0001") -> Series:
        folder = tmp_path / "migrations"
        folder.mkdir(exist_ok=True)
        for number, body in enumerate(bodies, 1):
            before = repr(f"{number - 1:04}" if number > 1 else None)
            code = MAKE.format(revision=f"{number:04}", before=before, core=core, body=body)
            (folder / f"v{number:04}_step.py").write_text(code, "utf-8")
        return Series(plugin="visits", folder=folder)

    return make


def made(name: str) -> str:
    return TABLE.format(name=name)


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


def everything(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    found = {}
    for name, table in METADATA.tables.items():
        columns = [column for column in table.columns if column.name != "colour"]
        found[name] = [tuple(row) for row in connection.execute(select(*columns).order_by(columns[0]))]
    return found


def fill(patron: App) -> None:
    with patron.session() as session, session.write() as work:
        team = work.add(Team(code="sales", name="Sales"))
        customers = work.add_many([Customer(name=name, region="North") for name in ("Ada", "Grace", "Alan", "王芳")])
        work.add_many([Lead(customer_id=one.id, source="qq", filed_at=NOW, owner_team_id=team.id) for one in customers[:3]])
        work.remove(customers[3])
        work.commit()


def test_what_was_run_is_told_once(database: Database) -> None:
    with database.reading() as connection:
        assert versions_in(connection) == {"patron_version": "0001", "patron_version_calls": "0001"}
    assert upgrade(database) == ()


@pytest.mark.requirement("R133")
def test_an_upgrade_keeps_every_row_reference_and_index(patron: App, database: Database, request: pytest.FixtureRequest) -> None:
    """A table that others refer to is rebuilt; rows, references, indexes and the next id stay."""
    fill(patron)
    with database.reading() as connection:
        before = everything(connection)
    later: Series = request.getfixturevalue("later")
    assert [(series.name, revision) for series, revision in upgrade(database)] == [("core", later.head)]
    with database.reading() as connection:
        assert everything(connection) == before
        assert {str(one) for one in differences(connection, METADATA)} <= {
            "customers: remove_column colour",
            "customers: remove_index ix_customers_colour",
            "customers: modify_type region",
        }
        assert connection.execute(text("SELECT DISTINCT colour FROM customers")).scalars().all() == ["blue"]
    with patron.session() as session, session.write() as work:
        assert work.add(Customer(name="Next")).id == 5


def test_a_newer_database_is_not_touched(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(text("UPDATE patron_version SET version_num = '0099'"))
    with pytest.raises(StoreError, match="newer Patron"):
        upgrade(database)


def test_a_failing_revision_leaves_those_before_it(database: Database, plugin: Callable[..., Series]) -> None:
    """It is undone with the tables that it made, names the plugin, and goes on from there when it is mended."""
    broken = plugin(made("visits_one"), f"{made('visits_two')}; 1 / 0")
    with pytest.raises(PluginError, match=r"visits failed in migration 0002: ZeroDivisionError"):
        upgrade(database, [broken])
    with database.reading() as connection:
        assert versions_in(connection)["patron_version_visits"] == "0001"
        assert tables(connection) & {"visits_one", "visits_two"} == {"visits_one"}
    mended = plugin(made("visits_one"), made("visits_two"))
    assert [revision for _, revision in upgrade(database, [mended])] == ["0002"]


def test_a_removed_plugin_blocks_nothing(
    database: Database, plugin: Callable[..., Series], request: pytest.FixtureRequest
) -> None:
    """Its tables and its version stay; when it is back it goes on from there."""
    upgrade(database, [plugin(made("visits_one"))])
    with database.writing() as connection:
        connection.execute(text("INSERT INTO visits_one (id) VALUES (7)"))
    request.getfixturevalue("later")
    upgrade(database)
    with database.reading() as connection:
        places = {one.name: str(one.place) for one in standings(versions_in(connection), [CORE])}
        assert places == {"core": "current", "calls": "orphaned", "visits": "orphaned"}
        assert connection.execute(text("SELECT id FROM visits_one")).scalars().all() == [7]
    again = upgrade(database, [plugin(made("visits_one"), made("visits_two"))])
    assert [(series.name, revision) for series, revision in again] == [("visits", "0002")]


@pytest.mark.parametrize(
    ("body", "table"),
    [
        (made("other_things"), "other_things"),
        ('op.drop_table("score_pointers")', "score_pointers"),
        ('op.rename_table("spends", "visits_spends")', "spends"),
    ],
)
def test_a_plugin_touches_tables_of_its_own_only(
    database: Database, plugin: Callable[..., Series], body: str, table: str
) -> None:
    with pytest.raises(PluginError, match=f"table {table}, which is not its own"):
        upgrade(database, [plugin(body)])
    with database.reading() as connection:
        assert "patron_version_visits" not in tables(connection)
        assert {one.name for one in TABLES.values()} <= tables(connection)


def test_a_revision_names_the_core_that_it_needs(database: Database, plugin: Callable[..., Series]) -> None:
    with pytest.raises(PluginError, match=r"needs the core's revision 0009"):
        upgrade(database, [plugin(made("visits_one"), core="0009")])
    with pytest.raises(PluginError, match="does not say which revision of the core"):
        upgrade(database, [plugin(made("visits_one"), core="soon")])


def test_revisions_are_one_line(database: Database, plugin: Callable[..., Series]) -> None:
    series = plugin(made("visits_one"), made("visits_two"), made("visits_three"))
    third = series.folder / "v0003_step.py"
    third.write_text(third.read_text("utf-8").replace("'0002'", "'0001'"), "utf-8")
    with pytest.raises(PluginError, match="not one line: revision 0003"):
        upgrade(database, [series])


def test_a_plugin_without_migrations_is_refused(database: Database, tmp_path: Path) -> None:
    for folder in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(PluginError, match="no migrations"):
            upgrade(database, [Series(plugin="visits", folder=folder)])


def test_a_migration_that_cannot_be_read_names_its_plugin(database: Database, plugin: Callable[..., Series]) -> None:
    with pytest.raises(PluginError, match=r"visits failed in migrations: SyntaxError"):
        upgrade(database, [plugin("1 +")])


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_broken_references_undo_the_revision(patron: App, database: Database, plugin: Callable[..., Series]) -> None:
    """SQLite doesn't follow references while a table is rebuilt; whoever loses a row is found before the commit."""
    fill(patron)
    with pytest.raises(StoreError, match="rows of leads that refer to rows of customers"):
        upgrade(database, [plugin('op.execute(sa.text("DELETE FROM customers WHERE id = 1"))')])
    with patron.session() as session, session.read() as reader:
        assert reader.count(Customer) == 3
