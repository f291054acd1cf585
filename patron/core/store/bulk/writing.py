"""
Writing: record batches are appended to a table.
"""

from collections.abc import Iterable

import pyarrow as pa
from sqlalchemy import Table

from patron.core.store.database import Database


def write_columns(database: Database, table: Table, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> int:
    """
    Append record batches to a table, each in a transaction of its own, and return the number of rows.

    Whoever is interrupted leaves the batches that were committed; make sure that nobody takes them for the whole.

    Args:
        database: where the table is; no transaction of the caller's may hold a lock on it.
        table: has at least the columns of the schema.
        schema: what the batches consist of.
        batches: the rows.

    Raises:
        StoreError: they can't be written.
    """
    if database.engine.dialect.name == "sqlite":
        from patron.core.store.bulk.sqlite import write
    else:  # its drivers are an extra
        from patron.core.store.bulk.postgresql import write
    return write(database.engine, table.name, schema, batches)
