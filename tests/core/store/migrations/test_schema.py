"""The schema that the migrations make is the one that the code declares."""

import pytest
from sqlalchemy import text

from patron.core.store import Database
from patron.core.store.migrations.schema import Difference, differences
from patron.core.store.tables import METADATA


def test_migrations_make_the_tables_that_the_code_declares(database: Database) -> None:
    """After a change of nouns or tables run `make baseline`, or write a revision once a version has been released."""
    with database.reading() as connection:
        assert () == differences(connection, METADATA)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("DROP TABLE score_pointers", Difference("score_pointers", "missing_table")),
        ("DROP INDEX ix_leads_status", Difference("leads", "add_index", "ix_leads_status")),
        ("ALTER TABLE teams ADD COLUMN colour VARCHAR(9)", Difference("teams", "remove_column", "colour")),
        ("ALTER TABLE spends DROP COLUMN note", Difference("spends", "add_column", "note")),
        ("CREATE INDEX ix_more ON teams (name)", Difference("teams", "remove_index", "ix_more")),
    ],
)
def test_whatever_differs_is_named(database: Database, statement: str, found: Difference) -> None:
    with database.writing() as connection:
        connection.execute(text(statement))
    with database.reading() as connection:
        assert (found,) == differences(connection, METADATA)


def test_tables_of_others_are_not_looked_at(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(text("CREATE TABLE scores_1 (id INTEGER)"))
    with database.reading() as connection:
        assert () == differences(connection, METADATA)
