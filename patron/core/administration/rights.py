"""
The right to administer a database whose tables may be older than this program, newer, or not there.
"""

from sqlalchemy import inspect

from patron.core.access import LOCAL_ADMINISTRATOR, Action
from patron.core.session import Session
from patron.core.store import Database
from patron.core.store.actors import actor_named
from patron.core.store.tables import TABLES

RESOURCE = "database"
"""What the policy calls the database."""


def require_administrator(session: Session, database: Database) -> None:
    """
    Refuse an actor who may not administer the database.

    Raises:
        DeniedError: the user is unknown, or has no role that may; who asks by name in a database without users is unknown.
        StoreError: the database can't be read.
    """
    actor = LOCAL_ADMINISTRATOR
    if session.login is not None:
        with database.reading() as connection:
            login = session.login if inspect(connection).has_table(TABLES["user"].name) else None
            actor = actor_named(connection, login)
    session.records.policy.require(actor, Action.ADMINISTER, RESOURCE)
