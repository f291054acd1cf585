"""
What an import did, looked up when it is to be taken back.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, exists, select

from patron.core.nouns import NOUNS, fields_of
from patron.core.store.chain import decode
from patron.core.store.tables import CHANGES, TABLES

AT_ONCE = 5_000
"""Ids of one question."""


class BatchChange(NamedTuple):
    """
    What a batch did to one field of one record, first and last taken together.

    Attributes:
        noun: the kind of the record.
        subject_id: its id.
        field: the field.
        old: the value before the batch.
        new: the value behind it.
    """

    noun: str
    subject_id: int
    field: str
    old: object
    new: object


def changes_of_batch(connection: Connection, batch_id: int) -> list[BatchChange]:
    """Return the changes that were recorded by an import, one a field, in the order in which they began."""
    query = select(CHANGES).where(CHANGES.c.batch_id == batch_id, CHANGES.c.cause == "import").order_by(CHANGES.c.sequence)
    found: dict[tuple[str, int, str], BatchChange] = {}
    for row in connection.execute(query, execution_options={"yield_per": 10_000}):
        key = (row.noun, row.subject_id, row.field)
        before = found.get(key)
        old = decode(row.old) if before is None else before.old
        found[key] = BatchChange(*key, old, decode(row.new))
    return list(found.values())


def versions_of(connection: Connection, noun: str, batch_id: int) -> Mapping[int, int]:
    """Return id → version of the records that an import made, of a noun that keeps it."""
    table = TABLES[noun]
    rows = connection.execute(select(table.c.id, table.c.version).where(table.c.batch_id == batch_id))
    return {row.id: row.version for row in rows}


def versions_among(connection: Connection, noun: str, ids: Iterable[int]) -> Mapping[int, int]:
    """Return id → version of those of the records that are there."""
    table = TABLES[noun]
    found: dict[int, int] = {}
    for some in _parts(ids):
        found |= {
            row.id: row.version for row in connection.execute(select(table.c.id, table.c.version).where(table.c.id.in_(some)))
        }
    return found


def referring(connection: Connection, made: Mapping[str, Iterable[int]]) -> list[tuple[str, int, str, int]]:
    """Return (noun, id, noun, id) of records that refer to some of those that were made and are not made with them; a few."""
    found: list[tuple[str, int, str, int]] = []
    own = {noun: set(ids) for noun, ids in made.items()}
    for noun in NOUNS:
        table = TABLES[noun]
        for name, field in fields_of(NOUNS[noun]).items():
            if field.target not in own or field.target == "batch":
                continue
            for some in _parts(own[field.target]):
                for row in connection.execute(select(table.c.id, table.c[name].label("to")).where(table.c[name].in_(some))):
                    if row.id not in own.get(noun, ()):
                        found.append((noun, row.id, field.target, row.to))
                        if len(found) >= 20:
                            return found
    return found


def lone_identities(connection: Connection, batch_id: int) -> set[int]:
    """Return the identities that stand for somebody through an import's links alone."""
    links, others = TABLES["identity_link"], TABLES["identity_link"].alias()
    elsewhere = exists().where(others.c.identity_id == links.c.identity_id, others.c.batch_id.is_distinct_from(batch_id))
    return set(connection.execute(select(links.c.identity_id).where(links.c.batch_id == batch_id, ~elsewhere)).scalars())


def delete_rows(connection: Connection, noun: str, ids: Iterable[int]) -> None:
    """Delete rows by id."""
    table = TABLES[noun]
    for some in _parts(ids):
        connection.execute(delete(table).where(table.c.id.in_(some)))


def _parts(ids: Iterable[Any]) -> Iterable[list[Any]]:
    every = sorted(ids)
    return (every[start : start + AT_ONCE] for start in range(0, len(every), AT_ONCE))
