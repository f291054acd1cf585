"""
The persons of the database as columns, with what identifies them: what a scan for doubles reads all of.

One query, and so one state of the database: a person has a row for each identity, or one without.
"""

from typing import Any

import pyarrow as pa
from sqlalchemy import BigInteger, Column, ColumnElement, Select, Text, cast, null, select, type_coerce

from patron.core.access import Action
from patron.core.nouns.criterion import equal
from patron.core.store.criteria import predicate_of
from patron.core.store.reader import Reader
from patron.core.store.tables import TABLES

SCHEMA = pa.schema(
    [
        ("id", pa.int64()),
        ("name", pa.string()),
        ("birth_year", pa.int64()),
        ("address", pa.string()),
        ("region", pa.string()),
        ("link", pa.int64()),
        ("scheme", pa.string()),
        ("value", pa.string()),
    ]
)
"""The columns; sorted by `id` and `link`, the rows are in the order in which people and what identifies them came."""

_CUSTOMERS, _LINKS, _IDENTITIES = TABLES["customer"], TABLES["identity_link"], TABLES["identity"]


def persons_query(reader: Reader) -> Select[Any]:
    """
    Return the query of the persons whom the actor may see, those merged into others left out; a hidden field has no value.

    Raises:
        DeniedError: the actor may see no customers, or not by what they are known, at all.
    """
    known = (
        select(
            _LINKS.c.id.label("link"), _LINKS.c.customer_id, _IDENTITIES.c.scheme, _shown(reader, "identity", _IDENTITIES.c.value)
        )
        .join(_IDENTITIES, _IDENTITIES.c.id == _LINKS.c.identity_id)
        .where(reader.reach(Action.READ, "identity_link"), reader.reach(Action.READ, "identity"))
        .subquery()
    )
    columns: list[ColumnElement[Any]] = [
        _CUSTOMERS.c.id,
        *(_shown(reader, "customer", _CUSTOMERS.c[name]) for name in ("name", "birth_year", "address", "region")),
        known.c.link,
        type_coerce(known.c.scheme, Text).label("scheme"),
        known.c.value,
    ]
    is_person = predicate_of(equal("kind", "person"), "customer", reader.vocabulary)
    return (
        select(*columns)
        .select_from(_CUSTOMERS.outerjoin(known, known.c.customer_id == _CUSTOMERS.c.id))
        .where(is_person, _CUSTOMERS.c.merged_into_id.is_(None), reader.reach(Action.READ, "customer"))
    )


def _shown(reader: Reader, noun: str, column: Column[Any]) -> ColumnElement[Any]:
    """Return a column as the actor sees it, of a type that both databases hand over."""
    kind = BigInteger if SCHEMA.field(column.name).type == pa.int64() else Text
    hidden = column.name in reader.concealed.hidden(noun)
    return (cast(null(), kind) if hidden else type_coerce(column, kind)).label(column.name)
