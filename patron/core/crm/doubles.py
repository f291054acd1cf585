"""
Customers who may be one: what the database holds, read as matching sees it. Nothing is merged here; a person decides that.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from patron.core.matching.person import TELLING, Person, person_known
from patron.core.nouns import Customer, Identity
from patron.core.store import Reader

if TYPE_CHECKING:
    import pyarrow as pa

_AT_ONCE = 20_000
"""Rows of Arrow that are Python's at a time."""


def persons_of(reader: Reader) -> list[Person]:
    """
    Return the persons whom the actor may see, those merged into others left out, by id; `key` is the customer's id.

    What the reader's own transaction has changed is not seen.

    Raises:
        DeniedError: the actor may see no customers, or not by what they are known, at all.
    """
    import pyarrow as pa

    from patron.core.store.bulk import read_columns
    from patron.core.store.bulk.persons import SCHEMA, persons_query

    with read_columns(reader, persons_query(reader), SCHEMA) as batches:
        table = pa.Table.from_batches(list(batches), SCHEMA).sort_by([("id", "ascending"), ("link", "ascending")])
    return [_person(key, rows) for key, rows in groupby(_rows(table), itemgetter("id"))]


def person_of_customer(customer: Customer, identities: Iterable[Identity]) -> Person:
    """Return a customer as matching sees one."""
    about = {name: getattr(customer, name) for name in TELLING}
    return person_known(str(customer.id), customer.name, about, ((one.scheme, one.value) for one in identities))


def _rows(table: "pa.Table") -> Iterator[dict[str, Any]]:
    for batch in table.to_batches(max_chunksize=_AT_ONCE):
        yield from batch.to_pylist()


def _person(key: int, rows: Iterable[dict[str, Any]]) -> Person:
    found = list(rows)
    about = {name: found[0][name] for name in TELLING}
    identities = ((row["scheme"], row["value"]) for row in found if row["value"] is not None)
    return person_known(str(key), found[0]["name"], about, identities)
