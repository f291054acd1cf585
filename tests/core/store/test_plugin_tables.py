"""A plugin with a table, that of docs/plugin-with-a-table.md: made, used, reached by rights, removed, and put back."""

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import func, inspect, select

from patron import testing
from patron.app import App
from patron.core.access import Action, DeniedError
from patron.core.administration.upgrading import upgrade_database
from patron.core.crm.merging import Merge, Unmerge, merge, preview_merge, unmerge
from patron.core.errors import ConfigurationError, PluginError
from patron.core.host import Host
from patron.core.nouns import Customer, FieldError, User
from patron.core.nouns.criterion import equal
from patron.core.store import Database, NotFoundError
from patron.core.store.migrations import Series, versions_in
from patron.core.store.plugin_tables import insert_rows

FILE = re.compile(r"<!-- file: (\S+) -->\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(autouse=True)
def _no_cached_bytecode(monkeypatch: pytest.MonkeyPatch) -> None:
    """Revisions are written anew within one second, where cached bytecode of the one before would be taken for theirs."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)


@pytest.fixture
def folder(root: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the folder of the page's plugin, which can be imported."""
    site = tmp_path_factory.mktemp("site")
    for name, text in FILE.findall((root / "docs" / "plugin-with-a-table.md").read_text("utf-8")):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text, "utf-8")
    monkeypatch.syspath_prepend(str(site))
    importlib.invalidate_caches()
    yield site / "patron_visits"
    for name in [name for name in sys.modules if name.partition(".")[0] == "patron_visits"]:
        del sys.modules[name]


@pytest.fixture
def visits(folder: Path) -> ModuleType:
    return importlib.import_module("patron_visits")


@pytest.fixture
def with_visits(visits: ModuleType, patron: App) -> App:
    """Return an application with the plugin, its tables made."""
    found = testing.app(visits, settings=patron.settings)
    with found.session() as session:
        upgrade_database(session, without_backup=True)
    return found


def use(name: str) -> Any:
    module, _, function = name.partition(".")
    return getattr(importlib.import_module(f"patron_visits.{module}"), function)


def tables(app: App, database: Database) -> set[str]:
    with database.reading() as connection:
        return set(inspect(connection).get_table_names())


def test_before_its_tables_are_made_it_says_so(visits: ModuleType, patron: App) -> None:
    refused = pytest.raises(PluginError, match=r"visits has no tables yet.*patron db upgrade")
    with testing.app(visits, settings=patron.settings).session() as session, refused, session.read():
        pass


def test_what_is_not_committed_is_undone_in_both(with_visits: App) -> None:
    """One transaction holds the tables of the core and those of the plugin."""
    with with_visits.session() as session:
        with session.write() as work:
            ada = work.add(Customer(name="Ada"))
            work.commit()
        with session.write() as work:
            work.add(Customer(name="Grace"))
            use("queries.add_visit")(work, ada.id, 30)
        assert use("visits.time_spent")(session) == {}
        use("visits.receive")(session, ada.id, 30)
        assert use("visits.time_spent")(session) == {ada.id: 30}


def test_rows_are_reached_through_what_they_hang_on(with_visits: App) -> None:
    """Who may see the customer may see the visit, as far as the roles of the manifest say; who has no such role sees none."""
    with with_visits.session() as session, session.write() as work:
        wang = work.add(User(login="wang", name="王芳", roles=("sales_rep",)))
        work.add(User(login="li", name="李雷", roles=("sales_rep",)))
        work.add(User(login="han", name="韩梅", roles=("service",)))
        hers = work.add(Customer(name="张三", owner_user_id=wang.id))
        nobodys = work.add(Customer(name="Ada"))
        use("queries.add_visit")(work, hers.id, 30)
        use("queries.add_visit")(work, nobodys.id, 50)
        work.commit()
    receive, time_spent = use("visits.receive"), use("visits.time_spent")
    with with_visits.session("wang") as session:
        assert time_spent(session) == {hers.id: 30}
        receive(session, hers.id, 5)
        with pytest.raises(NotFoundError):
            receive(session, nobodys.id, 5)
        with pytest.raises(DeniedError), session.write() as work:
            use("queries.add_visit")(work, nobodys.id, 5)
            work.commit()
    with with_visits.session("li") as session:
        assert time_spent(session) == {}
    with with_visits.session("han") as session:
        with pytest.raises(DeniedError):
            time_spent(session)
        with pytest.raises(DeniedError), session.write() as work:
            use("queries.add_visit")(work, hers.id, 5)
    with with_visits.session() as session:
        assert time_spent(session) == {hers.id: 35, nobodys.id: 50}


