"""
Order lines from a database into NumPy arrays, part by part, by our bulk reader: `lines_patron.py ADDRESS`.
"""

import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
from sqlalchemy import ColumnElement, select, type_coerce
from sqlalchemy.types import BigInteger

from patron.core.access import LOCAL_ADMINISTRATOR, Policy
from patron.core.nouns import Vocabulary
from patron.core.scoring.capacity import leave_pandas_out
from patron.core.store import Database, Reader
from patron.core.store.bulk import read_columns
from patron.core.store.tables import TABLES

COLUMNS = ("customer_id", "at", "amount", "cost", "order_id")


def main(address: str) -> None:
    """Read the lines."""
    leave_pandas_out()  # as the command does
    lines = TABLES["order_line"]
    wanted: list[ColumnElement[Any]] = [type_coerce(lines.c[name], BigInteger).label(name) for name in COLUMNS]
    schema = pa.schema([(name, pa.int64()) for name in COLUMNS])
    sums = dict.fromkeys(COLUMNS, 0)
    with Database.at(address, Path()).reading() as connection:
        reader = Reader(connection, actor=LOCAL_ADMINISTRATOR, policy=Policy(), vocabulary=Vocabulary())
        with read_columns(reader, select(*wanted), schema) as batches:
            for batch in batches:
                for name in COLUMNS:
                    sums[name] += int(batch[name].fill_null(-1).to_numpy().sum())
    print(sums)


if __name__ == "__main__":
    main(*sys.argv[1:])
