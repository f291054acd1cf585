"""
Columns between the database and NumPy, beside SQLAlchemy's rows and the drivers for Python.

Reading: five columns of order lines, one of them with missing values, as arrays that are added up part by part, which is what
scoring does with them; each contestant is a process, so its start counts, and the peak is that of the greater of its processes.
Writing: six columns of scores into a new table with its key. Into SQLite a million rows take ours some 0.8 seconds of processor
time, `executemany` 1.3: a quarter of ours is the start of the child, and the rest is what SQLite itself does with a row, which no
way of giving it rows takes away. So ours can hardly be twice as fast there.
"""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from sqlalchemy import BigInteger, Column, Float, Index, Integer, MetaData, String, Table, insert

from patron.core.store import Database
from patron.core.store.bulk import write_columns
from patron.core.store.tables import TABLES
from patron.testing.postgresql import find_program, private_cluster

PEERS = Path(__file__).parent / "peers"
DATABASES = ("sqlite", "postgresql")
READERS = ("patron", "sqlalchemy", "driver")
WRITERS = ("patron", "sqlalchemy", "executemany")
CHUNK = 65_536
CUSTOMERS_EACH, ORDERS_EACH = 10, 3
"""Lines of a customer, and of an order."""


@pytest.fixture(scope="session", name="server")
def _server():
    if find_program("initdb") is None:
        pytest.skip("PostgreSQL is not on this machine")
    with private_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session", name="new_address")
def _new_address(request, tmp_path_factory):
    """Return a function that gives the address of a new, empty database of a kind."""

    def give(kind):
        if kind == "postgresql":
            return request.getfixturevalue("server").new_database()
        return f"sqlite:///{tmp_path_factory.mktemp('store') / 'patron.db'}"

    return give


@pytest.fixture(scope="session", name="lines")
def _lines(new_address):
    """Return a function that gives the address of a database of a kind with that many order lines; it is filled once."""
    made = {}

    def give(kind, rows):
        if (kind, rows) not in made:
            made[kind, rows] = address = new_address(kind)
            fill(address, rows)
        return made[kind, rows]

    return give


def fill(address, rows):
    """Make the table of order lines, without references to orders that are not there, and fill it."""
    metadata = MetaData()
    columns = [Column(column.name, column.type, primary_key=column.primary_key) for column in TABLES["order_line"].columns]
    table = Table("order_lines", metadata, *columns)
    database = Database.at(address, Path(), create=True)
    with database.writing() as connection:
        metadata.create_all(connection)
    random = np.random.default_rng(20)
    names = ("id", "version", "order_id", "customer_id", "at", "quantity", "amount", "cost", "key")
    schema = pa.schema([(name, pa.string() if name == "key" else pa.int64()) for name in names])

    def batches():
        for start in range(0, rows, CHUNK):
            number = np.arange(start, min(start + CHUNK, rows))
            many = len(number)
            arrays = [
                number + 1,
                np.ones(many, np.int64),
                number // ORDERS_EACH,
                number // ORDERS_EACH % (rows // CUSTOMERS_EACH),
            ]
            arrays += [1_700_000_000_000_000 + random.integers(0, 10**13, many), np.full(many, 10_000)]
            arrays += [random.integers(0, 10**7, many), pa.array(random.integers(0, 10**6, many), mask=random.random(many) < 0.1)]
            yield pa.RecordBatch.from_arrays([*map(pa.array, arrays), pa.array(number.astype(str))], schema=schema)

    write_columns(database, table, schema, batches())
    database.close()


def reading(engine, address):
    return (PEERS / f"lines_{engine}.py", address)


@pytest.mark.sizes(quick=[1_000_000], full=[1_000_000, 10_000_000])
@pytest.mark.parametrize("kind", DATABASES)
@pytest.mark.parametrize("engine", READERS)
def test_read_lines(contest, run_process, lines, engine, kind, rows):
    """Order lines become arrays."""
    address = lines(kind, rows)
    contestants = {name: run_process(*reading(name, address)) for name in READERS}

    assert contest(work=f"read order lines from {kind}", rows=rows, engine=engine, contestants=contestants)


def scores_of(rows):
    random = np.random.default_rng(21)
    columns = {"customer_id": np.arange(rows), "rank": random.permutation(rows), "decile": random.integers(1, 11, rows)}
    columns |= {"monetary": random.integers(0, 10**9, rows), "share": random.random(rows)}
    return pa.table({**columns, "abc": pa.array(["A", "B", "C"]).take(pa.array(random.integers(0, 3, rows)))})


def new_table(database, *, keyed):
    """Return a new table of scores, with its key where that costs nothing while it is filled."""
    columns = [Column("rank", BigInteger), Column("decile", BigInteger), Column("monetary", BigInteger)]
    columns += [Column("share", Float(53)), Column("abc", String(20))]
    kind = BigInteger().with_variant(Integer, "sqlite")
    table = Table("scores", MetaData(), Column("customer_id", kind, primary_key=keyed, autoincrement=False), *columns)
    with database.writing() as connection:
        table.drop(connection, checkfirst=True)
        table.create(connection)
    return table


def by_patron(database, table, scores):
    write_columns(database, table, scores.schema, scores.to_batches(CHUNK))


def by_sqlalchemy(database, table, scores):
    with database.writing() as connection:
        connection.execute(insert(table), scores.to_pylist())


def by_executemany(database, table, scores):
    rows = list(zip(*(column.to_pylist() for column in scores.columns), strict=True))
    with database.writing() as connection:
        mark = "?" if connection.dialect.name == "sqlite" else "%s"
        cursor = connection.connection.cursor()
        cursor.executemany(f"insert into scores values ({', '.join([mark] * scores.num_columns)})", rows)


WAYS = {"patron": by_patron, "sqlalchemy": by_sqlalchemy, "executemany": by_executemany}


@pytest.mark.sizes(quick=[100_000], full=[100_000, 1_000_000])
@pytest.mark.parametrize("kind", DATABASES)
@pytest.mark.parametrize("engine", WRITERS)
def test_write_scores(contest, run_in_process, new_address, engine, kind, rows):
    """Scores become the rows of a table with its key."""
    database, scores = Database.at(new_address(kind), Path(), create=True), scores_of(rows)

    def write(way):
        table = new_table(database, keyed=kind == "sqlite")
        way(database, table, scores)
        if kind == "postgresql":
            with database.writing() as connection:
                Index("ix_scores_customer_id", table.c.customer_id, unique=True).create(connection)

    contestants = {name: run_in_process(lambda way=way: write(way)) for name, way in WAYS.items()}
    try:
        assert contest(work=f"write scores to {kind}", rows=rows, engine=engine, contestants=contestants)
    finally:
        database.close()


@pytest.mark.parametrize("kind", DATABASES)
@pytest.mark.parametrize("engine", ["sqlalchemy", "driver"])
def test_readers_do_equal_work(lines, engine, kind):
    """The peers come to the same sums of every column: otherwise the comparison would mean nothing."""
    address = lines(kind, 20_000)
    told = [
        subprocess.run([sys.executable, *map(str, reading(name, address))], capture_output=True, text=True, check=True).stdout
        for name in ("patron", engine)
    ]

    assert told[0] == told[1]
