"""
A private copy of tables in PostgreSQL: what is written to it nobody else sees, waits for, or keeps.

Temporary tables stand before all others of their name for the one connection that made them, and go with it. So what writes to
tables by their names writes to the copy, in transactions as short as it likes, and leaves nothing behind but gaps among ids.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Index,
    MetaData,
    Table,
    UniqueConstraint,
    column,
    event,
    func,
    insert,
    select,
    table,
    text,
)
from sqlalchemy.sql.dml import UpdateBase

from patron.core.store.database import Database
from patron.core.store.engine import WRITES
from patron.core.store.tables import TABLES
from patron.core.store.translating import translated


@contextmanager
def private_tables(database: Database, nouns: Collection[str]) -> Iterator[Connection]:
    """
    Open a connection with a private copy of the tables of some nouns, as they are now; it commits as it is told to.

    What would write to a table that has no copy here is an error of ours, and stops before it does.

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
            event.listen(connection, "before_execute", partial(_refuse_others, {TABLES[noun].name for noun in nouns}))
            yield connection
        finally:
            # The tables go with the session; another user of the connection would still find them.
            connection.invalidate()


def _refuse_others(private: Collection[str], _: Connection, statement: object, *about: object) -> None:
    if isinstance(statement, UpdateBase) and (target := getattr(statement.table, "name", "?")) not in private:
        raise RuntimeError(f"a rehearsal would write to {target}, of which it has no copy of its own")


def _copy(connection: Connection, original: Table, schema: str) -> None:
    names = original.c.keys()
    copied = Table(
        original.name,
        MetaData(),
        *(_column(one, schema) for one in original.c),
        *(UniqueConstraint(*one.columns.keys()) for one in original.constraints if isinstance(one, UniqueConstraint)),
        *(CheckConstraint(one.sqltext) for one in original.constraints if isinstance(one, CheckConstraint)),
        prefixes=["TEMPORARY"],
    )
    copied.create(connection, checkfirst=False)
    theirs = table(original.name, *map(column, names), schema=schema)
    connection.execute(insert(copied).from_select(names, select(theirs)))
    for index in original.indexes:
        Index(index.name, *(copied.c[name] for name in index.columns.keys())).create(connection)  # noqa: SIM118  # no mapping


def _column(original: Column[Any], schema: str) -> Column[Any]:
    about: dict[str, Any] = {"primary_key": original.primary_key, "nullable": original.nullable, "autoincrement": False}
    if original.name == "id":
        # Ids go on where those of the table itself do: a sequence of the copy's own would begin with ids that are taken.
        about["server_default"] = text(f"nextval('\"{schema}\".{original.table.name}_id_seq')")
    return Column(original.name, original.type, **about)
