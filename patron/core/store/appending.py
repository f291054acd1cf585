"""
Appending rows by the thousand within a transaction: a prepared statement or `COPY`, without the work that single rows get.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from operator import attrgetter
from types import MappingProxyType
from typing import Any

import attrs
from sqlalchemy import Connection, Dialect, Table, insert

from patron.core.store.copying import copy_rows

AT_ONCE = 5_000
"""Rows of one call of the driver; their parameters are in memory."""

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
    waiting = iter(rows)
    while part := list(islice(waiting, AT_ONCE)):
        connection.exec_driver_sql(prepared.statement, part)


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
