"""
The same lines by the database's own driver, sqlite3 or psycopg, straight into a NumPy array: `lines_driver.py ADDRESS`.

The fastest way without Arrow that we found: no list of rows is ever made.
"""

import sqlite3
import sys
from collections.abc import Iterable
from typing import Any

import numpy as np

COLUMNS = ("customer_id", "at", "amount", "cost", "order_id")
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
    table = np.fromiter(rows_of(address), np.dtype([(name, np.int64) for name in COLUMNS]))
    print({name: int(np.ascontiguousarray(table[name]).sum()) for name in COLUMNS})


if __name__ == "__main__":
    main(*sys.argv[1:])
