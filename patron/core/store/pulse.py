"""
Whether a row can be written: tried with one that is there for nothing else.
"""

from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from patron.core.store.tables import PULSE


def beat(connection: Connection, now: datetime) -> None:
    """Write when it is, in a writing transaction; whether that can be written tells its commit."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    written = dialect.insert(PULSE).values(id=1, at=now)
    connection.execute(written.on_conflict_do_update(index_elements=["id"], set_={"at": now}))
