"""Customers whose ids a spreadsheet would run: their scores as CSV, and that file read again."""

import csv
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from patron.core.formulas import unguard

IDS = ["=HYPERLINK(1)", "+14158675309", "-5", "@SUM(A1)", "＝1", "'=1", "O'Brien", "C-17"]


def first_column(path: str) -> list[str]:
    with Path(path).open(newline="") as file:
        return [row["customer"] for row in csv.DictReader(file)]


@pytest.fixture(autouse=True)
def _scored(patron) -> None:
    """Score one purchase of each of these customers, whose ids stand in the input as they are."""
    lines = {"who": IDS, "when": ["2025-01-05"] * len(IDS), "money": [100 - place for place in range(len(IDS))]}
    pq.write_table(pa.table(lines), "in.parquet")
    words = ("--customer", "who", "--time", "when", "--amount", "money", "--as-of", "2025-12-31")
    assert patron("score", "in.parquet", *words, "-o", "out.csv").code == 0


def test_no_cell_of_text_begins_as_a_formula() -> None:
    """Whatever an input calls its customers, opening their scores runs nothing."""
    assert ["'=HYPERLINK(1)", "'+14158675309", "'-5", "'@SUM(A1)", "'＝1", "''=1", "O'Brien", "C-17"] == first_column("out.csv")


def test_the_ids_come_back_as_they_were(patron) -> None:
    """Read as an input, the file has the customers that were written: phone numbers and negative numbers, in filters too."""
    words = ("--customer", "customer", "--time", "last_purchase", "--amount", "monetary", "--as-of", "2025-12-31")
    result = patron("score", "out.csv", *words, "-o", "again.csv", "--where", "customer != '-5'", "--format", "json")

    assert result.code == 0, result.err
    assert json.loads(result.out)["rows"]["skipped"] == {"where": 1}
    assert [name for name in IDS if name != "-5"] == [unguard(written) for written in first_column("again.csv")]
