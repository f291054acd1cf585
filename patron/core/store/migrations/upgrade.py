"""
Running the revisions that a database lacks, each in a transaction of its own, together with the note that it was run.
"""

import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import Script, ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Integer, String, column, func, inspect, select, table

from patron.core.errors import PluginError
from patron.core.host import blame
from patron.core.store.database import Database
from patron.core.store.failures import StoreError
from patron.core.store.migrations.series import CORE, Series
from patron.core.store.migrations.standing import Place, refusal, standings, versions_in
from patron.core.store.tables import METADATA

LOCK = 7_282_746_616
"""What upgrades of one database in PostgreSQL wait for each other with; any number does that nobody else uses."""

_SEQUENCES = table("sqlite_sequence", column("name", String), column("seq", Integer))


def upgrade(
    database: Database, plugins: Sequence[Series] = (), *, told: Callable[[Series, str], None] = lambda series, revision: None
) -> tuple[tuple[Series, str], ...]:
    """
    Run the revisions that the database lacks: those of the core, then those of each plugin.

    Args:
        database: with tables of any older revision, or without any.
        plugins: the series of the plugins that are switched on.
        told: is told of each revision that was run.

    Returns:
        What was run, in order.

    Raises:
        StoreError: the database is newer than the program, or can't be written. What was run before stays.
        PluginError: a plugin's revisions are broken, failed, or need a newer Patron.
    """
    done = []
    for series in (CORE, *plugins):
        scripts = _read(series)
        while revision := _run_next(database, series, scripts):
            done.append((series, revision))
            told(series, revision)
    return tuple(done)


def _run_next(database: Database, series: Series, scripts: Mapping[str, Script]) -> str | None:
    """Run the next revision of a series and return it; None where all were run."""
    with database.migrating() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
        (standing,) = (one for one in standings(versions_in(connection), [series]) if one.name == series.name)
        if standing.place is Place.NEWER:
            raise refusal(standing, database.where, plugin=series.plugin)
        place = 0 if standing.revision is None else series.revisions.index(standing.revision) + 1
        if place == len(series.revisions):
            return None
        revision = series.revisions[place]
        with _guarded(connection, series, revision):
            _run(connection, series, scripts[revision])
        return revision


def _run(connection: Connection, series: Series, script: Script) -> None:
    context = MigrationContext.configure(connection, opts={"version_table": series.version_table})
    blamed = blame(series.plugin, f"migration {script.revision}") if series.plugin else nullcontext()
    with warnings.catch_warnings(), blamed, Operations.context(context):
        # A table that SQLite rebuilds loses the indexes of extension fields; whoever upgrades makes them again at the end.
        warnings.filterwarnings("ignore", "Skipped unsupported reflection of expression-based index")
        script.module.upgrade()
    context.stamp(_directory(series), script.revision)


@contextmanager
def _guarded(connection: Connection, series: Series, revision: str) -> Iterator[None]:
    """See that a revision leaves behind what it must: references that hold, ids that go on, the tables of others."""
    before, ids = set(inspect(connection).get_table_names()), _identifiers(connection)
    yield
    after = set(inspect(connection).get_table_names())
    for name in sorted(before ^ after) if series.plugin else ():
        own = name == series.version_table or (name.startswith(series.prefix) and name not in METADATA.tables)
        if not own:
            raise PluginError(
                "migrations.foreign_table", plugin=series.plugin, revision=revision, table=name, prefix=series.prefix
            )
    if connection.dialect.name == "sqlite":
        _restore_identifiers(connection, ids)
        _require_references(connection, series, revision)


def _identifiers(connection: Connection) -> Mapping[str, int]:
    """Return the greatest id that was ever given, by table; PostgreSQL keeps that by itself."""
    if connection.dialect.name != "sqlite" or not inspect(connection).has_table("sqlite_sequence"):
        return {}
    return {row.name: row.seq for row in connection.execute(select(_SEQUENCES))}


def _restore_identifiers(connection: Connection, before: Mapping[str, int]) -> None:
    # A table that was rebuilt counts on from the greatest id that it still has; an id must not be given twice.
    now = _identifiers(connection)
    for name, greatest in before.items():
        if name in now and now[name] < greatest:
            connection.execute(_SEQUENCES.update().where(_SEQUENCES.c.name == name).values(seq=greatest))
        elif name not in now and inspect(connection).has_table(name):
            connection.execute(_SEQUENCES.insert().values(name=name, seq=greatest))


def _require_references(connection: Connection, series: Series, revision: str) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise StoreError("migrations.broken_reference", owner=series.name, revision=revision, table=broken[0], target=broken[2])


def _read(series: Series) -> Mapping[str, Script]:
    """Return the revisions of a series as Alembic knows them, when they are one line in the order of their names."""
    with blame(series.plugin, "migrations") if series.plugin else nullcontext():
        scripts = {script.revision: script for script in _directory(series).walk_revisions()}
    before = None
    for revision in series.revisions:
        script = scripts.get(revision)
        if script is None or script.down_revision != before or len(scripts) != len(series.revisions):
            raise PluginError("migrations.not_a_line", plugin=series.name, folder=series.folder, revision=revision)
        if series.plugin is not None:
            _require_core(series, script)
        before = revision
    return scripts


def _require_core(series: Series, script: Script) -> None:
    needed = getattr(script.module, "requires_core", None)
    if not isinstance(needed, str) or not re.fullmatch(r"\d{4}", needed):
        raise PluginError("migrations.no_core_named", plugin=series.name, revision=script.revision)
    if needed not in CORE.revisions:
        raise PluginError("migrations.needs_core", plugin=series.name, revision=script.revision, needs=needed, head=CORE.head)


def _directory(series: Series) -> ScriptDirectory:
    try:
        return ScriptDirectory(str(series.folder), version_locations=[str(series.folder)])
    except CommandError as error:
        raise PluginError("migrations.no_revisions", plugin=series.name, folder=series.folder) from error
