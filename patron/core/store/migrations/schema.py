"""
The tables of a database compared with those that the code declares: columns, types, keys, references, indexes, checks.
"""

import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import attrs
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, MetaData, inspect

from patron.core.store.kinds import Extension

_OPTIONS = {"compare_type": True, "compare_server_default": True}


@attrs.frozen(order=True)
class Difference:
    """
    Something in which a database differs from what the code declares.

    Attributes:
        table: the table.
        what: a code: `missing_table`, `add_column`, `remove_index`, `modify_type`, … as Alembic calls what would mend it.
        name: the column, index or constraint; empty where it is the table itself.
    """

    table: str
    what: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.table}: {self.what} {self.name}".rstrip()


def differences(connection: Connection, metadata: MetaData, *, ours: str = "ix_ext_") -> tuple[Difference, ...]:
    """
    Return in what the database differs from the tables of *metadata*; tables of others are not looked at.

    Args:
        connection: a transaction.
        metadata: what the code declares.
        ours: what the names of indexes begin with that are kept by other means.
    """
    names = set(metadata.tables)

    def wanted(item: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
        if kind == "table":
            return name in names
        return not (kind == "index" and (name or "").startswith(ours))

    options = {**_OPTIONS, "include_object": wanted, "compare_type": _differ}
    context = MigrationContext.configure(connection, opts=options)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Skipped unsupported reflection of expression-based index")  # those are ours
        found = [one for change in compare_metadata(context, metadata) for one in _flat(change)]
    return tuple(sorted({*found, *_checks(connection, metadata)}))


def _differ(context: Any, inspected: Any, declared: Any, inspected_type: Any, declared_type: Any) -> bool | None:
    # What is JSON in one database and binary JSON in the other is looked at by name, since Alembic compares the outer type.
    if isinstance(declared_type, Extension):
        return "JSON" not in type(inspected_type).__name__.upper()
    return None


def _flat(change: Any) -> Iterator[Difference]:
    """Return the differences in one entry of Alembic's, which is a tuple, or a list of tuples about one column."""
    if isinstance(change, list):
        for inner in change:
            yield Difference(inner[2], inner[0], inner[3])
        return
    what, item = change[0], change[1]
    if what in ("add_table", "remove_table"):
        yield Difference(item.name, "missing_table")
    elif what in ("add_column", "remove_column"):
        yield Difference(change[2], what, change[3].name)
    else:
        yield Difference(item.table.name, what, item.name or "")


def _checks(connection: Connection, metadata: MetaData) -> Iterator[Difference]:
    """Return the checks that are missing; each database writes their conditions in its own way, so that names are compared."""
    inspector = inspect(connection)
    there = set(inspector.get_table_names())
    for table in metadata.sorted_tables:
        if table.name not in there:
            continue
        declared = {str(one.name) for one in table.constraints if isinstance(one, CheckConstraint) and one.name}
        found = {str(one["name"]) for one in inspector.get_check_constraints(table.name)}
        yield from (Difference(table.name, "add_check", name) for name in _missing(declared, found))


def _missing(declared: set[str], found: set[str]) -> Sequence[str]:
    return sorted(declared - found)
