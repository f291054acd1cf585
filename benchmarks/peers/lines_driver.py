"""
The same lines by the database's own driver, sqlite3 or psycopg, straight into NumPy arrays: `lines_driver.py ADDRESS`.

The fastest way without Arrow that we found: no list of rows is ever made.
"""

import sqlite3
import sys
from collections.abc import Iterable
from itertools import islice
from typing import Any

import numpy as np

COLUMNS = ("customer_id", "at", "amount", "cost", "order_id")
KIND = np.dtype([(name, np.int64) for name in COLUMNS])
ROWS = 100_000
QUERY = "select customer_id, at, amount, coalesce(cost, -1), order_id from order_lines"


def rows_of(address: str) -> Iterable[Any]:
    """Execute the query."""
    if address.startswith("sqlite"):
        return sqlite3.connect(address.removeprefix("sqlite:///")).execute(QUERY)
    import psycopg

    cursor = psycopg.connect(address).cursor("lines", scrollable=False)
    cursor.itersize = 50_000
    return cursor.execute(QUERY)


def main(address: str) -> None:
    """Read the lines."""
    sums, rows = dict.fromkeys(COLUMNS, 0), iter(rows_of(address))
    while len(part := np.fromiter(islice(rows, ROWS), KIND)):
        for name in COLUMNS:
            sums[name] += int(part[name].sum())
    print(sums)


if __name__ == "__main__":
    main(*sys.argv[1:])
