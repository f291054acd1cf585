"""
A private copy of tables in PostgreSQL: what is written to it nobody else sees, waits for, or keeps.

Temporary tables stand before all others of their name for the one connection that made them, and go with it. So what writes to
tables by their names writes to the copy, in transactions as short as it likes, and leaves nothing behind but gaps among ids.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Index,
    MetaData,
    Table,
    UniqueConstraint,
    column,
    func,
    insert,
    select,
    table,
)

from patron.core.store.database import Database
from patron.core.store.engine import WRITES
from patron.core.store.tables import TABLES
from patron.core.store.translating import translated


@contextmanager
def private_tables(database: Database, nouns: Iterable[str]) -> Iterator[Connection]:
    """
    Open a connection with a private copy of the tables of some nouns, as they are now; it commits as it is told to.

    Raises:
        StoreError: the database can't be reached, or has no room for the copy.
    """
    with translated(database.where), database.engine.connect().execution_options(**{WRITES: True}) as connection:
        try:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            schema = connection.execute(select(func.current_schema())).scalar_one()
            for noun in nouns:
                _copy(connection, TABLES[noun], schema)
            connection.commit()
            yield connection
        finally:
            # The tables go with the session; another user of the connection would still find them.
            connection.invalidate()


def _copy(connection: Connection, original: Table, schema: str) -> None:
    names = original.c.keys()
    copied = Table(
        original.name,
        MetaData(),
        *(Column(one.name, one.type, primary_key=one.primary_key, nullable=one.nullable) for one in original.c),
        *(UniqueConstraint(*one.columns.keys()) for one in original.constraints if isinstance(one, UniqueConstraint)),
        *(CheckConstraint(one.sqltext) for one in original.constraints if isinstance(one, CheckConstraint)),
        prefixes=["TEMPORARY"],
    )
    copied.create(connection, checkfirst=False)
    theirs = table(original.name, *map(column, names), schema=schema)
    connection.execute(insert(copied).from_select(names, select(theirs)))
    for index in original.indexes:
        Index(index.name, *(copied.c[name] for name in index.columns.keys())).create(connection)  # noqa: SIM118  # no mapping
