"""`patron init`: a database in two words, as often as one likes."""

import json
import sqlite3
import tomllib
from pathlib import Path

import pytest


@pytest.mark.requirement("R079")
def test_init_makes_a_database_and_its_departments(patron, tmp_path):
    result = patron("--lang", "zh", "init")

    assert 0 == result.code
    assert {"store": {"database": "sqlite:///patron.db"}} == tomllib.loads(Path("patron.toml").read_text("utf-8"))
    with sqlite3.connect(tmp_path / "patron.db") as connection:
        rows = connection.execute("SELECT code, name, kind FROM teams ORDER BY id").fetchall()
    connection.close()
    assert [("sales", "销售部"), ("marketing", "市场部"), ("service", "售后服务部")] == [row[:2] for row in rows]
    assert {"department"} == {row[2] for row in rows}


def test_a_second_time_changes_nothing(patron, tmp_path):
    patron("init")
    before = Path("patron.toml").read_bytes()
    again = json.loads(patron("init", "--format", "json").out)

    assert [] == again["departments"]
    assert not again["made"]
    assert {"core": "0001", "calls": "0001"} == again["revisions"]
    assert before == Path("patron.toml").read_bytes()


def test_a_fresh_database_has_the_indexes_of_declared_fields(patron, tmp_path):
    Path("patron.toml").write_text('[fields.lead."auto.chassis"]\nkind = "text"\nindexed = true\n', "utf-8")
    assert 0 == patron("init").code

    with sqlite3.connect(tmp_path / "patron.db") as connection:
        indexes = connection.execute("SELECT tbl_name FROM sqlite_master WHERE name LIKE 'ix_ext_%'").fetchall()
    connection.close()
    assert [("leads",)] == indexes


def test_a_department_that_was_renamed_keeps_its_name(patron, tmp_path):
    patron("init")
    with sqlite3.connect(tmp_path / "patron.db") as connection:
        connection.execute("UPDATE teams SET name = 'Front desk' WHERE code = 'sales'")
    connection.close()
    patron("init")
    with sqlite3.connect(tmp_path / "patron.db") as connection:
        names = connection.execute("SELECT name FROM teams").fetchall()
    connection.close()
    assert [("Front desk",), ("Marketing",), ("Service",)] == names


def test_other_keys_of_the_configuration_stay(patron):
    Path("patron.toml").write_text('lang = "en"\n\n[store]  # where it is\ncurrency = "EUR"\n', "utf-8")
    assert 0 == patron("init", "--database", "sqlite:///crm.db").code
    expected = 'lang = "en"\n\n[store]  # where it is\ndatabase = "sqlite:///crm.db"\ncurrency = "EUR"\n'
    assert expected == Path("patron.toml").read_text("utf-8")
    assert Path("crm.db").is_file()


def test_a_configuration_that_names_another_database_is_left_alone(patron):
    patron("init")
    refused = patron("init", "--database", "sqlite:///other.db")

    assert 2 == refused.code
    assert "patron.toml:2" in refused.err
    assert not Path("other.db").exists()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://ann:secret@db.example/crm", "~/.pgpass"),
        ("mysql://db.example/crm", "not in mysql"),
        ("nonsense", "no address"),
        ("sqlite://", "needs a file"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_and_nothing_is_written(patron, address, said):
    refused = patron("init", "--database", address)

    assert 2 == refused.code
    assert said in refused.err
    assert "secret" not in refused.err
    assert [] == list(Path.cwd().iterdir())


def test_a_configuration_in_which_no_line_can_be_added_is_left_alone(patron):
    Path("patron.toml").write_text('store = { currency = "EUR" }\n', "utf-8")
    refused = patron("init")

    assert 2 == refused.code
    assert 'store.database = "sqlite:///patron.db"' in refused.err
    assert 'store = { currency = "EUR" }\n' == Path("patron.toml").read_text("utf-8")


def test_a_database_of_something_else_is_left_alone(patron, tmp_path):
    with sqlite3.connect(tmp_path / "patron.db") as connection:
        connection.execute("CREATE TABLE recipes (id INTEGER)")
    connection.close()
    refused = patron("init")

    assert 1 == refused.code
    assert "recipes" in refused.err
    assert not Path("patron.toml").exists()


def test_a_file_that_is_no_database_is_left_alone(patron):
    Path("patron.db").write_text("Dear diary, " * 100, "utf-8")
    refused = patron("init")

    assert 1 == refused.code
    assert Path("patron.db").read_text("utf-8").startswith("Dear diary")
