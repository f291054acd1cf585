"""
The soundness of a database: its pages, its references, its tables and its history; what is wrong is said of the table it is in.
"""

from collections.abc import Iterator, Mapping

import attrs
from sqlalchemy import Connection, MetaData, func, inspect, select

from patron.core.names import listed
from patron.core.nouns import Vocabulary
from patron.core.store.criteria import expression_of
from patron.core.store.database import Database
from patron.core.store.failures import StoreError, first_line
from patron.core.store.history import verify
from patron.core.store.migrations.schema import differences
from patron.core.store.tables import CHANGES, METADATA, TABLES

_SPARE = 20
"""Complaints about one table that are reported at most."""


@attrs.frozen(order=True)
class Damage:
    """
    Something that is wrong with a database.

    Attributes:
        table: where; empty where no single table is to blame.
        kind: a code: `pages`, `reference`, `schema`, `history`, `misfit`.
        detail: what the database, or the comparison, says.
    """

    table: str
    kind: str
    detail: str


def check(database: Database, plugins: Mapping[str, MetaData], vocabulary: Vocabulary) -> tuple[Damage, ...]:
    """
    Return what is wrong with a database; it may be damaged in any way.

    Args:
        database: with tables of this program.
        plugins: the tables of each plugin.
        vocabulary: the extension fields that are declared today.

    Raises:
        StoreError: it can't be read at all.
    """
    with database.reading() as connection:
        found = list(_pages(connection))
        if not any(damage.table in ("", CHANGES.name) for damage in found):
            found += _history(connection)
        if not found:
            found += _references(connection)
            for metadata in (METADATA, *plugins.values()):
                found += _schema(connection, metadata)
        if not found:
            found += _misfits(connection, vocabulary)
        connection.rollback()  # a transaction that met damage can't be committed, not even one that only read
    return tuple(found)


def _pages(connection: Connection) -> Iterator[Damage]:
    if connection.dialect.name != "sqlite":
        for table in METADATA.sorted_tables:
            try:
                with connection.begin_nested():
                    connection.execute(select(func.count()).select_from(table)).scalar_one()
            except StoreError as error:
                yield Damage(table.name, "pages", _said(error))
        return
    if _says(connection, "PRAGMA integrity_check(1)") == ["ok"]:
        return
    found = False
    for name in _tables(connection):
        quoted = connection.dialect.identifier_preparer.quote(name)
        for line in _says(connection, f"PRAGMA integrity_check({quoted})"):
            if line != "ok":
                found = True
                yield Damage(name, "pages", line)
    if not found:
        yield from (Damage("", "pages", line) for line in _says(connection, f"PRAGMA integrity_check({_SPARE})"))


def _tables(connection: Connection) -> list[str]:
    try:
        return inspect(connection).get_table_names()
    except StoreError:
        return []  # the list of tables is what is damaged


def _says(connection: Connection, pragma: str) -> list[str]:
    """Return the lines of a check of SQLite's; what it can't get over is a line as well."""
    try:
        lines = [str(line) for line in connection.exec_driver_sql(pragma).scalars()]
    except StoreError as error:
        return [_said(error)]
    return [line.replace("\n", " ")[:200] for line in lines[:_SPARE]]


def _references(connection: Connection) -> Iterator[Damage]:
    if connection.dialect.name != "sqlite":
        return  # the server holds them itself
    counts: dict[tuple[str, str], int] = {}
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        counts[row[0], row[2]] = counts.get((row[0], row[2]), 0) + 1
    yield from (Damage(table, "reference", f"{count} → {target}") for (table, target), count in counts.items())


def _schema(connection: Connection, metadata: MetaData) -> Iterator[Damage]:
    for difference in differences(connection, metadata):
        yield Damage(difference.table, "schema", f"{difference.what} {difference.name}".strip())


def _misfits(connection: Connection, vocabulary: Vocabulary) -> Iterator[Damage]:
    """Yield the extension fields with values that don't fit what is declared today, and so count as missing."""
    for noun, fields in vocabulary.extensions.items():
        rows = TABLES[noun]
        for field in fields.values():
            misfit = rows.c.ext[field.name].as_string().is_not(None) & expression_of(field, rows).is_(None)
            ids = connection.execute(select(rows.c.id).where(misfit).order_by(rows.c.id).limit(_SPARE)).scalars().all()
            if ids:
                yield Damage(rows.name, "misfit", f"{field.name} ({field.kind}): {listed(f'#{number}' for number in ids)}")


def _history(connection: Connection) -> Iterator[Damage]:
    if not inspect(connection).has_table(CHANGES.name):
        return  # the comparison of the tables says so
    try:
        verdict = verify(connection)
    except StoreError as error:
        yield Damage(CHANGES.name, "pages", _said(error))
        return
    except (TypeError, ValueError, OverflowError) as error:  # a value that nobody of ours ever wrote
        yield Damage(CHANGES.name, "history", first_line(error))
        return
    if verdict.broken_at is not None:
        yield Damage(CHANGES.name, "history", f"{verdict.broken_at}: {verdict.reason}")


def _said(error: StoreError) -> str:
    """Return what the driver said."""
    return str(error.details.get("reason", error))
