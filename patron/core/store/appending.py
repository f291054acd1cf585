"""
Appending rows by the thousand within a transaction: a prepared statement, and none of the work that single rows deserve.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Dialect, Table, insert

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
    statement, named, binds = _prepared(connection.dialect, table)
    columns = [(name, defaults.get(name), bind) for name, bind in binds]
    names = [name for name, _ in binds]
    waiting: list[Any] = []
    for row in rows:
        get = row.get
        values = [get(name, default) if bind is None else bind(get(name, default)) for name, default, bind in columns]
        waiting.append(dict(zip(names, values, strict=True)) if named else tuple(values))
        if len(waiting) == AT_ONCE:
            connection.exec_driver_sql(statement, waiting)
            waiting = []
    if waiting:
        connection.exec_driver_sql(statement, waiting)


@lru_cache(maxsize=256)
def _prepared(dialect: Dialect, table: Table) -> tuple[str, bool, list[tuple[str, Any]]]:
    """Return the statement, whether its parameters have names, and each column with what makes its value fit for the driver."""
    compiled = insert(table).compile(dialect=dialect, column_keys=table.c.keys())
    order = compiled.positiontup or table.c.keys()
    binds = [(name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in order]
    return str(compiled), compiled.positiontup is None, binds
