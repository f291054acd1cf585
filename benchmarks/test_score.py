"""
The whole `patron score`, from a file of order lines to a file of scores, beside DuckDB and Polars doing equal work.

Each contestant is a process: start, read, aggregate exactly (decimal money, distinct orders), rank with ties by customer id,
write Parquet. "read only" does nothing with the four columns but decode them; the rest is what a program adds to its reader.
"""

import importlib.util
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

PEERS = Path(__file__).parent / "peers"
AS_OF = "2025-12-31"
OPTIONS = ("--customer", "customer_id", "--time", "ordered_at", "--amount", "amount", "--order", "order_id", "--as-of", AS_OF)
ENGINES = ("patron", "duckdb", "polars")
ABSENT = {engine: "not installed" for engine in ENGINES if importlib.util.find_spec(engine) is None}
PRESENT = [engine for engine in ENGINES if engine not in ABSENT]
COMPARED = (
    *("first_purchase", "last_purchase", "recency", "tenure", "orders", "lines", "monetary", "gross", "refunds"),
    *("recency_score", "frequency_score", "monetary_score", "decile", "cumulative_share"),
)


def needs(engine):
    if engine in ABSENT:
        pytest.skip(f"{engine} is {ABSENT[engine]}")


def command(engine, source, out):
    if engine == "patron":
        return ("-m", "patron", "score", source, *OPTIONS, "--threads", "2", "-o", out, "--format", "json")
    return (PEERS / f"score_{engine}.py", source, out, AS_OF)


def reading(engine, source):
    return (PEERS / "read_patron.py", source) if engine == "patron" else (PEERS / f"score_{engine}.py", source)


@pytest.mark.sizes(quick=[1_000_000, 10_000_000], full=[1_000_000, 10_000_000, 100_000_000])
@pytest.mark.parametrize("kind", ["parquet", "csv"])
@pytest.mark.parametrize("engine", ENGINES)
def test_score(contest, run_process, shop_file, tmp_path, engine, kind, rows):
    """A file of order lines becomes a file of scores."""
    source = shop_file(rows, kind)
    contestants = {name: run_process(*command(name, source, tmp_path / f"{name}.parquet")) for name in PRESENT}

    assert contest(work=f"score {kind}", rows=rows, engine=engine, contestants=contestants, absent=ABSENT)


@pytest.mark.sizes(quick=[10_000_000], full=[10_000_000, 100_000_000])
@pytest.mark.parametrize("kind", ["parquet", "csv"])
@pytest.mark.parametrize("engine", ENGINES)
def test_read_only(contest, run_process, shop_file, engine, kind, rows):
    """The same file is decoded, and nothing is made of it."""
    source = shop_file(rows, kind)
    contestants = {name: run_process(*reading(name, source)) for name in PRESENT}

    assert contest(work=f"read only {kind}", rows=rows, engine=engine, contestants=contestants, absent=ABSENT)


@pytest.mark.parametrize("kind", ["parquet", "csv"])
@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_peers_do_equal_work(run_process, shop_file, tmp_path, engine, kind):
    """The peers come to the same figures for every customer, in the same order: otherwise the comparison would mean nothing."""
    needs(engine)
    source = shop_file(50_000, kind)
    for name in ("patron", engine):
        run_process(*command(name, source, tmp_path / f"{name}.parquet"))()
    ours, theirs = (pq.read_table(tmp_path / f"{name}.parquet") for name in ("patron", engine))

    assert ours["customer"].cast(pa.string()).equals(theirs["customer"].cast(pa.string()))
    for name in COMPARED[:-1]:
        kind_of_value = ours[name].type if not pa.types.is_unsigned_integer(ours[name].type) else pa.int64()
        assert ours[name].cast(kind_of_value).equals(theirs[name].cast(kind_of_value)), name
    assert pc.max(pc.abs(pc.subtract(ours["cumulative_share"], theirs["cumulative_share"]))).as_py() < 1e-12
