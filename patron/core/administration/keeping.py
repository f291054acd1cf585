"""
Keeping what is in the database: backups, checks of its soundness, restoring.
"""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import attrs
from sqlalchemy import MetaData

from patron.core.administration.rights import require_administrator
from patron.core.administration.status import standings_of
from patron.core.host import Host, blame
from patron.core.session import Session
from patron.core.store.backup import back_up
from patron.core.store.integrity import Damage, check
from patron.core.store.label import Label
from patron.core.store.migrations import CORE
from patron.core.store.migrations.standing import Place, refusal
from patron.core.store.restore import restore


@attrs.frozen(kw_only=True)
class Checked:
    """
    What a check found.

    Attributes:
        database: its address, as people may see it.
        damages: what is wrong; empty for nothing.
    """

    database: str
    damages: tuple[Damage, ...]


@attrs.frozen(kw_only=True)
class Restored:
    """
    What was restored.

    Attributes:
        database: its address, as people may see it.
        label: what the backup says of itself.
        old: where the database that was there is kept; None where there was none.
        outdated: the tables are of an older Patron, so that an upgrade comes next.
    """

    database: str
    label: Label
    old: Path | None
    outdated: bool


def back_up_database(session: Session, target: Path) -> Label:
    """
    Write a backup of the database to a file that is not there yet; others may go on writing meanwhile.

    Raises:
        UsageError: the file is there already.
        OutputError: it can't be written.
        StoreError: the database can't be read or is damaged, or a program of PostgreSQL is missing or failed.
        DeniedError: the actor may not administer the database.
    """
    database = session.records.open_database(create=False)
    try:
        require_administrator(session, database)
        with session.reporter.progress(session.t("administration.copying"), None) as task:
            return back_up(database, target, now=session.clock.now(), progress=lambda left, total: task.advance(1))
    finally:
        database.close()


def restore_database(session: Session, backup: Path, *, force: bool = False) -> Restored:
    """
    Put the state of a backup in the place of the database of the settings.

    Args:
        session: of somebody who may administer the database.
        backup: the file; its label lies beside it.
        force: keep an SQLite database that is there aside, and go on.

    Raises:
        StoreError: the backup is not whole, or doesn't fit; something is there already. Nothing was changed.
        DeniedError: the actor may not administer the database.
    """
    database = session.records.open_database(create=True)
    try:
        require_administrator(session, database)
        database.close()
        label, old = restore(database, backup, now=session.clock.now(), force=force)
        outdated = label.revisions[CORE.version_table] != CORE.head
        return Restored(database=database.where, label=label, old=old, outdated=outdated)
    finally:
        database.close()


def check_database(session: Session) -> Checked:
    """
    Look for damage in the database: pages, references, tables, history.

    Raises:
        StoreError: it can't be read at all, or its tables are not those of this program.
        PluginError: a plugin's tables can't be imported.
        DeniedError: the actor may not administer it.
    """
    database = session.records.open_database(create=False)
    try:
        require_administrator(session, database)
        core = standings_of(session, database)[0]
        if core.place is not Place.CURRENT:
            raise refusal(core, database.where, plugin=None)
        return Checked(
            database=database.where, damages=check(database, tables_of_plugins(session.host), session.records.vocabulary)
        )
    finally:
        database.close()


def tables_of_plugins(host: Host) -> Mapping[str, MetaData]:
    """
    Return the tables of each plugin that is switched on, as its module of tables declares them.

    Raises:
        PluginError: a module can't be imported, or has no METADATA.
    """
    found = {}
    for plugin in host.plugins:
        if plugin.working and plugin.manifest and plugin.manifest.tables:
            with blame(plugin.name, f"import {plugin.manifest.tables}"):
                found[plugin.name] = _metadata(plugin.manifest.tables)
    return found


def _metadata(module: str) -> MetaData:
    metadata = getattr(import_module(module), "METADATA", None)
    if not isinstance(metadata, MetaData):
        raise TypeError(f"{module}.METADATA is no MetaData of SQLAlchemy")
    return metadata
