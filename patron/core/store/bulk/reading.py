"""
Reading: a SELECT becomes record batches of an agreed schema.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
from sqlalchemy import Select

from patron.core.store.reader import Reader

KINDS = (pa.int64(), pa.float64(), pa.string())
"""What a column may be: what both databases keep and Arrow takes as it is. Money, times and truth values are integers."""


@contextmanager
def read_columns(reader: Reader, query: Select[Any], schema: pa.Schema) -> Iterator[Iterator[pa.RecordBatch]]:
    """
    Read the rows of a select, within a block that ends the reading.

    The rows come in any order, from one state of the database: that of the reader's transaction in PostgreSQL, the one at the
    block's beginning in SQLite; what the transaction itself has changed is not seen. The reader's transaction may end before the
    block does. Rights are the query's business: it must hold `reader.reach(…)`.

    Args:
        reader: the transaction to begin from.
        query: without order; its columns are named as those of the schema.
        schema: the columns, each of a type of `KINDS`; all may be null.

    Raises:
        StoreError: the database can't be read, or a value is not what the schema says.
    """
    check_request(query, schema)
    if reader.connection.dialect.name == "sqlite":
        from patron.core.store.bulk.sqlite import read
    else:  # its drivers are an extra
        from patron.core.store.bulk.postgresql import read
    with read(reader.connection, query, schema) as batches:
        yield batches


def check_request(query: Select[Any], schema: pa.Schema) -> None:
    """Refuse, as a bug of the caller, what could not be read alike from both databases."""
    names = [column.name for column in query.selected_columns]
    if names != schema.names:
        raise ValueError(f"the query has the columns {names}, the schema {schema.names}")
    if any(field.type not in KINDS for field in schema):
        raise TypeError(f"columns are int64, double or string, not {schema.types}")
    if query._order_by_clauses:  # noqa: SLF001  # there is no public way to ask
        raise ValueError("rows that are read in bulk have no order; sort them in Arrow")
