"""Backups: a whole state and its label, or nothing at all."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from patron.app import App
from patron.core.errors import OutputError, UsageError
from patron.core.nouns import Customer
from patron.core.store import Database, StoreError
from patron.core.store.backup import back_up
from patron.core.store.label import digest_of_file, label_path, read_label
from patron.testing.application import NOW


@pytest.fixture
def filled(patron: App, database: Database) -> Database:
    """Return a database with three customers."""
    with patron.session() as session, session.write() as work:
        work.add_many([Customer(name=name) for name in ("Ada", "Grace", "王芳")])
        work.commit()
    return database


def test_a_backup_has_a_label_that_fits(filled: Database, tmp_path: Path) -> None:
    label = back_up(filled, tmp_path / "backup", now=NOW)

    assert label == read_label(tmp_path / "backup")
    assert label.backend == filled.url.get_backend_name()
    assert label.made_at == NOW
    assert label.revisions == {"patron_version": "0001", "patron_version_calls": "0001"}
    assert label.head.sequence == 3


def test_what_is_committed_meanwhile_is_not_in_it(patron: App, database: Database, tmp_path: Path) -> None:
    """Others write on, and the backup is of one state."""
    if database.file is None:
        pytest.skip("pg_dump tells nothing while it works")
    with patron.session() as session, session.write() as work:
        work.add_many([Customer(name=f"Customer {number}", note="x" * 4000) for number in range(5_000)])
        work.commit()
    told: list[int] = []

    def write_on(left: int, total: int) -> None:
        told.append(left)
        with patron.session() as session, session.write() as work:
            work.add(Customer(name="Late"))
            work.commit()

    back_up(database, tmp_path / "backup", now=NOW, progress=write_on)
    connection = sqlite3.connect(tmp_path / "backup")
    assert connection.execute("SELECT count(*), sum(name = 'Late') FROM customers").fetchone() == (5_000, 0)
    connection.close()
    assert len(told) > 1


def test_a_backup_is_one_file_beside_its_label(filled: Database, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    back_up(filled, folder / "one", now=NOW)

    assert {"one", "one.json"} == {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("taken", ["one", "one.json"])
def test_nothing_is_overwritten(filled: Database, tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).write_text("mine", "utf-8")
    with pytest.raises(UsageError, match="is there already"):
        back_up(filled, tmp_path / "one", now=NOW)
    assert (tmp_path / taken).read_text("utf-8") == "mine"


def test_a_folder_that_is_missing_is_named(filled: Database, tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        back_up(filled, tmp_path / "nowhere" / "one", now=NOW)


def test_a_damaged_database_makes_no_backup(patron: App, database: Database, tmp_path: Path) -> None:
    """A backup of a damaged database would be found out on the day on which it is needed."""
    if database.file is None:
        pytest.skip("pages of a server are its own business")
    with database.writing() as connection:
        root = connection.execute(text("SELECT rootpage FROM sqlite_master WHERE name = 'customers'")).scalar_one()
        size = connection.execute(text("PRAGMA page_size")).scalar_one()
    database.close()
    content = bytearray(database.file.read_bytes())
    content[(root - 1) * size : root * size] = b"\xa5" * size
    database.file.write_bytes(content)

    with pytest.raises(StoreError):
        back_up(database, tmp_path / "one", now=NOW)
    assert not (tmp_path / "one").exists()
    assert not label_path(tmp_path / "one").exists()


def test_without_pg_dump_it_says_what_to_install(
    cluster: object, filled: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if filled.file is not None:
        pytest.skip("SQLite needs no other program")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(StoreError, match="pg_dump of PostgreSQL is not on this machine"):
        back_up(filled, tmp_path / "one", now=NOW)


def damaged(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("hurt", "complaint"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), "is not whole"),
        (lambda path: path.write_bytes(path.read_bytes() + b"x"), "is not whole"),
        (damaged, "is damaged"),
        (lambda path: label_path(path).unlink(), "has no label"),
        (lambda path: label_path(path).write_text("{}", "utf-8"), "not the label of a backup"),
        (lambda path: label_path(path).write_text("[", "utf-8"), "not the label of a backup"),
        (lambda path: path.unlink(), "There is no file"),
    ],
)
@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_whatever_is_wrong_with_a_backup_is_found(filled: Database, tmp_path: Path, hurt: object, complaint: str) -> None:
    assert callable(hurt)
    back_up(filled, tmp_path / "one", now=NOW)
    hurt(tmp_path / "one")
    with pytest.raises(StoreError, match=complaint):
        read_label(tmp_path / "one")


def test_the_digest_is_that_of_the_whole_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    assert (3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad") == digest_of_file(tmp_path / "file")
