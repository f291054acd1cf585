"""
Appending rows by the ten thousand within a transaction: one prepared statement, and none of the work that single rows deserve.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, insert

AT_ONCE = 10_000
"""Rows of one call of the driver; their parameters are in memory."""


def append_rows(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """
    Append rows to a table.

    Args:
        connection: a writing transaction.
        table: the table.
        columns: those that are given; the others keep their defaults.
        rows: column → value, as the columns' types take them; what is missing is null.
    """
    dialect = connection.dialect
    compiled = insert(table).compile(dialect=dialect, column_keys=list(columns))
    order = compiled.positiontup or list(columns)
    binds = [(name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in order]
    named = compiled.positiontup is None
    waiting: list[Any] = []
    for row in rows:
        get = row.get
        values = [get(name) if bind is None else bind(get(name)) for name, bind in binds]
        waiting.append(dict(zip(order, values, strict=True)) if named else tuple(values))
        if len(waiting) == AT_ONCE:
            connection.exec_driver_sql(str(compiled), waiting)
            waiting = []
    if waiting:
        connection.exec_driver_sql(str(compiled), waiting)
