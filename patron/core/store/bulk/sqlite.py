"""
SQLite in bulk, from the parent's side: the child process is started, given the query or the rows, and outlived.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    FromClause,
    Select,
    case,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.sql.selectable import SelectBase

from patron.core.store.bulk.failures import sqlite_error
from patron.core.store.bulk.statement import compile_select
from patron.core.store.engine import shown
from patron.core.store.failures import StoreError

CHILD = Path(__file__).with_name("child.py")
BATCH_ROWS = 65_536

PIPE_BYTES = 2**20
"""What a pipe holds: with the usual 64 KB the two processes wait for each other eight times as often."""

_SAMPLES = {pa.int64(): "0", pa.float64(): "0.0", pa.string(): "''"}
"""A value of each kind, for the row from which the driver takes the types."""

_STORAGE = {pa.int64(): ("integer",), pa.float64(): ("real", "integer"), pa.string(): ("text",)}
"""The storage classes in which a value of each kind may be kept: SQLite itself keeps whole floats as integers."""


class Child:
    """
    A child process at work.

    Args:
        engine: whose database it opens.
        busy: how many milliseconds it waits for another writer.
        request: what it is to do.
    """

    def __init__(self, engine: Engine, busy: int, **request: Any) -> None:
        self._where = shown(engine.url)
        # A session of its own: an interrupt from the terminal is ours to handle, and our end is the child's.
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            pipesize=PIPE_BYTES,
        )
        assert self._process.stdin is not None  # noqa: S101  # there is one where a pipe was asked for
        assert self._process.stdout is not None  # noqa: S101  # as above
        self.input, self.output = self._process.stdin, self._process.stdout
        # A file that is gone must not come back empty.
        whole = {"address": f"file:{quote(engine.url.database or '')}?mode=rw", "busy": busy, **request}
        with suppress(BrokenPipeError):  # a child that can't even begin says why at its end
            self.input.write(json.dumps(whole).encode() + b"\n")
            self.input.flush()

    def finish(self) -> None:
        """
        Wait for the end of the work.

        Raises:
            StoreError: it did not end well.
        """
        code = self._process.wait()
        if code:
            raise self.complaint(code)

    def complaint(self, code: int) -> StoreError:
        """Return what the child said at its end, as an error."""
        assert self._process.stderr is not None  # noqa: S101  # there is one where a pipe was asked for
        lines = self._process.stderr.read().decode(errors="replace").strip().splitlines()
        said = _parsed(lines[-1]) if lines else {}
        if "column" in said:
            return StoreError("bulk.wrong_value", where=self._where, **said)
        if "said" in said:
            return sqlite_error(self._where, said["said"])
        return StoreError("bulk.child_ended", where=self._where, code=code, said=lines[-1][:200] if lines else "–")

    def close(self) -> None:
        """End the process, whatever it is doing; what it has not committed is undone."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                with suppress(OSError):  # what was not sent yet goes nowhere
                    pipe.close()


@contextmanager
def started(child: Child) -> Iterator[Child]:
    """End a child with the block."""
    try:
        yield child
    finally:
        child.close()


@contextmanager
def read(connection: Connection, query: Select[Any], schema: pa.Schema) -> Iterator[Iterator[pa.RecordBatch]]:
    """Read by a child process; see `read_columns()`."""
    dialect = connection.dialect
    rows = query.subquery("rows")
    typed = _packed(_typed(rows, schema), dialect)
    checks = [(name, *_packed(_check(rows, schema, name), dialect)) for name in schema.names]
    kinds = [str(field.type) for field in schema]
    request = {"task": "read", "query": typed, "kinds": kinds, "checks": checks, "rows": BATCH_ROWS}
    with started(Child(connection.engine, _busy(connection), **request)) as child:
        yield _received(child, schema)


def _received(child: Child, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    try:
        with pa.ipc.open_stream(child.output) as stream:
            for batch in stream:
                yield pa.RecordBatch.from_arrays(batch.columns, schema=schema)
    except pa.ArrowInvalid:
        child.finish()
        raise
    child.finish()


def write(engine: Engine, table: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> int:
    """Write by a child process; see `write_columns()`."""
    with engine.connect() as connection:
        busy = _busy(connection)
    rows = 0
    with started(Child(engine, busy, task="write", table=table)) as child:
        try:
            with pa.ipc.new_stream(child.input, schema) as stream:
                for batch in batches:
                    stream.write_batch(batch)
                    rows += batch.num_rows
            child.input.write(b".")
            child.input.close()
        except BrokenPipeError:
            child.finish()
            raise
        child.finish()
    return rows


def _typed(rows: FromClause, schema: pa.Schema) -> SelectBase:
    """Return the query behind a row that has the types; what is no text in a column of text becomes bytes that are none."""
    samples: list[ColumnElement[Any]] = [literal_column(_SAMPLES[field.type]).label(field.name) for field in schema]
    return union_all(select(*samples), select(*(_guarded(rows.c[field.name], field.type) for field in schema)))


def _guarded(column: ColumnElement[Any], kind: pa.DataType) -> ColumnElement[Any]:
    if kind != pa.string():
        return column
    # The driver would write numbers down as text. Numbers are less than any text, and bytes are not less than empty ones.
    none: ColumnElement[Any] = literal_column("x'ff'")
    return case((column < literal_column("''"), none), (column >= literal_column("x''"), none), else_=column)


def _check(rows: FromClause, schema: pa.Schema, name: str) -> SelectBase:
    """Return the query for the first value of a column that is kept as something else: its row, key, kind and beginning."""
    column = rows.c[name]
    counted = select(
        func.row_number().over().label("row"),
        func.quote(rows.c[schema.names[0]]).label("key"),
        func.typeof(column).label("kind"),
        func.quote(func.substr(column, 1, 20)).label("value"),
    ).subquery()
    return select(counted).where(counted.c.kind.not_in([*_STORAGE[schema.field(name).type], "null"])).limit(1)


def _packed(query: SelectBase, dialect: Any) -> tuple[str, list[Any]]:
    statement = compile_select(query, dialect)
    return statement.text, statement.positional


def _busy(connection: Connection) -> int:
    return int(connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one())


def _parsed(line: str) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
