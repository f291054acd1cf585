"""
Appending rows by the thousand within a transaction: `COPY`, or many rows a statement, without the work that single rows get.

To hand a value to SQLite takes about as long as to write it, and most columns of an import say the same in every row: what rows
have in common is handed over once a statement.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, islice
from operator import attrgetter
from types import MappingProxyType
from typing import Any

import attrs
from sqlalchemy import Connection, Dialect, Table, insert

from patron.core.store.copying import copy_rows

TOGETHER = 500
"""Rows of one statement of SQLite: it looks for the table's next id, and sets out to undo, once a statement."""

_MOST_PARAMETERS = 32_766
"""Of a statement of SQLite."""

_MOST_STATEMENTS = 64
"""Statements that are kept in words; from chunk to chunk rows have the same in common, mostly."""

_NO_DEFAULTS: Mapping[str, Any] = MappingProxyType({})


Fit = Callable[[Any], Any]


@attrs.frozen
class _Prepared:
    """
    How rows of a table go to a driver.

    Attributes:
        statement: the insert of one row.
        names: the columns, in the order of its parameters.
        fits: place, what makes a value fit for the driver, and what becomes of None, of the columns that need it.
    """

    statement: str
    names: tuple[str, ...]
    fits: tuple[tuple[int, Fit, Any], ...]


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
    append_values(connection, table, _filled(rows, defaults, _prepared(connection.dialect, table)))


def append_records(connection: Connection, table: Table, records: Iterable[Any]) -> None:
    """Append records to a table whose columns are called as their attributes."""
    prepared = _prepared(connection.dialect, table)
    append_values(connection, table, _fitted(map(_picking(attrgetter, prepared), records), prepared))


def append_values(connection: Connection, table: Table, rows: Iterable[Sequence[Any]]) -> None:
    """Append rows whose values are what the driver takes, in the order of the table's columns."""
    prepared = _prepared(connection.dialect, table)
    if connection.dialect.name == "postgresql":
        copy_rows(connection, table, prepared.names, rows)
        return
    waiting, together = iter(rows), min(TOGETHER, _MOST_PARAMETERS // len(prepared.names))
    while part := list(islice(waiting, together)):
        if len(part) == together:
            _insert_together(connection, table, part)
        else:
            connection.exec_driver_sql(prepared.statement, part)


def _insert_together(connection: Connection, table: Table, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows by one statement of SQLite."""
    columns = list(zip(*rows, strict=True))
    alike = tuple(values.count(values[0]) == len(values) for values in columns)
    common = [values[0] for values, same in zip(columns, alike, strict=True) if same]
    own = (values for values, same in zip(columns, alike, strict=True) if not same)
    statement = _statement(connection.dialect, table, alike, len(rows))
    connection.exec_driver_sql(statement, (*common, *chain.from_iterable(zip(*own, strict=True))))


@lru_cache(maxsize=_MOST_STATEMENTS)
def _statement(dialect: Dialect, table: Table, alike: Sequence[bool], count: int) -> str:
    """Return the insert of rows that have some columns in common, whose values stand first and only once."""
    quote = dialect.identifier_preparer
    names = sorted(zip(alike, table.c.keys(), strict=True), key=lambda one: not one[0])
    values = [f"?{place}" if same else "?" for place, (same, _) in enumerate(names, 1)]
    columns, row = ", ".join(quote.quote(name) for _, name in names), f"({', '.join(values)})"
    into = f"{quote.format_table(table)} ({columns})"
    return f"INSERT INTO {into} VALUES {', '.join([row] * count)}"  # noqa: S608  # the words are those of our tables


def _filled(rows: Iterable[Mapping[str, Any]], defaults: Mapping[str, Any], prepared: _Prepared) -> Iterator[tuple[Any, ...]]:
    """Yield each row's values as the driver takes them; most columns of most rows have their default, which is fitted once."""
    fits = {place: (fit, nothing) for place, fit, nothing in prepared.fits}
    places = {name: (place, *fits.get(place, (None, None))) for place, name in enumerate(prepared.names)}
    (empty,) = _fitted([tuple(defaults.get(name) for name in prepared.names)], prepared)
    for row in rows:
        values = list(empty)
        for name, value in row.items():
            place, fit, nothing = places[name]
            values[place] = value if fit is None else nothing if value is None else fit(value)
        yield tuple(values)


def _fitted(rows: Iterable[tuple[Any, ...]], prepared: _Prepared) -> Iterator[tuple[Any, ...]]:
    """Yield each row's values as the driver takes them."""
    fits = prepared.fits
    if not fits:
        yield from rows
        return
    for row in rows:
        values = list(row)
        for place, fit, nothing in fits:
            value = values[place]
            values[place] = nothing if value is None else fit(value)
        yield tuple(values)


def _picking(getter: Callable[..., Callable[[Any], Any]], prepared: _Prepared) -> Callable[[Any], tuple[Any, ...]]:
    """Return what picks the values of all columns; getters of one name return no tuple."""
    pick = getter(*prepared.names)
    return pick if len(prepared.names) > 1 else lambda row: (pick(row),)


@lru_cache(maxsize=256)
def _prepared(dialect: Dialect, table: Table) -> _Prepared:
    compiled = insert(table).compile(dialect=dialect, column_keys=table.c.keys())
    names = tuple(table.c.keys())
    if compiled.positiontup is not None and tuple(compiled.positiontup) != names:
        raise AssertionError(f"{table.name}: {compiled.positiontup} are not in the order of the columns")
    binds = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names]
    fits = tuple((place, bind, bind(None)) for place, bind in enumerate(binds) if bind is not None)
    return _Prepared(str(compiled), names, fits)
