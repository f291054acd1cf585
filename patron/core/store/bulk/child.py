"""
The process that reads and writes an SQLite database by ADBC, for a parent that keeps it open with Python's own SQLite.

It is run by its path and imports nothing of ours, so that it is ready in a moment. The first line of its input is a JSON object
that says what to do. Reading, its output is one Arrow stream; writing, the rest of its input is one, and a full stop behind it.
What goes wrong is one line of JSON on its error output, and an exit code that is not 0. An input that ends early means that the
parent is gone: then it ends at once, and SQLite undoes what was not committed.
"""

import json
import os
import sys
from collections.abc import Iterator
from queue import Queue
from threading import Thread
from typing import Any, NoReturn

import adbc_driver_manager
import adbc_driver_sqlite
import pyarrow as pa

END = b"."
"""Stands behind the stream of a parent that came to its end."""

_BATCH_ROWS = "adbc.sqlite.query.batch_rows"
_SAID = (adbc_driver_manager.Error, pa.ArrowException, OSError, UnicodeDecodeError)
"""What drivers raise; errors in the middle of a stream come through Arrow."""


class WrongValueError(Exception):
    """A value is not what the schema says: `args[0]` has the column, the row and what stands there."""


class Database:
    """
    One connection.

    Args:
        address: of the file, as a URI of SQLite.
        busy: how many milliseconds to wait for another writer.
    """

    def __init__(self, address: str, busy: int) -> None:
        self._connection = adbc_driver_manager.AdbcConnection(adbc_driver_sqlite.connect(address))
        self.run(f"PRAGMA busy_timeout = {busy}")
        self.run("PRAGMA foreign_keys = ON")

    def run(self, text: str) -> None:
        """Execute a statement that answers nothing of interest."""
        for _ in self.select(text, [], 1):
            pass

    def select(self, text: str, parameters: list[Any], rows: int) -> pa.RecordBatchReader:
        """Execute a query and return its rows, so many a batch."""
        statement = adbc_driver_manager.AdbcStatement(self._connection)
        statement.set_options(**{_BATCH_ROWS: str(rows)})
        statement.set_sql_query(text)
        if parameters:
            given = pa.RecordBatch.from_pylist([{str(place): value for place, value in enumerate(parameters)}])
            statement.bind_stream(pa.RecordBatchReader.from_batches(given.schema, [given]))
        return pa.RecordBatchReader.from_stream(statement.execute_query()[0])

    def append(self, table: str, batch: pa.RecordBatch) -> None:
        """Append rows to a table, all or none."""
        self.run("BEGIN IMMEDIATE")
        statement = adbc_driver_manager.AdbcStatement(self._connection)
        statement.set_options(
            **{
                adbc_driver_manager.INGEST_OPTION_TARGET_TABLE: table,
                adbc_driver_manager.INGEST_OPTION_MODE: adbc_driver_manager.INGEST_OPTION_MODE_APPEND,
            }
        )
        statement.bind_stream(pa.RecordBatchReader.from_batches(batch.schema, [batch]))
        statement.execute_update()
        self.run("COMMIT")


def read(request: dict[str, Any]) -> None:
    """
    Send the rows of a query.

    The driver takes the types of columns from the first rows. So the first row of the query is one of ours, which has the types
    of the schema and is left out; a column that becomes another type has another value in it.
    """
    Thread(target=_end_with_parent, daemon=True).start()
    database = Database(request["address"], request["busy"])
    database.run("PRAGMA query_only = ON")
    kinds = [pa.type_for_alias(name) for name in request["kinds"]]
    text, parameters = request["query"]
    try:
        _send(database.select(text, parameters, request["rows"]), kinds, first=1)
    except BrokenPipeError:
        raise
    except (*_SAID, TypeError):
        _find_wrong_value(database, request["checks"])
        raise


def _send(batches: pa.RecordBatchReader, kinds: list[pa.DataType], *, first: int) -> None:
    if batches.schema.types != kinds:
        raise TypeError(f"the database answers {batches.schema.types}, expected {kinds}")
    with pa.ipc.new_stream(sys.stdout.buffer, batches.schema) as stream:
        for batch in batches:
            for column in batch.columns:
                if pa.types.is_string(column.type):
                    column.validate(full=True)
            if batch.num_rows > first:
                stream.write_batch(batch.slice(first))
            first = 0
    sys.stdout.buffer.flush()


def _find_wrong_value(database: Database, checks: list[tuple[str, str, list[Any]]]) -> None:
    """Look for the first value that is not what the schema says, by one query a column."""
    for column, text, parameters in checks:
        for found in database.select(text, parameters, 1):
            row, key, kind, value = (array[0].as_py() for array in found.columns)
            raise WrongValueError({"column": column, "row": row, "key": key, "kind": kind, "value": value})


def write(request: dict[str, Any]) -> None:
    """Append the batches that come in to a table."""
    waiting: Queue[pa.RecordBatch | None] = Queue(1)
    Thread(target=_receive, args=(waiting,), daemon=True).start()
    database = Database(request["address"], request["busy"])
    for batch in iter(waiting.get, None):
        database.append(request["table"], batch)


def _receive(waiting: "Queue[pa.RecordBatch | None]") -> None:
    try:
        for batch in _incoming():
            waiting.put(batch)
    except (pa.ArrowException, OSError, EOFError):
        os._exit(1)
    if sys.stdin.buffer.read(1) != END:
        os._exit(1)
    waiting.put(None)


def _incoming() -> Iterator[pa.RecordBatch]:
    with pa.ipc.open_stream(sys.stdin.buffer) as stream:
        yield from stream


def _end_with_parent() -> None:
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


def main() -> NoReturn:
    """Do what the first line of the input says, and end."""
    code = 1
    try:
        request = json.loads(sys.stdin.buffer.readline())
        {"read": read, "write": write}[request["task"]](request)
        code = 0
    except BrokenPipeError:
        pass  # the parent wants no more
    except WrongValueError as error:
        print(json.dumps(error.args[0]), file=sys.stderr)  # noqa: T201  # the error output is where the parent listens
    except (*_SAID, TypeError) as error:
        print(json.dumps({"said": str(error)[:1000]}), file=sys.stderr)  # noqa: T201  # as above
    sys.stderr.flush()
    # The other thread may be waiting for input, which would keep the interpreter from ending.
    os._exit(code)


if __name__ == "__main__":
    main()
