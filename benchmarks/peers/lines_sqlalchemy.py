"""
The same lines by SQLAlchemy's rows: `lines_sqlalchemy.py ADDRESS`.

Types that make objects of values (decimals, times) are left out, as someone in a hurry would, and rows are taken in parts: all at
once take five gigabytes for ten million, and longer.
"""

import sys
from pathlib import Path

import numpy as np
from sqlalchemy import func, select, type_coerce
from sqlalchemy.types import BigInteger

from patron.core.store import Database
from patron.core.store.tables import TABLES

COLUMNS = ("customer_id", "at", "amount", "cost", "order_id")
ROWS = 100_000


def main(address: str) -> None:
    """Read the lines."""
    lines = TABLES["order_line"]
    query = select(*(func.coalesce(type_coerce(lines.c[name], BigInteger), -1).label(name) for name in COLUMNS))
    sums = dict.fromkeys(COLUMNS, 0)
    with Database.at(address, Path()).reading() as connection:
        for rows in connection.execution_options(yield_per=ROWS).execute(query).partitions():
            for name, values in zip(COLUMNS, zip(*rows, strict=True), strict=True):
                sums[name] += int(np.array(values, np.int64).sum())
    print(sums)


if __name__ == "__main__":
    main(*sys.argv[1:])
