"""Many rows at once, on both databases: the same values, the same errors."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from patron.core.store import StoreError, appending
from patron.core.store.appending import append_rows
from patron.core.store.tables import TABLES

AT = datetime(2026, 1, 2, 3, 4, 5, 678_901, UTC)


def customer(number, **values):
    return {"id": number, "version": 1, "name": f"N{number}", "kind": "person", "created_at": AT, "ext": {}, **values}


def test_what_goes_in_comes_out(database, monkeypatch):
    """Whatever a text holds, nothing of it is taken for a mark between values or rows; absent values are absent."""
    monkeypatch.setattr(appending, "TOGETHER", 4)
    names = ["plain", "tab\tline\nreturn\r", "back\\slash \\N \\.", "'quoted' \"twice\"", "客户 🚗", "\\."]
    table = TABLES["customer"]
    with database.writing() as connection:
        rows = (customer(number, name=name, ext={"a": name}) for number, name in enumerate(names, 1))
        append_rows(connection, table, rows, {"note": "–"})
        rows = connection.execute(select(table).order_by(table.c.id)).all()

    assert [row.name for row in rows] == names
    assert [row.ext for row in rows] == [{"a": name} for name in names]
    assert {(row.created_at, row.note, row.occupation) for row in rows} == {(AT, "–", None)}


def test_no_rows_are_no_error(database):
    """An iterator that yields nothing writes nothing."""
    with database.writing() as connection:
        append_rows(connection, TABLES["customer"], iter(()))

        assert connection.execute(select(TABLES["customer"])).all() == []


@pytest.mark.parametrize("together", [1, 3, 500])
def test_what_rows_have_in_common_is_theirs_and_nothing_else(database, monkeypatch, together):
    """Columns that say the same in some of the statements, in all or in none come out as they went in, row by row."""
    monkeypatch.setattr(appending, "TOGETHER", together)
    regions, notes = ["n", "n", "n", None, None, None, "n", None], ["a", "b", "a", "a", "a", None, None, None]
    rows = [
        customer(number, region=region, note=note, relationship=number % 3 or None, ext={"a": number // 4})
        for number, (region, note) in enumerate(zip(regions, notes, strict=True), 1)
    ]
    table = TABLES["customer"]
    with database.writing() as connection:
        append_rows(connection, table, rows)
        found = connection.execute(select(table).order_by(table.c.id)).all()

    assert rows == [{name: getattr(row, name) for name in rows[0]} for row in found]


@pytest.mark.parametrize("together", [2, 500])
@pytest.mark.parametrize("wrong", [{"id": 1}, {"name": None}, {"owner_user_id": 99}])
def test_a_row_that_cannot_be_is_an_error_in_our_words(database, monkeypatch, wrong, together):
    """A key that is taken, a value that is missing, a reference into nothing: translated as that of a single insert is."""
    monkeypatch.setattr(appending, "TOGETHER", together)
    with pytest.raises(StoreError), database.writing() as connection:
        append_rows(connection, TABLES["customer"], [customer(1), customer(2) | wrong])
