"""
A table of measures, and ways to fill and read it in bulk.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import attrs
import numpy as np
import pyarrow as pa
import pytest
from sqlalchemy import BigInteger, Column, Float, MetaData, Select, String, Table, select

from patron.core.access import LOCAL_ADMINISTRATOR, Policy
from patron.core.nouns import Vocabulary
from patron.core.store import Database, Reader
from patron.core.store.bulk import read_columns, write_columns

TABLE = Table(
    "measures",
    MetaData(),
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("amount", BigInteger),
    Column("share", Float(53)),
    Column("code", String(20)),
)
SCHEMA = pa.schema([("id", pa.int64()), ("amount", pa.int64()), ("share", pa.float64()), ("code", pa.string())])


@attrs.frozen
class Measures:
    """
    The table in one database.

    Attributes:
        database: where it is.
        table: its columns.
        schema: the same for Arrow.
    """

    database: Database
    table: Table = TABLE
    schema: pa.Schema = SCHEMA

    def batch(self, rows: list[dict]) -> pa.RecordBatch:
        """Return rows as a batch."""
        return pa.RecordBatch.from_pylist(rows, SCHEMA)

    def many(self, rows: int, *, empty: bool = False) -> pa.RecordBatch:
        """Return so many rows with ids from 1, the same values in each, or none."""
        ids = pa.array(np.arange(1, rows + 1))
        if empty:
            return pa.RecordBatch.from_arrays([ids, *(pa.nulls(rows, field.type) for field in list(SCHEMA)[1:])], schema=SCHEMA)
        values = [pa.array([5]), pa.array([0.5]), pa.array(["x"])]
        places = pa.array(np.zeros(rows, np.int64))
        return pa.RecordBatch.from_arrays([ids, *(value.take(places) for value in values)], schema=SCHEMA)

    def write(self, *batches: pa.RecordBatch) -> int:
        """Append batches."""
        return write_columns(self.database, TABLE, SCHEMA, batches)

    @contextmanager
    def reading(self, query: Select | None = None, schema: pa.Schema = SCHEMA) -> Iterator[Iterator[pa.RecordBatch]]:
        """Begin to read the rows of a query, or all."""
        with self.database.reading() as connection:
            reader = Reader(connection, actor=LOCAL_ADMINISTRATOR, policy=Policy(), vocabulary=Vocabulary())
            with read_columns(reader, select(TABLE) if query is None else query, schema) as batches:
                yield batches

    def read(self, query: Select | None = None, schema: pa.Schema = SCHEMA) -> list[dict]:
        """Return the rows of a query, or all, by the first column."""
        with self.reading(query, schema) as batches:
            return pa.Table.from_batches(batches, schema).sort_by(schema.names[0]).to_pylist()


def made_in(database: Database) -> Measures:
    """Make the table."""
    with database.writing() as connection:
        TABLE.create(connection)
    return Measures(database)


@pytest.fixture
def measures(database: Database) -> Measures:
    """Return the table in either database."""
    return made_in(database)


@pytest.fixture
def make_measures() -> Callable[[Database], Measures]:
    """Return a function that makes the table in a database."""
    return made_in
