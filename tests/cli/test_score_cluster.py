"""`patron score --engine dask`: which options go together, and what the command says and leaves."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

COLUMNS = ("--customer", "c", "--time", "t", "--amount", "a", "--as-of", "2025-12-31")


@pytest.fixture(name="lines")
def _lines(tmp_path: Path) -> str:
    table = pa.table({"c": [3, 1, 2, 1], "t": ["2025-01-05", "2025-03-05", "2025-02-05", "soon"], "a": [5.5, 9.0, 5.5, 1.0]})
    pq.write_table(table, tmp_path / "lines.parquet")
    return "lines.parquet"


@pytest.mark.slow
def test_a_dataset_of_scores_and_the_report_of_it(patron, lines: str) -> None:
    """JSON is that of one process; the folder can be scored again over, and reports are made from it."""
    here = patron("score", lines, *COLUMNS, "--format", "json")
    there = patron("score", lines, *COLUMNS, "--engine", "dask", "--workers", "1", "-o", "scores", "--format", "json")
    assert there.code == 0, there.err
    one, other = json.loads(here.out), json.loads(there.out)
    for found in (one, other):
        found["run"].pop("seconds")
    assert one == other
    assert "Rows left out: 1" in there.err
    assert "Scores: scores" in there.err
    assert pq.read_table("scores/part-00000.parquet")["customer"].to_pylist() == [1, 2, 3]
    shown = patron("report", "show", "deciles", "--scores", "scores")
    assert shown.code == 0, shown.err
    assert "3" in shown.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--workers", "2"], "--workers is for a cluster"),
        (["--scheduler", "tcp://x:1"], "--scheduler is for a cluster"),
        (["--engine", "dask"], "-o FOLDER"),
        (["--engine", "dask", "-o", "x.csv"], "Name a folder"),
        (["--engine", "dask", "-o", "x", "--decimal", ","], "Leave out --decimal"),
        (["--engine", "dask", "-o", "x", "--previous", "old.parquet"], "--previous compares"),
        (["--engine", "dask", "-o", "lines.parquet"], "is a file"),
        (["--engine", "dask", "-o", "nobody://x"], "can't be reached"),
    ],
)
def test_options_that_do_not_go_together(patron, lines: str, words: list[str], said: str) -> None:
    result = patron("score", lines, *COLUMNS, *words)
    assert result.code in (1, 2)
    assert said in result.err
    assert not Path("x").exists()


def test_a_url_is_for_a_cluster(patron) -> None:
    """It is not taken apart like a path, and the message names the way."""
    result = patron("score", "s3://shop/lines", *COLUMNS)
    assert (result.code, "s3://shop/lines is a URL" in result.err) == (2, True)
    assert "name at least one" in patron("score", "--engine", "dask", "-o", "x").err


def test_without_dask(patron, lines: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What to install is said before anything is read."""
    monkeypatch.setattr("patron.core.scoring.cluster.dask_crew.find_spec", lambda _: None)
    result = patron("score", lines, *COLUMNS, "--engine", "dask", "-o", "x")
    assert (result.code, 'pip install "patron[cluster]"' in result.err) == (1, True)
