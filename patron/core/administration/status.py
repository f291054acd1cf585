"""
How far a database is: which revisions it has, and which this program and its plugins know.
"""

import attrs

from patron.core.administration.rights import require_administrator
from patron.core.session import Session
from patron.core.store import Database
from patron.core.store.migrations import CORE, Standing, series_of_plugins, standings, versions_in


@attrs.frozen(kw_only=True)
class Status:
    """
    How far a database is.

    Attributes:
        database: its address, as people may see it.
        standings: of the core first, then of each plugin that has tables, those that are not there included.
    """

    database: str
    standings: tuple[Standing, ...]


def read_status(session: Session) -> Status:
    """
    Return how far the database of the settings is.

    Raises:
        StoreError: it can't be read.
        DeniedError: the actor may not administer it.
    """
    database = session.records.open_database(create=False)
    try:
        require_administrator(session, database)
        return Status(database=database.where, standings=standings_of(session, database))
    finally:
        database.close()


def standings_of(session: Session, database: Database) -> tuple[Standing, ...]:
    """Return how far a database is in each series."""
    with database.reading() as connection:
        return standings(versions_in(connection), [CORE, *series_of_plugins(session.host.plugins)])
