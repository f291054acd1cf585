"""Indexes of extension fields: there when they are declared, used, and gone when nobody declares them."""

from typing import Any

import pytest
from sqlalchemy import Connection, event, select, text

from patron.core.nouns import Field, FieldKind, Vocabulary
from patron.core.nouns.criterion import equal
from patron.core.store import Database
from patron.core.store.criteria import predicate_of
from patron.core.store.extension_indexes import PREFIX, Aligned, align_indexes
from patron.core.store.migrations.schema import differences
from patron.core.store.tables import METADATA, TABLES

VALUES = {
    FieldKind.TEXT: "Model A",
    FieldKind.INTEGER: 3_000_000_000,
    FieldKind.MONEY: "19.90",
    FieldKind.TRUTH: True,
    FieldKind.DAY: "2026-01-01",
}


def vocabulary(**kinds: FieldKind) -> Vocabulary:
    fields = {f"auto.{name}": Field(name=f"auto.{name}", kind=kind, indexed=True) for name, kind in kinds.items()}
    return Vocabulary(extensions={"lead": fields})


def plan(connection: Connection, words: Vocabulary, kind: FieldKind) -> str:
    """Return how the database finds the leads with one value of the field, asked as a reader asks."""
    said: list[tuple[str, Any]] = []
    event.listen(connection, "before_cursor_execute", lambda *about: said.append((about[2], about[3])))
    connection.execute(select(TABLES["lead"].c.id).where(predicate_of(equal("auto.one", VALUES[kind]), "lead", words)))
    (statement, parameters), dialect = said[0], connection.dialect.name
    if dialect == "postgresql":  # a table of no rows is read whole, whatever indexes there are
        connection.execute(text("SET LOCAL enable_seqscan = off"))
    explain = "EXPLAIN QUERY PLAN" if dialect == "sqlite" else "EXPLAIN"
    return " ".join(str(row) for row in connection.exec_driver_sql(f"{explain} {statement}", parameters))


@pytest.mark.parametrize("kind", VALUES)
def test_a_criterion_uses_the_index_of_its_field(database: Database, kind: FieldKind) -> None:
    words = vocabulary(one=kind)
    with database.writing() as connection:
        assert align_indexes(connection, words) == Aligned(("lead.auto.one",))
        (name,) = names(connection)
        assert name in plan(connection, words, kind)


def names(connection: Connection) -> list[str]:
    catalogue = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index'",
        "postgresql": "SELECT indexname FROM pg_indexes",
    }
    found = connection.execute(text(catalogue[connection.dialect.name])).scalars()
    return sorted(name for name in found if name.startswith(PREFIX))


def test_indexes_follow_the_declarations(database: Database) -> None:
    with database.writing() as connection:
        align_indexes(connection, vocabulary(one=FieldKind.TEXT, two=FieldKind.DAY))
    with database.writing() as connection:
        before = names(connection)
        changed = align_indexes(connection, vocabulary(one=FieldKind.TEXT, three=FieldKind.MONEY))
        assert changed.made == ("lead.auto.three",)
        assert len(changed.dropped) == 1
        assert len(set(before) & set(names(connection))) == 1
    with database.writing() as connection:
        assert align_indexes(connection, vocabulary(one=FieldKind.TEXT, three=FieldKind.MONEY)) == Aligned()
        assert differences(connection, METADATA) == ()