def test_a_table_that_hangs_on_nothing_is_reached_by_all_alone(with_visits: App) -> None:
    from patron_visits.tables import VISITS  # type: ignore[import-not-found]

    with with_visits.session() as session, session.write() as work:
        customer = work.add(Customer(name="Ada", owner_user_id=work.add(User(login="wang", name="W", roles=("sales_rep",))).id))
        use("queries.add_visit")(work, customer.id, 30)
        work.commit()
    loose = VISITS.to_metadata(importlib.import_module("patron.core.store.plugin_tables").metadata())
    loose.info.clear()
    with with_visits.session("wang") as session, session.read() as reader:
        for table, count in ((VISITS, 1), (loose, 0)):
            query = select(func.count()).select_from(table).where(reader.reach(Action.READ, table))
            assert reader.connection.execute(query).scalar_one() == count


@pytest.mark.requirement("R138")
def test_its_fields_codes_and_rights_come_and_go_with_it(visits: ModuleType, with_visits: App, patron: App) -> None:
    """What is switched off contributes nothing; values that were kept stay kept."""
    with with_visits.session() as session, session.write() as work:
        ada = work.add(Customer(name="Ada", ext={"visits.seat": "by the window"}))
        work.commit()
        assert "test_sit" in session.records.vocabulary.codes["topic"]
        assert work.find(Customer, [equal("visits.seat", "by the window")]) == (ada,)
        assert "visits_visits" in session.records.policy.roles["sales_rep"][Action.READ]
    off = Host(tuple(plugin._replace(enabled=plugin.name != "visits") for plugin in with_visits.host.plugins))
    with with_visits._replace(host=off).session() as session, session.write() as work:
        assert "test_sit" not in session.records.vocabulary.codes["topic"]
        assert "visits_visits" not in session.records.policy.roles["sales_rep"][Action.READ]
        with pytest.raises(FieldError):
            work.add(Customer(name="Grace", ext={"visits.seat": "at the door"}))
        assert work.get(Customer, ada.id).ext == {"visits.seat": "by the window"}


def test_an_index_comes_and_goes_with_the_field(with_visits: App, patron: App) -> None:
    with with_visits.session() as session:
        assert upgrade_database(session).indexes.made == ()
    with patron.session() as session:
        assert len(upgrade_database(session).indexes.dropped) == 1
    with with_visits.session() as session:
        assert upgrade_database(session).indexes.made == ("customer.visits.seat",)


@pytest.mark.requirement("R133")
def test_f51_removed_it_blocks_nothing_and_put_back_it_goes_on(
    visits: ModuleType, folder: Path, with_visits: App, patron: App, database: Database, request: pytest.FixtureRequest
) -> None:
    """The core is upgraded without it, which rebuilds the table it refers to; its rows stay, and go with their customer."""
    with with_visits.session() as session:
        with session.write() as work:
            ada, grace = work.add_many([Customer(name="Ada"), Customer(name="Grace")])
            work.commit()
        use("visits.receive")(session, ada.id, 30)
        use("visits.receive")(session, grace.id, 20)
    later: Series = request.getfixturevalue("later")
    with patron.session() as session:
        assert upgrade_database(session, without_backup=True).done == (("core", later.head),)
        with session.write() as work:
            work.remove(grace)
            work.commit()
    assert "visits_visits" in tables(patron, database)
    (folder / "migrations" / "v0002_mood.py").write_text(
        'import sqlalchemy as sa\nfrom alembic import op\nrevision = "0002"\ndown_revision = "0001"\nrequires_core = "0002"\n'
        'def upgrade():\n    op.add_column("visits_visits", sa.Column("mood", sa.Text()))\n',
        "utf-8",
    )
    again = testing.app(visits, settings=patron.settings)
    with again.session() as session:
        assert upgrade_database(session, without_backup=True).done == (("visits", "0002"),)
        assert use("visits.time_spent")(session) == {ada.id: 30}


def test_an_older_version_of_it_is_refused(with_visits: App, database: Database, folder: Path, visits: ModuleType) -> None:
    (folder / "migrations" / "v0001_visits.py").rename(folder / "migrations" / "v0000_visits.py")
    refused = pytest.raises(PluginError, match="newer version of it")
    with testing.app(visits, settings=with_visits.settings).session() as session, refused, session.read():
        pass


