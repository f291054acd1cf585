"""
A database for the tables of a plugin, and whether its tables keep what plugins promise.
"""

import tempfile
from functools import cache
from pathlib import Path
from types import ModuleType

from sqlalchemy import Table

from patron.app import App
from patron.core.administration.initialising import initialise
from patron.core.administration.keeping import tables_of_plugins
from patron.core.config import Settings
from patron.core.config.settings import StoreSettings
from patron.core.store.migrations import series_of_plugins
from patron.core.store.migrations.schema import differences
from patron.core.store.scope import hanging_of
from patron.core.store.tables import METADATA, TABLES
from patron.testing.application import app, plugin_of
from patron.testing.checks import require

_GOING = ("CASCADE", "SET NULL")


def app_with_database(folder: str | Path, *modules: ModuleType, lang: str = "en", settings: Settings | None = None) -> App:
    """
    Return an application of the given plugins with an SQLite database of its own, whose tables are made.

    Args:
        folder: where the database lies, `patron.db`; one that is there is kept.
        modules: plugin modules, with their manifests beside them.
        lang: the language to speak.
        settings: the configuration, but for the database; defaults without.

    Raises:
        PluginError: a manifest is broken, or a migration failed.
    """
    path = Path(folder).absolute() / "patron.db"
    if not path.exists():
        path.write_bytes(_blank(lang))
    return _initialised(path, *modules, lang=lang, settings=settings or Settings())


@cache
def _blank(lang: str) -> bytes:
    """Return a database without anything of a further plugin: its tables are made once in a process, for that takes its time."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder).absolute() / "patron.db"
        _initialised(path, lang=lang, settings=Settings())
        return path.read_bytes()


def _initialised(path: Path, *modules: ModuleType, lang: str, settings: Settings) -> App:
    store = StoreSettings(database=f"sqlite:///{path}")
    made = app(*modules, lang=lang, settings=settings._replace(store=store))
    with made.session() as session:
        initialise(session)
    return made


def check_tables(module: ModuleType) -> None:
    """
    Check the tables of a plugin: its migrations make what its module of tables declares, and nothing stands in the core's way.

    Raises:
        PluginError: the host refuses the plugin, or a migration failed.
        AssertionError: it has no tables, the migrations make something else, or a name, a reference or a right is not as the page
            docs/plugin-with-a-table.md says.
    """
    plugin = plugin_of(module)
    require(plugin.migrations is not None, f"the manifest of {plugin.name} names no module of tables")
    with tempfile.TemporaryDirectory() as folder:
        made = app_with_database(folder, module)
        (series,) = (one for one in series_of_plugins(made.host.plugins) if one.plugin == plugin.name)
        found = tables_of_plugins(made.host)[plugin.name]
        for table in found.tables.values():
            _check_table(table, series.prefix)
        with made.session() as session, session.read() as reader:
            differing = [str(one) for one in differences(reader.connection, found)]
    require(not differing, f"the migrations of {plugin.name} do not make what it declares: {', '.join(differing)}")


def _check_table(table: Table, prefix: str) -> None:
    require(table.name.startswith(prefix), f"the name of the table {table.name} does not begin with {prefix}")
    for key in table.foreign_keys:
        going = key.column.table.metadata is not METADATA or key.ondelete in _GOING
        require(going, f"{table.name}.{key.parent.name} refers to the core without ondelete={' or '.join(_GOING)}")
    hanging = hanging_of(table)
    known = hanging is None or (hanging.noun in TABLES and hanging.column in table.c)
    require(known, f"{table.name} hangs on a noun or by a column that isn't there: {hanging}")
