"""
Appending rows by the thousand within a transaction: `COPY`, or many rows a statement, without the work that single rows get.

Rows travel as columns. To hand a value to SQLite takes about as long as to write it, and most columns of an import say the same
in every row: what rows have in common is handed over once a statement, and what none of them says isn't named at all.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Dialect, Table

from patron.core.store.copying import copy_rows

TOGETHER = 500
"""Rows of one statement of SQLite: it looks for the table's next id, and sets out to undo, once a statement."""

_MOST_PARAMETERS = 32_766
"""Of a statement of SQLite."""

_MOST_STATEMENTS = 64
"""Statements that are kept in words; from chunk to chunk rows have the same in common, mostly."""

_NO_DEFAULTS: Mapping[str, Any] = MappingProxyType({})

_ABSENT = object()

_Fit = Callable[[Any], Any]
"""Makes a value fit for the driver; None of most kinds stays None."""


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
    every = list(rows)
    said, columns = set[str]().union(*every), dict[str, Sequence[Any]]()
    for name, fit in _fits(connection.dialect, table).items():
        usual = _fitted(fit, defaults.get(name))
        if name in said:
            columns[name] = _column(every, name, fit, usual)
        elif usual is not None or table.c[name].server_default is not None:
            columns[name] = [usual] * len(every)
    append_columns(connection, table, columns)


def append_records(connection: Connection, table: Table, records: Sequence[Any]) -> None:
    """Append records to a table whose columns are called as their attributes."""
    columns = {
        name: list(map(attrgetter(name), records)) if fit is None else [_fitted(fit, getattr(record, name)) for record in records]
        for name, fit in _fits(connection.dialect, table).items()
    }
    append_columns(connection, table, columns)


def append_columns(connection: Connection, table: Table, columns: Mapping[str, Sequence[Any]]) -> None:
    """Append rows to a table, given as column → values that are what the driver takes, of all rows in their order."""
    names, values = tuple(columns), list(columns.values())
    count = len(values[0]) if values else 0
    if not count:
        return
    if connection.dialect.name == "postgresql":
        copy_rows(connection, table, names, zip(*values, strict=True))
        return
    together = min(TOGETHER, _MOST_PARAMETERS // len(names))
    whole = count - count % together
    if whole:
        _insert_together(connection, table, names, [column[:whole] for column in values], together)
    if whole < count:
        single = _statement(connection.dialect, table, names, (False,) * len(names), 1)
        connection.exec_driver_sql(single, list(zip(*(column[whole:] for column in values), strict=True)))


def _insert_together(
    connection: Connection, table: Table, names: tuple[str, ...], columns: Sequence[Sequence[Any]], together: int
) -> None:
    """Insert rows into SQLite, so many by one statement."""
    alike = tuple(values.count(values[0]) == len(values) for values in columns)
    common = [values[0] for values, same in zip(columns, alike, strict=True) if same]
    own = [values for values, same in zip(columns, alike, strict=True) if not same]
    statement = _statement(connection.dialect, table, names, alike, together)
    for start in range(0, len(columns[0]), together):
        rows = zip(*(values[start : start + together] for values in own), strict=True)
        connection.exec_driver_sql(statement, (*common, *chain.from_iterable(rows)))


@lru_cache(maxsize=_MOST_STATEMENTS)
def _statement(dialect: Dialect, table: Table, names: Sequence[str], alike: Sequence[bool], count: int) -> str:
    """Return the insert of rows that have some columns in common, whose values stand first and only once."""
    quote = dialect.identifier_preparer
    ordered = sorted(zip(alike, names, strict=True), key=lambda one: not one[0])
    values = [f"?{place}" if same else "?" for place, (same, _) in enumerate(ordered, 1)]
    columns, row = ", ".join(quote.quote(name) for _, name in ordered), f"({', '.join(values)})"
    into = f"{quote.format_table(table)} ({columns})"
    return f"INSERT INTO {into} VALUES {', '.join([row] * count)}"  # noqa: S608  # the words are those of our tables


def _column(rows: Sequence[Mapping[str, Any]], name: str, fit: _Fit | None, usual: Any) -> list[Any]:
    """Return what rows say in a column, as the driver takes it."""
    if fit is None:
        return [row.get(name, usual) for row in rows]
    said = (row.get(name, _ABSENT) for row in rows)
    return [usual if value is _ABSENT else _fitted(fit, value) for value in said]


def _fitted(fit: _Fit | None, value: Any) -> Any:
    return value if fit is None else fit(value)


@lru_cache(maxsize=256)
def _fits(dialect: Dialect, table: Table) -> Mapping[str, _Fit | None]:
    """Return column → what makes its values fit for the driver, in the order of the table; None where any does."""
    return {column.name: column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.c}
