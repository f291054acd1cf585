"""
Making the database of an installation: its tables, and the departments that leads are owned by.
"""

from collections.abc import Mapping

import attrs
from sqlalchemy import inspect

from patron.core.administration.rights import require_administrator
from patron.core.administration.status import standings_of
from patron.core.nouns import Team
from patron.core.nouns.criterion import equal
from patron.core.session import Session
from patron.core.store import Database, StoreError
from patron.core.store.extension_indexes import align_indexes
from patron.core.store.migrations import CORE, series_of_plugins, standings, versions_in
from patron.core.store.migrations.standing import Place, refusal

DEPARTMENTS = ("sales", "marketing", "service")
"""The codes of the departments, by which code lists name them."""


@attrs.frozen(kw_only=True)
class Initialised:
    """
    What came of an initialisation.

    Attributes:
        database: its address, as people may see it.
        made: the tables of the core were made; else they were there.
        revisions: owner of tables → the revision that they have now.
        departments: codes of the departments that were made.
    """

    database: str
    made: bool
    revisions: Mapping[str, str]
    departments: tuple[str, ...]


def initialise(session: Session) -> Initialised:
    """
    Make the tables, indexes of extension fields and departments that the database of the settings lacks; what is there stays.

    Raises:
        StoreError: something else lives in the database, its tables are older or newer, or it can't be made.
        DeniedError: the actor may not administer it.
    """
    from patron.core.store.migrations.upgrade import upgrade  # loads Alembic: only here

    database = session.records.open_database(create=True)
    try:
        require_administrator(session, database)
        _require_room(database)
        done = upgrade(database, series_of_plugins(session.host.plugins))
        with database.writing() as connection:
            align_indexes(connection, session.records.vocabulary)
        found = standings_of(session, database)
    finally:
        database.close()
    return Initialised(
        database=database.where,
        made=any(series is CORE for series, _ in done),
        revisions={one.name: one.revision for one in found if one.revision is not None},
        departments=_add_departments(session),
    )


def _require_room(database: Database) -> None:
    """Refuse a database of something else, and one of ours that an upgrade, with its backup, has to be asked for."""
    with database.reading() as connection:
        (standing, *_) = standings(versions_in(connection), [CORE])
        others = inspect(connection).get_table_names()
    if standing.place is Place.ABSENT and others:
        raise StoreError("administration.occupied", where=database.where, count=len(others), example=min(others))
    if standing.place in (Place.OLDER, Place.NEWER):
        raise refusal(standing, database.where, plugin=None)


def _add_departments(session: Session) -> tuple[str, ...]:
    with session.write(cause="init") as work:
        missing = [code for code in DEPARTMENTS if work.first(Team, equal("code", code)) is None]
        words = {
            "sales": session.t("administration.sales"),
            "marketing": session.t("administration.marketing"),
            "service": session.t("administration.service"),
        }
        work.add_many([Team(code=code, name=words[code], kind="department") for code in missing])
        work.commit()
    return tuple(missing)
