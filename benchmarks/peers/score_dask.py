"""
What Dask's own data frames make of the question: python score_dask.py FOLDER OUT AS_OF WORKERS.

Grouped by customer in as many pieces as there are workers four times over; deciles by the quantiles that Dask estimates. It does
less than `patron score --engine dask`: quantiles are approximate, equal values fall on one side, there are no ranks, no
cumulative shares, no scores, no summary; lines are counted and not distinct orders, for `nunique` of groups takes it many times
as long.
"""

import sys
from typing import Any

import dask.dataframe as dd
import numpy as np
import pandas as pd
from distributed import Client, LocalCluster


def score(folder: str, out: str, as_of: str, workers: int) -> None:
    """Write sums and deciles of the customers of a dataset."""
    lines: Any = dd.read_parquet(folder, columns=["customer_id", "ordered_at", "amount", "order_id"])
    lines["cents"] = (lines["amount"].astype("float64") * 100).round().astype("int64")
    customers = lines.groupby("customer_id").agg(
        {"cents": "sum", "ordered_at": ["min", "max"], "order_id": "count"}, split_out=4 * workers
    )
    customers.columns = ["monetary", "first_purchase", "last_purchase", "orders"]
    customers = customers.persist()
    cuts = customers["monetary"].quantile([part / 10 for part in range(1, 10)]).compute().to_numpy()
    customers["decile"] = customers["monetary"].map_partitions(
        lambda values: values.__class__(10 - np.searchsorted(cuts, values), index=values.index), meta=("decile", "int64")
    )
    customers["recency"] = (pd.Timestamp(as_of) - customers["last_purchase"]).dt.days
    customers.to_parquet(out)


def main() -> None:
    """Score with workers of this machine, as `patron` does."""
    folder, out, as_of, workers = sys.argv[1:]
    with LocalCluster(n_workers=int(workers), threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster):
        score(folder, out, as_of, int(workers))


if __name__ == "__main__":
    main()
