"""
Scoring by two worker processes, from their start to their end, beside what one would write with Dask's own data frames.

`benchmarks/cluster.py` takes the same work apart: stages, bytes on the wire, memory.
"""

import importlib.util
from pathlib import Path

import pytest

PEERS = Path(__file__).parent / "peers"
AS_OF = "2025-12-31"
OPTIONS = ("--customer", "customer_id", "--time", "ordered_at", "--amount", "amount", "--order", "order_id", "--as-of", AS_OF)
ABSENT = {} if importlib.util.find_spec("pandas") else {"dask": "without pandas"}


@pytest.mark.slow
@pytest.mark.sizes(quick=[10_000_000], full=[10_000_000, 100_000_000])
@pytest.mark.parametrize("engine", ["patron", "dask"])
def test_score_on_a_cluster(request, contest, run_process, shop_file, tmp_path, engine, rows):
    """A dataset of order lines becomes a dataset of scores."""
    if not request.config.getoption("benchmark_enable"):
        pytest.skip("starts eight worker processes, and tests/cli/test_score_cluster.py has done so already")
    if engine in ABSENT:
        pytest.skip(f"{engine} is {ABSENT[engine]}")
    source = shop_file(rows, "parquet")
    options = (*OPTIONS, "--engine", "dask", "--workers", "2", "-o", tmp_path / "patron", "--format", "json")
    contestants = {"patron": run_process("-m", "patron", "score", source, *options)}
    if not ABSENT:
        contestants["dask"] = run_process(PEERS / "score_dask.py", source, tmp_path / "dask", AS_OF, "2")

    assert contest(work="score on two workers", rows=rows, engine=engine, contestants=contestants, absent=ABSENT)
