"""
Bringing the tables of a database to those of this program and its plugins, a backup first.
"""

from pathlib import Path

import attrs

from patron.core.administration.rights import require_administrator
from patron.core.administration.status import standings_of
from patron.core.session import Session
from patron.core.store import Database
from patron.core.store.backup import back_up
from patron.core.store.extension_indexes import Aligned, align_indexes
from patron.core.store.migrations import Standing, series_of_plugins
from patron.core.store.migrations.standing import Place, refusal


@attrs.frozen(kw_only=True)
class Upgraded:
    """
    What an upgrade did.

    Attributes:
        database: its address, as people may see it.
        backup: the backup that was made before; None where there was nothing to do, on a server, or by wish.
        done: (owner of tables, revision) in the order in which they were run.
        indexes: what became of the indexes of extension fields.
    """

    database: str
    backup: Path | None
    done: tuple[tuple[str, str], ...]
    indexes: Aligned


def upgrade_database(session: Session, *, backup: Path | None = None, without_backup: bool = False) -> Upgraded:
    """
    Run the revisions that the database lacks, of the core and of the plugins that are switched on.

    Args:
        session: of somebody who may administer the database.
        backup: where the backup goes; beside an SQLite database by default.
        without_backup: make none.

    Raises:
        StoreError: the database has no tables of ours, or newer ones; or it can't be written. What was run before stays.
        PluginError: a plugin's revisions are broken, failed, or need a newer Patron.
        DeniedError: the actor may not administer it.
    """
    from patron.core.store.migrations.upgrade import upgrade  # loads Alembic: only here

    database = session.records.open_database(create=False)
    try:
        require_administrator(session, database)
        plugins = series_of_plugins(session.host.plugins)
        behind = _behind(database, standings_of(session, database))
        made = None
        if behind and not without_backup:
            made = _back_up(session, database, backup)
        done = upgrade(database, plugins)
        with database.writing() as connection:
            indexes = align_indexes(connection, session.records.vocabulary)
    finally:
        database.close()
    ran = tuple((series.name, revision) for series, revision in done)
    return Upgraded(database=database.where, backup=made, done=ran, indexes=indexes)


def _behind(database: Database, found: tuple[Standing, ...]) -> bool:
    """Say whether there is something to run, in a database that has our tables."""
    core = found[0]
    if core.place in (Place.ABSENT, Place.NEWER):
        raise refusal(core, database.where, plugin=None)
    return any(one.place in (Place.ABSENT, Place.OLDER) for one in found)


def _back_up(session: Session, database: Database, backup: Path | None) -> Path | None:
    now = session.clock.now()
    if backup is None and database.file is None:
        session.reporter.notice(session.t("administration.back_up_yourself"))
        return None
    file = database.file or Path()
    target = backup or file.with_name(f"{file.stem}-before-upgrade-{now:%Y%m%dT%H%M%SZ}{file.suffix}")
    back_up(database, target, now=now)
    return target