def test_a_right_to_what_is_not_its_own_is_refused(visits: ModuleType, folder: Path, patron: App) -> None:
    manifest = folder / "manifest.toml"
    manifest.write_text(manifest.read_text("utf-8") + '\n[roles.sales_rep.delete]\nlead = "all"\n', "utf-8")
    refused = pytest.raises(ConfigurationError, match=r"manifest.toml \(visits\): the role sales_rep is given a right to lead")
    with testing.app(visits, settings=patron.settings).session() as session, refused:
        assert session.records.policy


@pytest.mark.parametrize("reach", ['"some"', "3"])
def test_a_right_of_no_scope_is_refused(visits: ModuleType, folder: Path, patron: App, reach: str) -> None:
    manifest = folder / "manifest.toml"
    manifest.write_text(manifest.read_text("utf-8").replace('visits_visits = "team"', f"visits_visits = {reach}"), "utf-8")
    refused = pytest.raises(ConfigurationError, match=r"manifest.toml \(visits\)")
    with testing.app(visits, settings=patron.settings).session() as session, refused:
        assert session.records.policy


def test_a_role_of_the_settings_has_the_last_word(with_visits: App) -> None:
    settings = with_visits.settings._replace(roles={"sales_rep": {"read": {"lead": "own"}}})
    with with_visits._replace(settings=settings).session() as session:
        assert dict(session.records.policy.roles["sales_rep"][Action.READ]).keys() == {"lead"}


def test_the_status_shows_it(with_visits: App, database: Database) -> None:
    with database.reading() as connection:
        assert {"patron_version": "0001", "patron_version_visits": "0001"}.items() <= versions_in(connection).items()


def test_in_safe_mode_the_database_can_be_opened_as_ever(with_visits: App) -> None:
    safe = Host(tuple(plugin._replace(enabled=plugin.built_in) for plugin in with_visits.host.plugins))
    with with_visits._replace(host=safe).session() as session, session.read() as reader:
        assert reader.count(Customer) == 0


@pytest.mark.parametrize(
    ("written", "instead", "complaint"),
    [
        ("BigInteger)", "BigInteger, index=True)", "add_index ix_visits_visits_minutes"),
        ('"minutes", BigInteger', '"minutes", Text', "modify_type minutes"),
        (', ondelete="CASCADE"', "", "refers to the core without ondelete=CASCADE or SET NULL"),
        ('hangs_on("customer")', 'hangs_on("visitor")', "hangs on a noun or by a column"),
        ('hangs_on("customer")', 'hangs_on("customer", "visitor_id")', "hangs on a noun or by a column"),
    ],
)
def test_the_kit_finds_tables_that_are_not_as_they_should_be(
    folder: Path, visits: ModuleType, written: str, instead: str, complaint: str
) -> None:
    testing.check_tables(visits)
    for name in [name for name in sys.modules if name.startswith("patron_visits.")]:
        del sys.modules[name]
    path = folder / "tables.py"
    text = path.read_text("utf-8").replace("BigInteger, Column", "BigInteger, Column, Text").replace(written, instead)
    path.write_text(text, "utf-8")
    with pytest.raises(AssertionError, match=re.escape(complaint)):
        testing.check_tables(visits)


def test_the_kit_wants_the_module_of_tables(folder: Path, visits: ModuleType) -> None:
    manifest = folder / "manifest.toml"
    manifest.write_text(manifest.read_text("utf-8").replace("patron_visits.tables", "patron_visits.nowhere"), "utf-8")
    with pytest.raises(PluginError, match=r"visits failed in import patron_visits\.nowhere"):
        testing.check_tables(visits)


def test_rows_of_a_plugin_go_with_a_merged_customer_and_come_back(with_visits: App, visits: ModuleType) -> None:
    """The core knows nothing of the table but what the database says."""
    table = importlib.import_module("patron_visits.tables").VISITS
    with with_visits.session() as session:
        with session.write() as work:
            one, other = (work.add(Customer(name="Ada")).id for _ in range(2))
            for number in (one, other):
                insert_rows(work, table, [{"customer_id": number, "at": work.now, "minutes": 5}])
            work.commit()

        def whose() -> list[int]:
            with session.read() as reader:
                return list(reader.connection.execute(select(table.c.customer_id).order_by(table.c.id)).scalars())

        preview = preview_merge(session, Merge(noun="customer", keep=one, others=(other,)))
        merge(session, Merge(noun="customer", keep=one, others=(other,), certain=True))
        assert ({"visits_visits": 1}, [one, one]) == (dict(preview.moving), whose())
        unmerge(session, Unmerge(noun="customer", id=other))
        assert [one, other] == whose()
