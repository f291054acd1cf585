"""
The tables of scores, made from the columns of their runs.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import BigInteger, Column, Dialect, Float, Index, MetaData, String, Table
from sqlalchemy.types import TypeEngine

from patron.core.store.kinds import IDENTIFIER, Amount, Day
from patron.core.store.scores.record import ScoreColumn

CUSTOMER = "customer_id"
RANK = "rank"

_TYPES: Mapping[str, TypeEngine[Any]] = MappingProxyType(
    {
        "money": Amount(),
        "points": Amount(),
        "count": BigInteger(),
        "days": BigInteger(),
        "date": Day(),
        "share": Float(53),
        "number": Float(53),
        "score": BigInteger(),
        "label": String(200),
    }
)


def score_table(number: int, columns: Sequence[ScoreColumn], dialect: Dialect) -> Table:
    """
    Return the table of a run's scores.

    SQLite keeps a table in the order of its key, for nothing; PostgreSQL gets an index when the rows are there, which is faster.
    """
    keyed = dialect.name == "sqlite"
    return Table(
        f"scores_{number}",
        MetaData(),
        Column(CUSTOMER, IDENTIFIER, primary_key=keyed, autoincrement=False, nullable=False),
        *(Column(column.name, _TYPES[column.kind]) for column in columns),
    )


def indexes_of(table: Table, dialect: Dialect) -> list[Index]:
    """Return the indexes that a table of scores gets when it is full: by customer, and best first."""
    found = []
    if dialect.name != "sqlite":
        found.append(Index(f"ix_{table.name}_{CUSTOMER}", table.c[CUSTOMER], unique=True))
    if RANK in table.c:
        found.append(Index(f"ix_{table.name}_{RANK}", table.c[RANK]))
    return found
