"""
Selects as text with parameters, for drivers that SQLAlchemy does not speak to.
"""

from typing import Any

import attrs
from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.sql.selectable import SelectBase


@attrs.frozen
class Statement:
    """
    What a driver is given.

    Attributes:
        text: SQL with the marks of the dialect's driver.
        parameters: name → value.
        order: the names in the order of the marks, where these are positional; a value that is used twice stands there twice.
    """

    text: str
    parameters: dict[str, Any]
    order: tuple[str, ...]

    @property
    def positional(self) -> list[Any]:
        """The values in the order of the marks."""
        return [self.parameters[name] for name in self.order]


def compile_select(query: SelectBase, dialect: Dialect) -> Statement:
    """Return a select as the driver of *dialect* would get it, lists of values written out."""
    compiled = query.compile(dialect=dialect)
    state = compiled.construct_expanded_state()
    order = state.parameters if state.positiontup is None else state.positiontup
    values = {}
    for name in order:
        processor = state.processors.get(name)
        if processor is None and name in compiled.binds:
            processor = compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)
        values[name] = state.parameters[name] if processor is None else processor(state.parameters[name])
    return Statement(state.statement, values, tuple(order))


def inlined(query: Select[Any], connection: Connection) -> str:
    """
    Return a select for PostgreSQL with its parameters written into the text by libpq's own rules.

    A query with parameters is one that ADBC can't send as a COPY; it would hold the whole answer in memory.
    """
    from psycopg import ClientCursor

    statement = compile_select(query, connection.dialect)
    driver: Any = connection.connection.driver_connection
    with ClientCursor(driver) as cursor:
        return cursor.mogrify(statement.text, statement.parameters)
