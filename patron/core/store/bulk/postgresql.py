"""
PostgreSQL in bulk: ADBC, which speaks binary COPY, on a connection of its own.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import adbc_driver_manager
import adbc_driver_postgresql
import pyarrow as pa
from sqlalchemy import URL, Connection, Engine, Select, func, select

from patron.core.store.bulk.failures import postgresql_error
from patron.core.store.bulk.statement import inlined
from patron.core.store.engine import shown
from patron.core.store.failures import StoreError

BATCH_BYTES = 8 * 2**20
"""About how much a batch holds (measured: with more, memory grows and speed does not)."""


class Driver:
    """
    One connection by ADBC.

    Args:
        url: the database.
    """

    def __init__(self, url: URL) -> None:
        address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._database = adbc_driver_postgresql.connect(address)
        try:
            self._connection = adbc_driver_manager.AdbcConnection(self._database)
        except BaseException:
            self._database.close()
            raise

    def close(self) -> None:
        """Close the connection; a transaction that is open is undone."""
        self._connection.close()
        self._database.close()

    def run(self, text: str) -> None:
        """Execute a statement without an answer."""
        with adbc_driver_manager.AdbcStatement(self._connection) as statement:
            statement.set_sql_query(text)
            statement.execute_update()

    @contextmanager
    def select(self, text: str) -> Iterator[pa.RecordBatchReader]:
        """Execute a query, and end it with the block."""
        with adbc_driver_manager.AdbcStatement(self._connection) as statement:
            statement.set_options(**{adbc_driver_postgresql.StatementOptions.BATCH_SIZE_HINT_BYTES.value: str(BATCH_BYTES)})
            statement.set_sql_query(text)
            with pa.RecordBatchReader.from_stream(statement.execute_query()[0]) as reader:
                yield reader

    def append(self, table: str, batch: pa.RecordBatch) -> None:
        """Append rows to a table, all or none."""
        with adbc_driver_manager.AdbcStatement(self._connection) as statement:
            statement.set_options(
                **{
                    adbc_driver_manager.INGEST_OPTION_TARGET_TABLE: table,
                    adbc_driver_manager.INGEST_OPTION_MODE: adbc_driver_manager.INGEST_OPTION_MODE_APPEND,
                }
            )
            statement.bind_stream(pa.RecordBatchReader.from_batches(batch.schema, [batch]))
            statement.execute_update()


@contextmanager
def read(connection: Connection, query: Select[Any], schema: pa.Schema) -> Iterator[Iterator[pa.RecordBatch]]:
    """Read by ADBC what the transaction of *connection* sees; see `read_columns()`."""
    url, where = connection.engine.url, shown(connection.engine.url)
    text = inlined(query, connection)
    snapshot = connection.execute(select(func.pg_export_snapshot())).scalar_one()
    with _told(where), closing(Driver(url)) as driver:
        driver.run("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        driver.run(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
        with driver.select(text) as reader:
            if reader.schema.types != schema.types:
                raise StoreError("bulk.wrong_types", where=where, got=reader.schema.types, expected=schema.types)
            yield _renamed(reader, schema, where)


def _renamed(reader: pa.RecordBatchReader, schema: pa.Schema, where: str) -> Iterator[pa.RecordBatch]:
    with _told(where):
        for batch in reader:
            yield pa.RecordBatch.from_arrays(batch.columns, schema=schema)


def write(engine: Engine, table: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> int:
    """Write by ADBC; see `write_columns()`."""
    with engine.connect() as connection:
        patience = connection.execute(select(func.current_setting("lock_timeout"))).scalar_one()
    rows = 0
    with _told(shown(engine.url)), closing(Driver(engine.url)) as driver:
        driver.run(f"SET lock_timeout = '{patience}'")
        for batch in batches:
            driver.append(table, batch)
            rows += batch.num_rows
    return rows


@contextmanager
def _told(where: str) -> Iterator[None]:
    """Turn what the driver raises into errors of the store; in the middle of a stream it speaks through Arrow."""
    try:
        yield
    except adbc_driver_manager.Error as error:
        raise postgresql_error(where, str(error), error.sqlstate) from error
    except (pa.ArrowException, OSError) as error:
        raise postgresql_error(where, str(error), None) from error
