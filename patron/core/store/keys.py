"""
Looking up many records at once by what files know of them, whoever may see them: equal keys are the same record.

What is found here is not shown to anybody; whoever goes on to change it does so through the unit of work, which asks for rights.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, func, select

from patron.core.nouns import POINTERS, Identity, Vocabulary, noun_of
from patron.core.store.parts import parts_of
from patron.core.store.rows import Noun, to_record
from patron.core.store.tables import TABLES


class Party(NamedTuple):
    """
    Whom an identity stands for.

    Attributes:
        customer_id: the customer.
        name: the name.
        batch_id: the import that made the customer.
    """

    customer_id: int
    name: str
    batch_id: int | None


class Known(NamedTuple):
    """
    A stored identity.

    Attributes:
        id: its id.
        parties: whom it stands for, the smallest id first.
    """

    id: int
    parties: tuple[Party, ...]


Key = tuple[str, str]
"""Scheme and value of an identity."""


def known_identities(connection: Connection, identities: Iterable[Identity]) -> dict[Key, Known]:
    """Return those of the identities that are stored, and whom they stand for."""
    table, link, customer = TABLES["identity"], TABLES["identity_link"], TABLES["customer"]
    by_scheme: dict[str, set[str]] = {}
    for one in identities:
        by_scheme.setdefault(one.scheme, set()).add(one.value)
    columns = (table.c.id, table.c.value, link.c.customer_id, customer.c.name, customer.c.merged_into_id, customer.c.batch_id)
    joined = table.outerjoin(link, link.c.identity_id == table.c.id).outerjoin(customer, customer.c.id == link.c.customer_id)
    found: dict[Key, dict[int, Party]] = {}
    ids: dict[Key, int] = {}
    for scheme, values in by_scheme.items():
        query = select(*columns).select_from(joined).where(table.c.scheme == scheme)
        for row in _asked(connection, query, table.c.value, values):
            ids[scheme, row.value] = row.id
            parties = found.setdefault((scheme, row.value), {})
            # What a merged customer was known by went to the other one, unless the two were told apart.
            if row.customer_id is not None and row.merged_into_id is None:
                parties[row.customer_id] = Party(row.customer_id, row.name, row.batch_id)
    return {key: Known(ids[key], tuple(parties[one] for one in sorted(parties))) for key, parties in found.items()}


def keys_of_customers(connection: Connection, customer_ids: Iterable[int]) -> dict[int, list[Key]]:
    """Return what identifies each of some customers, by their ids."""
    table, link = TABLES["identity"], TABLES["identity_link"]
    query = select(link.c.customer_id, table.c.scheme, table.c.value).where(link.c.identity_id == table.c.id).order_by(link.c.id)
    found: dict[int, list[Key]] = {}
    for number, scheme, value in _asked(connection, query, link.c.customer_id, customer_ids):
        found.setdefault(number, []).append((scheme, value))
    return found


def records_by(
    connection: Connection, noun: type[Noun], vocabulary: Vocabulary, field: str, values: Iterable[object], **same: object
) -> list[Noun]:
    """Return the records whose *field* has one of *values*, and whose other fields are as given (None: have no value)."""
    table = TABLES[noun_of(noun)]
    query = select(table).where(
        *(table.c[name].is_(None) if value is None else table.c[name] == value for name, value in same.items())
    )
    return [to_record(noun, row, vocabulary) for row in _asked(connection, query, table.c[field], values)]


def standing_by(
    connection: Connection, noun: type[Noun], vocabulary: Vocabulary, field: str, values: Iterable[object]
) -> dict[int, Noun]:
    """Return id → record as `records_by()` finds them; of one that was merged that into which it was merged."""
    pointer = POINTERS[noun_of(noun)]
    found: list[Any] = records_by(connection, noun, vocabulary, field, values)
    into = {getattr(one, pointer) for one in found} - {None}
    there = {one.id: one for one in records_by(connection, noun, vocabulary, "id", into)} if into else {}  # type: ignore[attr-defined]
    return {one.id: there.get(getattr(one, pointer), one) for one in found}


def rows_by(
    connection: Connection, noun: str, columns: Sequence[str], field: str, values: Iterable[object], **same: object
) -> list[Any]:
    """Return some columns of the rows whose *field* has one of *values*, and whose other fields are as given."""
    table = TABLES[noun]
    query = select(*(table.c[name] for name in columns)).where(*(table.c[name] == value for name, value in same.items()))
    return list(_asked(connection, query, table.c[field], values))


def counts_by(connection: Connection, noun: str, field: str, values: Iterable[object]) -> dict[Any, int]:
    """Return how many rows have each of some values of a field; nothing for values that none has."""
    column = TABLES[noun].c[field]
    query = select(column, func.count()).group_by(column)
    return {row[0]: row[1] for row in _asked(connection, query, column, values)}


def names_of(connection: Connection, noun: str, columns: Sequence[str]) -> list[Any]:
    """Return some columns of all rows, by id; for nouns of which there are few."""
    table = TABLES[noun]
    return list(connection.execute(select(*(table.c[name] for name in columns)).order_by(table.c.id)))


def first_times(connection: Connection, order_ids: Iterable[int]) -> Mapping[int, datetime]:
    """Return the time of the first line of each order."""
    lines = TABLES["order_line"]
    query = select(lines.c.order_id, func.min(lines.c.at).label("at")).group_by(lines.c.order_id)
    return {row.order_id: row.at for row in _asked(connection, query, lines.c.order_id, order_ids)}


def _asked(connection: Connection, query: Select[Any], column: Any, values: Iterable[object]) -> Iterator[Any]:
    for part in parts_of(values):
        # All at once: row by row takes the driver twice as long.
        yield from connection.execute(query.where(column.in_(part))).all()
