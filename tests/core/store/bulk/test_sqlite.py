"""
What only SQLite does in bulk: it keeps anything anywhere, and is read by a child process that never outlives us.
"""

import json
import signal
import subprocess
import sys

import pyarrow as pa
import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select

from patron.core.store import DanglingError, Database, StoreError
from patron.core.store.bulk import sqlite, write_columns
from patron.core.store.bulk.sqlite import BATCH_ROWS, CHILD


@pytest.fixture(name="here")
def _here(tmp_path, make_measures):
    database = Database.at("sqlite:///patron.db", tmp_path, create=True)
    yield make_measures(database)
    database.close()


@pytest.fixture(name="children")
def _children(monkeypatch):
    """Return the children that were started, in order."""
    started = []

    class Watched(sqlite.Child):
        def __init__(self, *arguments, **named):
            super().__init__(*arguments, **named)
            started.append(self._process)

    monkeypatch.setattr(sqlite, "Child", Watched)
    return started


@pytest.mark.parametrize(
    ("column", "value", "kind", "shown"),
    [
        ("amount", "abc", "text", "'abc'"),
        ("amount", 1.5, "real", "'1.5'"),
        ("amount", b"\x00\xff", "blob", "X'00FF'"),
        ("share", "much", "text", "'much'"),
        ("code", b"abc", "blob", "X'616263'"),
    ],
)
@pytest.mark.parametrize("before", [0, BATCH_ROWS + 1], ids=["first batch", "later batch"])
def test_a_value_of_a_wrong_type_is_named(here, column, value, kind, shown, before):
    """SQLite keeps anything anywhere; nothing of it is converted in silence."""
    here.write(here.many(before))
    with here.database.writing() as connection:
        connection.exec_driver_sql(f"insert into measures (id, {column}) values (?, ?)", (before + 1, value))

    with pytest.raises(StoreError) as refused:
        here.read()

    assert "bulk.wrong_value" == refused.value.key
    expected = {"column": column, "row": before + 1, "key": str(before + 1), "kind": kind, "value": shown}
    assert expected == {name: refused.value.details[name] for name in expected}


def test_numbers_are_no_texts(here):
    with here.database.writing() as connection:
        connection.execute(insert(here.table), [{"id": 1, "amount": 7}])

    with pytest.raises(StoreError) as refused:
        here.read(select(here.table.c.id, here.table.c.amount), pa.schema([("id", pa.int64()), ("amount", pa.string())]))

    assert "integer" == refused.value.details["kind"]


def test_text_that_is_none_is_refused(here):
    with here.database.writing() as connection:
        connection.exec_driver_sql("insert into measures (id, code) values (1, cast(x'ff' as text))")

    with pytest.raises(StoreError):
        here.read()


def test_a_file_that_is_no_database_is_told(here, tmp_path, monkeypatch):
    (tmp_path / "other.db").write_text("no database " * 100, "utf-8")
    monkeypatch.setattr(here.database.engine, "url", here.database.url.set(database=str(tmp_path / "other.db")))

    with pytest.raises(StoreError) as refused:
        here.read()

    assert "store.no_database" == refused.value.key


def test_a_file_that_is_gone_does_not_come_back(here, tmp_path, monkeypatch):
    monkeypatch.setattr(here.database.engine, "url", here.database.url.set(database=str(tmp_path / "gone?.db")))

    with pytest.raises(StoreError) as refused:
        here.read()

    assert "store.cannot_open" == refused.value.key
    assert not (tmp_path / "gone?.db").exists()


def test_rows_that_refer_to_nothing_are_refused(here):
    with here.database.writing() as connection:
        connection.exec_driver_sql("create table heads (id integer primary key)")
        connection.exec_driver_sql("create table tails (id integer, head integer references heads (id))")
    schema = pa.schema([("id", pa.int64()), ("head", pa.int64())])
    tails = Table("tails", MetaData(), Column("id", Integer), Column("head", Integer))

    with pytest.raises(DanglingError):
        write_columns(here.database, tails, schema, [pa.RecordBatch.from_pylist([{"id": 1, "head": 7}], schema)])


