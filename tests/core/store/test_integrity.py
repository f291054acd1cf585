"""The check: sound databases pass, and damage is said of the table that has it."""

from pathlib import Path

import pytest
from sqlalchemy import text

from patron.app import App
from patron.core.nouns import Customer, Vocabulary
from patron.core.store import Database
from patron.core.store.integrity import Damage, check


@pytest.fixture
def filled(patron: App, database: Database) -> Database:
    """Return a database with some customers, which fill several pages."""
    with patron.session() as session, session.write() as work:
        work.add_many([Customer(name=f"Customer {number}", note="x" * 1000) for number in range(100)])
        work.commit()
    return database


def test_a_sound_database_passes(filled: Database) -> None:
    assert () == check(filled, {}, Vocabulary())


def test_a_missing_index_is_named(filled: Database) -> None:
    with filled.writing() as connection:
        connection.execute(text("DROP INDEX ix_customers_name"))
    assert (Damage("customers", "schema", "add_index ix_customers_name"),) == check(filled, {}, Vocabulary())


def test_an_edited_history_is_named(filled: Database) -> None:
    with filled.writing() as connection:
        connection.execute(text("UPDATE changes SET reason = 'because' WHERE sequence = 7"))
    assert (Damage("changes", "history", "7: values"),) == check(filled, {}, Vocabulary())


def test_a_value_that_nobody_of_ours_wrote_is_named(filled: Database) -> None:
    if filled.file is None:
        pytest.skip("the server keeps the types of columns")
    with filled.writing() as connection:
        connection.execute(text("UPDATE changes SET effective_at = 'yesterday' WHERE sequence = 7"))
    (damage,) = check(filled, {}, Vocabulary())
    assert (damage.table, damage.kind) == ("changes", "history")


def test_rows_that_refer_to_nothing_are_named(filled: Database) -> None:
    if filled.file is None:
        pytest.skip("the server holds references itself")
    with filled.migrating() as connection:
        connection.execute(text("UPDATE customers SET owner_user_id = 77 WHERE id < 4"))
    assert (Damage("customers", "reference", "3 → users"),) == check(filled, {}, Vocabulary())


@pytest.mark.parametrize("table", ["customers", "changes"])
@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_the_table_of_a_damaged_page_is_named(filled: Database, table: str) -> None:
    with filled.reading() as connection:
        root = connection.execute(text("SELECT rootpage FROM sqlite_master WHERE name = :name"), {"name": table}).scalar_one()
        size = connection.execute(text("PRAGMA page_size")).scalar_one()
    overwrite(filled, root, size)
    found = check(filled, {}, Vocabulary())
    assert table in {damage.table for damage in found}
    assert {damage.kind for damage in found if damage.table == table} == {"pages"}


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_a_damaged_list_of_tables_is_said(filled: Database) -> None:
    overwrite(filled, 2, 4096)
    assert check(filled, {}, Vocabulary())


def overwrite(database: Database, page: int, size: int) -> None:
    database.close()
    file = Path(database.where)
    content = bytearray(file.read_bytes())
    content[(page - 1) * size : page * size] = b"\xa5" * size
    file.write_bytes(content)
