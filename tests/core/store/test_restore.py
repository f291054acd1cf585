"""Restoring: the state of the backup, wholly, and what was there kept."""

import sqlite3
from pathlib import Path

import attrs
import pytest

from patron.app import App
from patron.core.nouns import Customer
from patron.core.store import Database, StoreError
from patron.core.store.backup import back_up
from patron.core.store.label import label_path, read_label, to_json
from patron.core.store.restore import restore
from patron.testing.application import NOW
from patron.testing.postgresql import Cluster


@pytest.fixture
def backup(patron: App, database: Database, tmp_path: Path) -> Path:
    """Return a backup of a database in which Ada is."""
    with patron.session() as session, session.write() as work:
        work.add(Customer(name="Ada"))
        work.commit()
    back_up(database, tmp_path / "backup", now=NOW)
    return tmp_path / "backup"


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> Database:
    """Return a place of the same kind in which nothing is yet."""
    if database.file is not None:
        return Database.at(f"sqlite:///{tmp_path / 'other.db'}", tmp_path)
    cluster: Cluster = request.getfixturevalue("cluster")
    return Database.at(cluster.new_database(), tmp_path)


def names(address: Database) -> list[str]:
    from sqlalchemy import select

    from patron.core.store.tables import TABLES

    with address.reading() as connection:
        return list(connection.execute(select(TABLES["customer"].c.name).order_by(TABLES["customer"].c.id)).scalars())


def dump(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    lines = list(connection.iterdump())
    connection.close()
    return lines


def test_a_backup_is_restored_to_an_empty_place(backup: Path, elsewhere: Database) -> None:
    label, old = restore(elsewhere, backup, now=NOW)

    assert old is None
    assert label == read_label(backup)
    assert names(elsewhere) == ["Ada"]
    elsewhere.close()


def test_ids_and_the_history_go_on_after_it(backup: Path, elsewhere: Database) -> None:
    from patron.core.config import Settings
    from patron.core.config.settings import StoreSettings
    from patron.testing import app

    restore(elsewhere, backup, now=NOW)
    settings = Settings(store=StoreSettings(database=elsewhere.url.render_as_string(hide_password=False)))
    with app(settings=settings).session() as session:
        with session.write() as work:
            grace = work.add(Customer(name="Grace"))
            work.commit()
        with session.read() as reader:
            assert grace.id == 2
            assert [change.sequence for change in reader.history(grace)] == [2]
    elsewhere.close()


def test_a_database_that_is_there_is_left_alone(patron: App, backup: Path, database: Database) -> None:
    database.close()
    with pytest.raises(StoreError, match="Nothing was changed"):
        restore(database, backup, now=NOW)
    assert names(database) == ["Ada"]


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_with_force_it_is_kept_aside(patron: App, backup: Path, database: Database) -> None:
    with patron.session() as session, session.write() as work:
        work.add(Customer(name="Grace"))
        work.commit()
    database.close()
    before = dump(Path(database.where))
    _, old = restore(database, backup, now=NOW, force=True)

    assert old is not None
    assert old.name == "patron-before-restore-20260101T090000Z.db"
    assert before == dump(old)
    assert dump(backup) == dump(Path(database.where))


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_nobody_else_may_be_using_it(patron: App, backup: Path, database: Database) -> None:
    with patron.session() as session, session.read(), pytest.raises(StoreError, match="used by another process"):
        restore(database, backup, now=NOW, force=True)
    assert names(database) == ["Ada"]


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_a_damaged_database_makes_room(backup: Path, database: Database) -> None:
    """The day on which a backup is needed; the log beside the damaged file must not be taken for one of the restored."""
    database.close()
    file = Path(database.where)
    file.write_bytes(b"\0" * 5000)
    file.with_name(f"{file.name}-wal").write_bytes(b"\x37\x7f\x06\x82" * 1000)
    _, old = restore(database, backup, now=NOW, force=True)

    assert old is not None
    assert old.read_bytes() == b"\0" * 5000
    assert old.with_name(f"{old.name}-wal").is_file()
    assert not file.with_name(f"{file.name}-wal").exists()
    assert dump(backup) == dump(file)


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_a_history_that_was_edited_is_not_restored(backup: Path, elsewhere: Database) -> None:
    """Somebody changed the file and wrote a label that fits."""
    connection = sqlite3.connect(backup)
    connection.execute("UPDATE changes SET new = '\"Eve\"'")
    connection.commit()
    connection.close()
    relabel(backup)
    with pytest.raises(StoreError, match="from change 1 on"):
        restore(elsewhere, backup, now=NOW)
    assert not Path(elsewhere.where).exists()


def relabel(backup: Path, **about: object) -> None:
    from patron.core.store.label import _parse, digest_of_file

    size, sha256 = digest_of_file(backup)
    label = attrs.evolve(_parse(backup), **{"size": size, "sha256": sha256, **about})
    label_path(backup).write_text(to_json(label), "utf-8")


@pytest.mark.parametrize(
    ("about", "complaint"),
    [
        ({"revisions": {"patron_version": "9999"}}, "newer Patron"),
        ({"revisions": {}}, "newer Patron"),
        ({"backend": "oracle"}, "is of oracle"),
    ],
)
def test_a_backup_that_does_not_fit_is_refused(
    backup: Path, elsewhere: Database, about: dict[str, object], complaint: str
) -> None:
    relabel(backup, **about)
    with pytest.raises(StoreError, match=complaint):
        restore(elsewhere, backup, now=NOW)


def test_a_half_written_backup_changes_nothing(backup: Path, database: Database) -> None:
    database.close()
    backup.write_bytes(backup.read_bytes()[:4096])
    with pytest.raises(StoreError, match="not whole"):
        restore(database, backup, now=NOW, force=True)
    assert names(database) == ["Ada"]


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_a_file_system_without_second_names_will_do(backup: Path, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*paths: object) -> None:
        raise OSError

    monkeypatch.setattr("patron.core.store.restore.os.link", refuse)
    database.close()
    _, old = restore(database, backup, now=NOW, force=True)
    assert old is not None
    assert dump(old) == dump(Path(database.where))
