"""
Indexes of extension fields: made for those that are declared `indexed`, dropped when nobody declares them any more.

They are the work of `patron db upgrade` and of no revision, for which fields there are is the installation's business. An index
is of the very expression that a criterion on the field becomes, or the database would not use it.
"""

import hashlib
from collections.abc import Mapping

import attrs
from sqlalchemy import Connection, Index, MetaData, String, Table, column, select, table

from patron.core.nouns import Field, Vocabulary
from patron.core.store.criteria import expression_of
from patron.core.store.tables import TABLES

PREFIX = "ix_ext_"
"""What the names of these indexes begin with, and of no others."""


@attrs.frozen
class Aligned:
    """
    What became of the indexes of extension fields.

    Attributes:
        made: `noun.field` of each that was made.
        dropped: the names of those that were dropped.
    """

    made: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


def align_indexes(connection: Connection, vocabulary: Vocabulary) -> Aligned:
    """Make the indexes that the vocabulary wants and drop those that it doesn't, in a writing transaction."""
    made, dropped, existing = [], [], _existing(connection)
    for noun, rows in TABLES.items():
        wanted = _wanted(noun, vocabulary)
        found = existing.get(rows.name, set())
        for name in sorted(found - wanted.keys()):
            Index(name, _bare(rows).c.id).drop(connection)
            dropped.append(name)
        for name in sorted(wanted.keys() - found):
            field = wanted[name]
            bare = _bare(rows)
            Index(name, expression_of(field, bare), _table=bare).create(connection)
            made.append(f"{noun}.{field.name}")
    return Aligned(tuple(made), tuple(dropped))


def _wanted(noun: str, vocabulary: Vocabulary) -> Mapping[str, Field]:
    fields = vocabulary.extensions.get(noun, {}).values()
    return {_name(noun, field): field for field in fields if field.indexed}


def _name(noun: str, field: Field) -> str:
    # The kind is part of it, since it is part of the expression; a digest, since names of indexes are short.
    said = f"{noun} {field.name} {field.kind}"
    return f"{PREFIX}{hashlib.sha256(said.encode()).hexdigest()[:16]}"


def _existing(connection: Connection) -> Mapping[str, set[str]]:
    """Return the names of our indexes by table; SQLAlchemy's inspector leaves out those of expressions in SQLite."""
    if connection.dialect.name == "sqlite":
        name, owner = column("name", String), column("tbl_name", String)
        catalogue = table("sqlite_master", name, owner)
    else:
        name, owner = column("indexname", String), column("tablename", String)
        catalogue = table("pg_indexes", name, owner)
    query = select(owner, name).select_from(catalogue).where(name.startswith(PREFIX, autoescape=True))
    found: dict[str, set[str]] = {}
    for owned, index in connection.execute(query):
        found.setdefault(owned, set()).add(index)
    return found


def _bare(rows: Table) -> Table:
    """Return a copy of a table to which indexes can be added without anybody else seeing them."""
    return rows.to_metadata(MetaData())
