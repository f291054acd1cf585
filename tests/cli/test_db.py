"""`patron db`: its words, its figures for programs, and how it ends."""

import json
import re
import sqlite3
from pathlib import Path

import pytest

FILE = re.compile(r"<!-- file: (\S+) -->\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(name="made", autouse=True)
def _made(patron):
    assert 0 == patron("init").code


def run_sql(statement, file="patron.db"):
    connection = sqlite3.connect(file)
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_status_says_where_every_table_stands(patron):
    text = patron("db", "status")
    found = json.loads(patron("db", "status", "--format", "json").out)

    assert "core             0001      0001          current" in text.out
    known = {"revision": "0001", "head": "0001", "place": "current"}
    assert [{"name": name, **known} for name in ("core", "calls")] == found["series"]


def test_status_speaks_chinese(patron):
    assert "表的所有者" in patron("--lang", "zh", "db", "status").out


def test_an_older_database_is_refused_and_then_upgraded_after_a_backup(patron, later):
    refused = patron("audit", "verify")
    assert 1 == refused.code
    assert "patron db upgrade" in refused.err

    upgraded = json.loads(patron("db", "upgrade", "--format", "json").out)
    assert [["core", "0002"]] == upgraded["done"]
    backup = Path(upgraded["backup"])
    assert backup.name.startswith("patron-before-upgrade-")
    assert backup.is_file()
    assert "current" in patron("db", "status").out
    assert 0 == patron("audit", "verify").code


def test_an_upgrade_with_nothing_to_do_makes_no_backup(patron):
    result = patron("db", "upgrade")

    assert 0 == result.code
    assert {"patron.db", "patron.toml"} == {path.name for path in Path.cwd().iterdir()}


def test_a_backup_can_be_put_elsewhere_or_left_out(patron, later):
    assert 0 == patron("db", "upgrade", "--backup", "mine.db").code
    assert Path("mine.db.json").is_file()
    assert 2 == patron("db", "upgrade", "--backup", "mine.db", "--no-backup").code


def test_a_newer_database_is_refused(patron):
    run_sql("UPDATE patron_version SET version_num = '9999'")
    for words in (["audit", "verify"], ["db", "upgrade"], ["init"], ["db", "check"]):
        refused = patron(*words)
        assert 1 == refused.code
        assert "newer Patron (revision 9999; this one knows 0001 at most)" in refused.err
    assert "newer than this program" in patron("db", "status").out


def test_a_database_without_our_tables_is_refused(patron):
    Path("patron.db").unlink()
    sqlite3.connect("patron.db").close()
    refused = patron("audit", "verify")

    assert 1 == refused.code
    assert "patron init" in refused.err


def test_a_database_that_is_missing_is_named(patron):
    Path("patron.db").unlink()
    refused = patron("db", "status")

    assert 2 == refused.code
    assert "patron init" in refused.err
    assert not Path("patron.db").exists()


def test_check_names_what_is_damaged_and_fails(patron):
    assert 0 == patron("db", "check").code
    run_sql("DROP INDEX ix_leads_status")
    found = patron("db", "check")

    assert 1 == found.code
    assert "leads: not as this program made it: add_index ix_leads_status" in found.out
    assert [{"table": "leads", "kind": "schema", "detail": "add_index ix_leads_status"}] == json.loads(
        patron("db", "check", "--format", "json").out
    )["damages"]


def test_a_backup_is_made_and_restored(patron):
    made = patron("db", "backup", "b.db")
    assert 0 == made.code
    assert "b.db.json" in made.out
    assert 2 == patron("db", "backup", "b.db").code
    run_sql("UPDATE teams SET name = 'Others'")

    assert 1 == patron("db", "restore", "b.db").code
    restored = json.loads(patron("db", "restore", "b.db", "--force", "--format", "json").out)
    connection = sqlite3.connect("patron.db")
    assert [("Sales",), ("Marketing",), ("Service",)] == connection.execute("SELECT name FROM teams ORDER BY id").fetchall()
    connection.close()
    assert Path(restored["kept"]).is_file()
    assert not restored["outdated"]


def test_restored_tables_of_an_older_program_want_an_upgrade(patron, tmp_path, request):
    patron("db", "backup", "b.db")
    Path("patron.db").unlink()
    request.getfixturevalue("later")
    assert "patron db upgrade" in patron("db", "restore", "b.db").out
    assert 0 == patron("db", "upgrade").code


def test_the_tables_of_an_installed_plugin_are_made_used_and_left(patron, install, root):
    """By the commands that a person types: installed, upgraded, used, uninstalled, checked."""
    files = dict(FILE.findall((root / "docs" / "plugin-with-a-table.md").read_text("utf-8")))
    folder = install("visits", manifest=files["patron_visits/manifest.toml"])
    for name, text in files.items():
        path = folder.parent / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    run_sql("INSERT INTO customers (id, kind, name) VALUES (1, 'person', 'Ada')")

    assert "visits           –         0001          not made yet: patron db upgrade" in patron("db", "status").out
    refused = patron("visits", "add", "1", "--minutes", "30")
    assert 1 == refused.code
    assert "patron db upgrade" in refused.err
    assert [["visits", "0001"]] == json.loads(patron("db", "upgrade", "--format", "json").out)["done"]
    assert "1\n" == patron("visits", "add", "1", "--minutes", "30").out
    assert "1 30\n" == patron("visits", "list").out
    assert 0 == patron("db", "check").code

    (folder.parent / "patron_visits-1.0.dist-info" / "entry_points.txt").unlink()
    assert "plugin not installed or off; its data stays" in patron("db", "status").out
    assert 0 == patron("db", "upgrade").code
    assert 0 == patron("db", "check").code


def test_only_administrators_may(patron, tmp_path):
    """A user named by --as or otherwise needs the right; asked of the use cases, which every surface calls."""
    from patron.app import App
    from patron.core.access import DeniedError
    from patron.core.administration.keeping import back_up_database, check_database, restore_database
    from patron.core.administration.status import read_status
    from patron.core.administration.upgrading import upgrade_database
    from patron.core.nouns import User

    app = App.open(tmp_path / "patron.toml")
    with app.session() as session, session.write() as work:
        work.add(User(login="wang", name="王芳", roles=("sales_manager",)))
        work.commit()
    before = Path("patron.db").read_bytes()
    for login in ("wang", "nobody"):
        with app.session(login) as session:
            for use in (read_status, upgrade_database, check_database):
                with pytest.raises(DeniedError):
                    use(session)
            with pytest.raises(DeniedError):
                back_up_database(session, tmp_path / "b.db")
            with pytest.raises(DeniedError):
                restore_database(session, tmp_path / "b.db", force=True)
    assert before == Path("patron.db").read_bytes()
    assert not Path("b.db").exists()
