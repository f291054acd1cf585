"""
The right to administer a database whose tables may be older than this program, newer, or not there.
"""

from sqlalchemy import inspect

from patron.core.access import LOCAL_ADMINISTRATOR, Action, DeniedError
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
        DeniedError: the user is unknown, which everybody is to a database without users, or has no role that may.
        StoreError: the database can't be read.
    """
    actor = session.actor or LOCAL_ADMINISTRATOR
    if session.login is not None:
        if database.file is not None and not database.file.is_file():
            raise DeniedError("access.unknown_user", login=session.login)
        with database.reading() as connection:
            if not inspect(connection).has_table(TABLES["user"].name):
                raise DeniedError("access.unknown_user", login=session.login)
            actor = actor_named(connection, session.login)
    session.records.policy.require(actor, Action.ADMINISTER, RESOURCE)
