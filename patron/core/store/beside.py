"""
Values beside records: what another table, or a query, knows of the records of a noun, at most one value each.

Conditions and sorting name such values as they name fields. A record of which nothing is known, or nothing that the actor may
see, is without a value.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
from sqlalchemy import ColumnElement, FromClause, Table

from patron.core.nouns import Field


@attrs.frozen(eq=False)
class Beside:
    """
    Some values beside the records of a noun.

    Attributes:
        fields: what conditions call each value → what it is.
        columns: the same → the expression of its value.
        rows: the table that the expressions read; None where each finds its own way from the record.
        on: which of its rows belongs to a record, as far as the actor may see it.
    """

    fields: Mapping[str, Field]
    columns: Mapping[str, ColumnElement[Any]]
    rows: FromClause | None = None
    on: ColumnElement[bool] | None = None


def joined(table: Table, beside: Sequence[Beside]) -> FromClause:
    """Return a noun's table with the tables beside it; every record stays."""
    rows: FromClause = table
    for one in beside:
        rows = rows if one.rows is None else rows.outerjoin(one.rows, one.on)
    return rows


def value_beside(name: str, beside: Sequence[Beside]) -> tuple[Field, ColumnElement[Any]] | None:
    """Return the field and the expression of a value; None where *name* is none of these."""
    return next(((one.fields[name], one.columns[name]) for one in beside if name in one.fields), None)
