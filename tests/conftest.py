"""
What every test is run under: no settings of the developer's own, a fixed seed, and outside data only where it was given.
"""

import importlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from patron.app import App
    from patron.core.store import Database
    from patron.core.store.migrations import Series
    from patron.testing.postgresql import Cluster

DATA = "PATRON_DATA"
KEPT = {DATA, "PATRON_BENCH", "PATRON_CACHE_DIR", "PATRON_FAULTS"}
"""Variables that say where things are; every other `PATRON_*` is a setting, and would change what is tested."""

settings.register_profile("house", derandomize=True, deadline=None, database=None, print_blob=True)
# Looks for new counter-examples: pytest --hypothesis-profile explore
settings.register_profile("explore", deadline=None, max_examples=2_000, print_blob=True)
settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    """Take the developer's settings and language out of the environment, for our own process and for those it starts."""
    for name in [name for name in os.environ if name.startswith("PATRON_") and name not in KEPT]:
        del os.environ[name]
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE", "COLUMNS", "NO_COLOR", "FORCE_COLOR"):
        os.environ.pop(name, None)
    os.environ["LANG"] = "en_US.UTF-8"
    os.environ["TZ"] = "UTC"


def pytest_report_header() -> str:
    """Say whether tests on outside data run."""
    folder = os.environ.get(DATA)
    return f"outside data: {folder or f'none (tests marked `data` are left out; {DATA} names the folder)'}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out tests on outside data where there is none."""
    if os.environ.get(DATA):
        return
    without = [item for item in items if item.get_closest_marker("data")]
    if without:
        config.hook.pytest_deselected(items=without)
        items[:] = [item for item in items if not item.get_closest_marker("data")]


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Return the folder of outside data; only for tests marked `data`."""
    return Path(os.environ[DATA])


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the root of the checkout."""
    return Path(__file__).parent.parent


@pytest.fixture(name="install")
def _install(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Path]]:
    """Return a function that installs a small plugin as pip would, for this test only, and returns the folder of its package."""
    site = tmp_path_factory.mktemp("site")
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.setenv("PYTHONPATH", str(site))
    monkeypatch.setenv("PATRON_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
    before = set(sys.modules)

    def install(name: str, code: str = "", *, distribution: str | None = None, manifest: str | None = None, **keys: str) -> Path:
        package, owner = f"patron_{name}", distribution or f"patron-{name}"
        folder = site / package
        folder.mkdir()
        (folder / "__init__.py").write_text(f"from patron import hookimpl\n{code}", "utf-8")
        lines = {"api": "[1, 1]", "hooks": "[]", "title": '{en = "One", zh = "一"}', **keys}
        text = "".join(f"{key} = {value}\n" for key, value in lines.items())
        (folder / "manifest.toml").write_text(text if manifest is None else manifest, "utf-8")
        info = site / f"{owner.replace('-', '_')}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {owner}\nVersion: 1.0\n\nVersion: no\n", "utf-8")
        (info / "entry_points.txt").write_text(f"[patron]\n{name} = {package}\n", "utf-8")
        importlib.invalidate_caches()
        return folder

    yield install
    for name in set(sys.modules) - before:
        if name.startswith("patron_"):
            del sys.modules[name]


@pytest.fixture(scope="session")
def cluster() -> "Iterator[Cluster]":
    from patron.testing.postgresql import find_program, private_cluster

    if find_program("initdb") is None:
        pytest.skip("PostgreSQL is not on this machine: its half of the suite was left out")
    with private_cluster() as running:
        yield running


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file of SQLite with the tables of the core and of the built-in plugins, to be copied."""
    path = tmp_path_factory.mktemp("template") / "patron.db"
    _make_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_template(cluster: "Cluster") -> str:
    """Return the address of a database of PostgreSQL with the tables of the core, to be copied."""
    address = cluster.new_database()
    _make_tables(address)
    return address


def _make_tables(address: str) -> None:
    """Make the tables of the core and of the built-in plugins."""
    from patron import testing
    from patron.core.store import Database
    from patron.core.store.migrations import series_of_plugins
    from patron.core.store.migrations.upgrade import upgrade

    database = Database.at(address, Path(), create=True)
    upgrade(database, series_of_plugins(testing.app().host.plugins))
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the address of a new database; an empty one for a test that does not ask for `database`, too."""
    filled = "database" in request.fixturenames
    if request.param == "sqlite":
        path = tmp_path / "patron.db"
        if filled:
            shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    address = cluster.new_database(request.getfixturevalue("postgresql_template") if filled else None)
    yield address
    cluster.drop(address)


@pytest.fixture
def database(address: str, tmp_path: Path) -> "Iterator[Database]":
    """Return a database with the tables of the core."""
    from patron.core.store import Database

    database = Database.at(address, tmp_path)
    yield database
    database.close()


@pytest.fixture
def later(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> "Series":
    """Let the program be one revision further than it is: customers get a colour, which rebuilds their table in SQLite."""
    from patron.core.store.migrations import CORE

    folder = tmp_path_factory.mktemp("later") / "versions"
    shutil.copytree(CORE.folder, folder, ignore=shutil.ignore_patterns("__pycache__"))
    following = f"{int(CORE.head) + 1:04}"
    (folder / f"v{following}_colours.py").write_text(_COLOURS.format(revision=following, before=CORE.head), "utf-8")
    monkeypatch.setitem(vars(CORE), "revisions", (*CORE.revisions, following))
    monkeypatch.setitem(vars(CORE), "folder", folder)
    return CORE


_COLOURS = """
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"


def upgrade():
    with op.batch_alter_table("customers", table_kwargs={{"sqlite_autoincrement": True}}) as table:
        table.add_column(sa.Column("colour", sa.String(9)))
        table.alter_column("region", existing_type=sa.String(80), type_=sa.String(90))
    op.create_index("ix_customers_colour", "customers", ["colour"])
    op.execute(sa.table("customers", sa.column("colour")).update().values(colour="blue"))
"""


@pytest.fixture
def patron(database: "Database", address: str) -> "App":
    """Return an application with built-in plugins, a fixed clock and a database of its own."""
    from patron.core.config import Settings
    from patron.core.config.settings import StoreSettings
    from patron.testing import app

    return app(settings=Settings(store=StoreSettings(database=address)))
