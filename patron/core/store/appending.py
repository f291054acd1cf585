"""
Appending rows by the thousand within a transaction: a prepared statement or `COPY`, without the work that single rows get.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Dialect, Table, insert

from patron.core.store.copying import copy_rows

AT_ONCE = 5_000
"""Rows of one call of the driver; their parameters are in memory."""

_NO_DEFAULTS: Mapping[str, Any] = MappingProxyType({})


def append_rows(
    connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]], defaults: Mapping[str, Any] = _NO_DEFAULTS
) -> None:
    """
    Append rows to a table.

    Args:
        connection: a writing transaction.
        table: the table.
        rows: column → value as the column's type takes it.
        defaults: column → value of rows that have none; None where there is none.
    """
    statement, binds = _prepared(connection.dialect, table)
    waiting = _values(rows, [(name, defaults.get(name), bind) for name, bind in binds])
    names = [name for name, _ in binds]
    if connection.dialect.name == "postgresql":
        copy_rows(connection, table, names, waiting)
        return
    while part := list(islice(waiting, AT_ONCE)):
        connection.exec_driver_sql(statement, part)


def _values(rows: Iterable[Mapping[str, Any]], columns: Sequence[tuple[str, Any, Any]]) -> Iterator[tuple[Any, ...]]:
    """Yield each row's values as the driver takes them, in the order of the columns (name, default, what makes a value fit)."""
    for row in rows:
        get = row.get
        yield tuple([get(name, default) if bind is None else bind(get(name, default)) for name, default, bind in columns])


@lru_cache(maxsize=256)
def _prepared(dialect: Dialect, table: Table) -> tuple[str, list[tuple[str, Any]]]:
    """Return the statement, and each column with what makes its value fit for the driver, in the statement's order."""
    compiled = insert(table).compile(dialect=dialect, column_keys=table.c.keys())
    order = compiled.positiontup or table.c.keys()
    return str(compiled), [(name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in order]
