"""
What the tables of a plugin are made of, and how their rows are written; this module is open to plugins.

A plugin declares its tables in a module of its own, with `metadata()`; a table says in its `info` on which records of the core
its rows hang (`hangs_on()`), and from that follows who reaches them, and whose words name it (`called()`). Its queries ask for
rows with `reader.reach(action, TABLE)`, which is the predicate of those that the actor may see, and with `one_of()` for those
that belong to many others; `insert_rows()` writes new ones within the same rights.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import MetaData, Table, func, insert, select

from patron.core.access import Action, Scope
from patron.core.store.identifiers import take_identifiers
from patron.core.store.kinds import IDENTIFIER, Amount, Day, Instant, Several
from patron.core.store.parts import one_of
from patron.core.store.scope import Hanging, called, hangs_on, resource_of
from patron.core.store.tables import METADATA, TABLES
from patron.core.store.work import UnitOfWork

__all__ = [
    "CORE_TABLES",
    "IDENTIFIER",
    "Amount",
    "Day",
    "Hanging",
    "Instant",
    "Several",
    "called",
    "hangs_on",
    "insert_rows",
    "metadata",
    "one_of",
]

CORE_TABLES = TABLES
"""Noun → its table, to refer to: `ForeignKey(CORE_TABLES["customer"].c.id, ondelete="CASCADE")`."""


def metadata() -> MetaData:
    """Return an empty collection of tables, whose constraints and indexes are named as those of the core."""
    return MetaData(naming_convention=METADATA.naming_convention)


def insert_rows(work: UnitOfWork, table: Table, rows: Sequence[Mapping[str, Any]]) -> tuple[int, ...]:
    """
    Write new rows of a plugin's table and return their ids.

    Args:
        work: the unit of work.
        table: has a column `id`.
        rows: columns without the id; all with the same ones.

    Raises:
        DeniedError: the actor may not create them, or one of them hangs on a record out of reach.
        DuplicateError: a key is taken, or a row refers to one that isn't there.
    """
    scope = work.policy.require(work.actor, Action.CREATE, resource_of(table))
    if not rows:
        return ()
    ids = tuple(take_identifiers(work.connection, table, len(rows)))
    work.connection.execute(insert(table), [{"id": identifier, **row} for identifier, row in zip(ids, rows, strict=True)])
    if scope is not Scope.ALL:
        reached = select(func.count()).select_from(table).where(one_of(table.c.id, ids), work.reach(Action.CREATE, table))
        if work.connection.execute(reached).scalar_one() != len(ids):
            raise work.policy.denial(work.actor, Action.CREATE, resource_of(table))
    return ids