def test_a_child_ends_with_the_block_that_reads(here, children):
    here.write(here.many(5 * BATCH_ROWS))
    with here.reading() as batches:
        assert next(batches).num_rows
        assert children[-1].poll() is None

    assert children[-1].poll() is not None


def test_a_child_that_is_killed_is_told(here, children):
    """Rows that are missing at the end are an error, not a shorter answer."""
    here.write(here.many(20 * BATCH_ROWS))
    with pytest.raises(StoreError) as refused, here.reading() as batches:
        next(batches)
        children[-1].kill()
        list(batches)

    assert ("bulk.child_ended", -signal.SIGKILL) == (refused.value.key, refused.value.details["code"])


def test_rows_that_fail_midway_leave_no_child(here, children):
    """Whatever happens while the rows to write are made, the child ends and undoes what it has not committed."""

    def rows():
        yield here.many(10)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_columns(here.database, here.table, here.schema, rows())

    assert children[-1].poll() is not None
    assert len(here.read()) in (0, 10)


@pytest.mark.parametrize("task", ["read", "write"])
def test_a_child_ends_when_its_parent_is_gone(here, task):
    """It has the pipes of its parent and nothing else: when they close, it ends, whatever it was doing."""
    request = {"address": str(here.database.file), "busy": 0, "table": "measures", "rows": 10, "kinds": ["int64"], "checks": []}
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    child = subprocess.Popen([sys.executable, "-P", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    child.stdin.write(json.dumps({**request, "task": task, "query": [endless, []]}).encode() + b"\n")
    child.stdin.close()

    assert 1 == child.wait(60)
    child.stdout.close()


LOCKED = """
import sys
from pathlib import Path
from patron.core.access import LOCAL_ADMINISTRATOR, Policy
from patron.core.nouns import Vocabulary
from patron.core.store import Database, Reader
from patron.core.store.bulk import read_columns
from sqlalchemy import literal_column, select, text
import pyarrow as pa

def ours(database):
    with database.reading() as connection:
        reader = Reader(connection, actor=LOCAL_ADMINISTRATOR, policy=Policy(), vocabulary=Vocabulary())
        query = select(literal_column("id").label("id")).select_from(text("measures"))
        with read_columns(reader, query, pa.schema([("id", pa.int64())])) as batches:
            return sum(batch.num_rows for batch in batches)

def naive(database):
    import adbc_driver_sqlite.dbapi as adbc
    with adbc.connect(str(database.file)) as connection, connection.cursor() as cursor:
        cursor.execute("select id from measures")
        return cursor.fetch_arrow_table().num_rows

database = Database.at("sqlite:///patron.db", Path({folder!r}))
with database.writing() as connection:
    connection.exec_driver_sql("insert into measures (id) values (1000)")
    {way}(database)
    print("ready", flush=True)
    sys.stdin.readline()
"""


@pytest.mark.parametrize(("way", "kept"), [("ours", True), ("naive", False)])
def test_a_bulk_read_leaves_our_locks(here, tmp_path, way, kept):
    """
    While one process writes, no other gets in, also when the first reads in bulk in the midst of it.

    The naive way, ADBC in the process itself, drops the lock of the transaction that is open: the writer that gets in then writes
    over what the first commits. The test shows that it notices.
    """
    here.write(here.many(10))
    here.database.close()
    code = LOCKED.format(folder=str(tmp_path), way=way)
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert "ready\n" == holder.stdout.readline()

        assert kept is not _gets_in(tmp_path)

        holder.communicate("\n")


def _gets_in(folder):
    other = Database.at("sqlite:///patron.db", folder, busy_seconds=0)
    try:
        with other.writing():
            return True
    except StoreError as error:
        return error.key != "store.busy"
    finally:
        other.close()
