"""
A real shop, compared to the last digit with an independent computation in DuckDB.

The file is `online_retail.csv.gz` (UCI Online Retail, CC BY 4.0) in the folder that `PATRON_DATA` names. DuckDB shares no code
with us: it reads the file itself, computes in DECIMAL, and ranks by window functions.
"""

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

pytestmark = pytest.mark.data

LINES = """
create table lines as select
    nullif(trim(CustomerID), '') as customer,
    cast(InvoiceDate as timestamp)::date as day,
    cast(Quantity as decimal(18, 0)) * cast(UnitPrice as decimal(18, 4)) as amount,
    InvoiceNo as invoice
from read_csv('{path}', all_varchar = true, header = true)
"""

CUSTOMERS = """
create table customers as
with used as (select * from lines where customer is not null and day <= date '2011-12-10'),
sums as (
    select
        cast(customer as bigint) as customer,
        min(day) filter (amount >= 0) as first_purchase,
        max(day) filter (amount >= 0) as last_purchase,
        count(distinct invoice) filter (amount >= 0) as orders,
        count(*) as lines,
        cast(sum(amount) as decimal(19, 4)) as monetary,
        cast(coalesce(sum(amount) filter (amount >= 0), 0) as decimal(19, 4)) as gross,
        cast(coalesce(sum(amount) filter (amount < 0), 0) as decimal(19, 4)) as refunds
    from used group by 1
),
cuts as (
    select
        quantile_disc(last_purchase, [0.2, 0.4, 0.6, 0.8]) as r,
        quantile_disc(orders, [0.2, 0.4, 0.6, 0.8]) as f,
        quantile_disc(monetary, [0.2, 0.4, 0.6, 0.8]) as m
    from sums
)
select
    sums.*,
    date '2011-12-10' - last_purchase as recency,
    date '2011-12-10' - first_purchase as tenure,
    1 + len(list_filter(r, lambda cut : last_purchase > cut)) as recency_score,
    1 + len(list_filter(f, lambda cut : orders > cut)) as frequency_score,
    1 + len(list_filter(m, lambda cut : monetary > cut)) as monetary_score,
    row_number() over best as rank,
    ntile(10) over best as decile,
    sum(monetary) over best as running
from sums, cuts
window best as (order by monetary desc, customer)
"""


@pytest.fixture(name="shop", scope="module")
def _shop(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, Path, duckdb.DuckDBPyConnection]:
    source = Path(os.environ["PATRON_DATA"]) / "online_retail.csv.gz"
    scores = tmp_path_factory.mktemp("retail") / "scores.parquet"
    command = [
        *(sys.executable, "-m", "patron", "score", str(source), "--customer", "CustomerID", "--time", "InvoiceDate"),
        *("--amount", "Quantity*UnitPrice", "--order", "InvoiceNo", "--as-of", "2011-12-10"),
        *("-o", str(scores), "--format", "json"),
    ]
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    database = duckdb.connect()
    database.execute(LINES.format(path=source))
    database.execute(CUSTOMERS)
    return json.loads(result.stdout), scores, database


def one(database: duckdb.DuckDBPyConnection, query: str) -> tuple:
    row = database.sql(query).fetchall()[0]
    assert row is not None
    return row


def test_rows_and_totals(shop: tuple[dict, Path, duckdb.DuckDBPyConnection]) -> None:
    """Rows read, used and skipped, customers, and net sales are DuckDB's, to the last digit."""
    found, _, database = shop
    read, blank = one(database, "select count(*), count(*) filter (customer is null) from lines")
    assert found["rows"]["read"] == read == 541_909
    assert found["rows"]["skipped"] == {"missing_customer": blank}
    assert found["rows"]["used"] == read - blank
    customers, monetary, gross, refunds = one(database, "select count(*), sum(monetary), sum(gross), sum(refunds) from customers")
    assert found["customers"] == customers
    assert Decimal(found["totals"]["monetary"]) == monetary
    assert Decimal(found["totals"]["gross"]) == gross
    assert Decimal(found["totals"]["refunds"]) == refunds


@pytest.mark.requirement("R295")
def test_decile_table(shop: tuple[dict, Path, duckdb.DuckDBPyConnection]) -> None:
    """Sizes and sums of all deciles are those of NTILE with ties by customer id."""
    found, _, database = shop
    expected = database.sql("select decile, count(*), sum(monetary) from customers group by 1 order by 1").fetchall()
    assert [(row["decile"], row["customers"], Decimal(row["monetary"])) for row in found["deciles"]] == expected
    total = sum(row[2] for row in expected)
    for row, (_, _, monetary) in zip(found["deciles"], expected, strict=True):
        assert row["share"] == pytest.approx(float(monetary / total), abs=1e-15)


@pytest.mark.requirement("R296", "R132")
def test_purchase_deciles_and_pareto(shop: tuple[dict, Path, duckdb.DuckDBPyConnection]) -> None:
    """Customers needed for each 10 % of sales, and the share of the top fifth, follow from DuckDB's running sums."""
    found, _, database = shop
    (total,) = one(database, "select sum(monetary) from customers")
    for row in found["purchase_deciles"]:
        (needed,) = one(database, f"select min(rank) from customers where running * 100 >= {row['percent']} * {total}")
        assert row["customers"] == needed
    top = -(-found["customers"] // 5)
    (best,) = one(database, f"select running from customers where rank = {top}")
    assert found["pareto"]["0.2"] == pytest.approx(float(best / total), abs=1e-15)


def test_every_customer(shop: tuple[dict, Path, duckdb.DuckDBPyConnection]) -> None:
    """Every figure of every customer, in the same order."""
    _, scores, database = shop
    columns = [
        *("customer", "first_purchase", "last_purchase", "recency", "tenure", "orders", "lines", "monetary", "gross", "refunds"),
        *("rank", "decile", "frequency_score", "monetary_score"),
    ]
    ours = pq.read_table(scores, columns=columns).to_pylist()
    theirs = database.sql(f"select {', '.join(columns)} from customers order by rank").fetchall()
    assert [tuple(row[name] for name in columns) for row in ours] == theirs
    recency = pq.read_table(scores, columns=["recency_score"]).to_pydict()["recency_score"]
    known = "case when last_purchase is null then null else recency_score end"
    expected = database.sql(f"select {known} from customers order by rank")
    assert recency == [row[0] for row in expected.fetchall()]
