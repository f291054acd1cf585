"""
A real shop in the database: every line of a known customer, duplicates and cancellations among them, to the last digit.

The file is `online_retail.csv.gz` (UCI Online Retail, CC BY 4.0) in the folder that `PATRON_DATA` names. DuckDB adds up by
itself.
"""

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from sqlalchemy import func, select

from patron.core.store import Database
from patron.core.store.tables import TABLES

pytestmark = pytest.mark.data

MAP = '[columns]\n"Description" = "-"\n"Country" = "-"\n'
LINES = """
select
    count(*) filter (CustomerID is not null), count(*) filter (CustomerID is null), count(distinct CustomerID),
    count(distinct InvoiceNo) filter (CustomerID is not null),
    sum(cast(Quantity as decimal(18, 0)) * cast(UnitPrice as decimal(18, 4))) filter (CustomerID is not null)
from (select * replace (nullif(trim(CustomerID), '') as CustomerID) from read_csv('{path}', all_varchar = true, header = true))
"""


def patron(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "patron", *words], cwd=folder, check=True, capture_output=True, text=True)


def test_every_line_of_a_known_customer_comes_in_once(data_folder: Path, tmp_path: Path) -> None:
    path = data_folder / "online_retail.csv.gz"
    (tmp_path / "map.toml").write_text(MAP, "utf-8")
    patron(tmp_path, "init")
    options = ("--map-file", "map.toml", "--rejects", "rejects.csv", "--format", "json")
    found = json.loads(patron(tmp_path, "import", "orders", str(path), *options).stdout)
    ((lines, blank, customers, orders, total),) = duckdb.sql(LINES.format(path=path)).fetchall()

    assert (541_909, lines, blank) == (found["rows"], found["created"], found["rejected"])
    assert [("exchange.no_customer_of_order", blank)] == [(reason["code"], reason["count"]) for reason in found["reasons"]]
    assert blank + 1 == len((tmp_path / "rejects.csv").read_text("utf-8-sig").splitlines())
    database = Database.at("sqlite:///patron.db", tmp_path)
    with database.reading() as connection:
        counts = [
            connection.execute(select(func.count()).select_from(TABLES[noun])).scalar_one() for noun in ("customer", "order")
        ]
        amount = connection.execute(select(func.sum(TABLES["order_line"].c.amount))).scalar_one()
    database.close()
    assert [customers, orders] == counts
    assert Decimal(total) == amount
    again = json.loads(patron(tmp_path, "import", "orders", str(path), *options, "--tz", "UTC", "--encoding", "utf-8").stdout)
    assert (0, 0, lines) == (again["created"], again["updated"], again["unchanged"])
    patron(tmp_path, "export", "orders", "-o", "out.csv")
    back = json.loads(patron(tmp_path, "import", "orders", "out.csv", "--format", "json").stdout)
    assert (lines, 0, 0, lines, 0) == tuple(back[name] for name in ("rows", "created", "updated", "unchanged", "rejected"))
