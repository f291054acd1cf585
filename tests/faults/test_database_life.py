"""
The life of a database when it is disturbed: upgrades that are killed, pages that are overwritten, backups while others write.
"""

import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import inspect, select, text

from patron.core.errors import PatronError
from patron.core.nouns import Change, Customer, Interaction, Lead, Team, User, Vocabulary
from patron.core.store import Database
from patron.core.store.backup import back_up
from patron.core.store.history import verify
from patron.core.store.integrity import check
from patron.core.store.label import read_label
from patron.core.store.migrations import Series, versions_in
from patron.core.store.migrations.upgrade import upgrade
from patron.core.store.restore import restore
from patron.core.store.tables import METADATA
from patron.testing.application import NOW
from patron.testing.postgresql import Cluster

UPGRADING = Path(__file__).parent / "upgrading.py"


def fill(worker: ModuleType, address: str, customers: int = 40) -> None:
    """Store something of most kinds, with changes and a deletion."""
    with worker.open_app(address).session() as session, session.write() as work:
        team = work.add(Team(code="sales", name="Sales"))
        user = work.add(User(login="wang", name="王芳", team_id=team.id))
        for one in work.add_many([Customer(name=f"Customer {n}", note="x" * 900, region="North") for n in range(customers)]):
            lead = work.add(Lead(customer_id=one.id, source="qq", filed_at=NOW, owner_user_id=user.id))
            work.update(lead, likelihood=one.id % 100)
            work.add(Interaction(customer_id=one.id, lead_id=lead.id, user_id=user.id, at=NOW, direction="in", channel="phone"))
        work.remove(work.add(Customer(name="Gone")))
        work.commit()


def everything(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of all tables, and what the tables look like."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    with database.reading() as connection:
        about = inspect(connection)
        for name in sorted(about.get_table_names()):
            columns = [(column["name"], str(column["type"]), column["nullable"]) for column in about.get_columns(name)]
            indexes = sorted((str(one["name"]), *map(str, one["column_names"])) for one in about.get_indexes(name))
            checks = sorted(str(one["name"]) for one in about.get_check_constraints(name))
            keys = sorted(str(one["name"]) for one in about.get_foreign_keys(name))
            rows = connection.execute(text(f'SELECT * FROM "{name}"')).all()
            found[name] = [*columns, *indexes, tuple(checks), tuple(keys), *sorted(map(tuple, rows), key=repr)]
    return found


def copies(database: Database, cluster: Callable[[], Cluster], folder: Path) -> Callable[[], Database]:
    """Return a function that copies the database, which is at rest."""
    database.close()

    def copy() -> Database:
        if database.file is None:
            return Database.at(cluster().new_database(database.url.render_as_string()), folder)
        path = folder / f"copy-{len(list(folder.glob('copy-*.db')))}.db"
        shutil.copyfile(database.file, path)
        return Database.at(f"sqlite:///{path}", folder)

    return copy


def upgrade_until(database: Database, later: Series, last: int) -> subprocess.CompletedProcess[str]:
    address = database.url.render_as_string(hide_password=False)
    command = [sys.executable, str(UPGRADING), address, str(later.folder), str(last)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.requirement("R133")
def test_f05_an_upgrade_that_is_killed_anywhere_is_completed_by_the_next(
    database: Database, address: str, worker: ModuleType, tmp_path: Path, request: pytest.FixtureRequest, full: bool
) -> None:
    """Whichever statement it was killed before, all tables are then as after an upgrade that nobody disturbed."""
    fill(worker, address)
    later: Series = request.getfixturevalue("later")
    copy = copies(database, lambda: request.getfixturevalue("cluster"), tmp_path)
    undisturbed = copy()
    done = upgrade_until(undisturbed, later, 0)
    assert done.returncode == 0, done.stderr
    wanted, statements = everything(undisturbed), int(done.stdout)
    places = range(1, statements + 1) if full else sorted(random.Random(5).sample(range(1, statements + 1), 3))
    for place in places:
        disturbed = copy()
        assert upgrade_until(disturbed, later, place).returncode == -signal.SIGKILL
        upgrade(disturbed)
        assert everything(disturbed) == wanted, f"killed before statement {place} of {statements}"
        disturbed.close()
    undisturbed.close()


@pytest.mark.slow
def test_f05_upgrades_at_once_run_every_revision_once(
    database: Database, address: str, worker: ModuleType, request: pytest.FixtureRequest
) -> None:
    """Two people, or two machines, upgrade in the same moment: one does it, the other finds it done."""
    fill(worker, address)
    later: Series = request.getfixturevalue("later")
    database.close()
    command = [sys.executable, str(UPGRADING), address, str(later.folder), "0"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    complaints = [process.communicate()[1] for process in running]
    assert [process.returncode for process in running] == [0] * 3, complaints
    with database.reading() as connection:
        assert versions_in(connection)["patron_version"] == later.head


@pytest.mark.slow
@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_f09_an_overwritten_page_is_detected_or_harmless(
    database: Database, address: str, worker: ModuleType, tmp_path: Path, full: bool
) -> None:
    """The check names a table, or everything can be read as it was written; nothing but our own errors comes out."""
    fill(worker, address, 200)
    wanted = everything(database)
    copy = copies(database, lambda: pytest.fail("no server here"), tmp_path)
    chance, named = random.Random(9), set()
    for _ in range(50 if full else 8):
        damaged = copy()
        assert damaged.file is not None
        content = bytearray(damaged.file.read_bytes())
        page = chance.randrange(len(content) // 4096)
        content[page * 4096 : (page + 1) * 4096] = chance.randbytes(4096)
        damaged.file.write_bytes(content)
        try:
            found = check(damaged, {}, Vocabulary())
        except PatronError:
            continue
        finally:
            damaged.close()
        named |= {damage.table for damage in found}
        if not found:
            assert everything(damaged) == wanted, f"page {page} was overwritten, and nobody noticed"
        damaged.close()
    assert named - {""}


@pytest.mark.slow
def test_f11_a_backup_while_others_write_is_a_prefix_of_the_commits(
    database: Database, address: str, worker: ModuleType, tmp_path: Path, request: pytest.FixtureRequest, full: bool
) -> None:
    """Whatever is in it was committed before whatever isn't; it is whole, and its history holds."""
    writers, times = (32, 20) if full else (4, 12)
    command = [sys.executable, str(worker.__file__), "add_customers", address, str(times)]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(writers)]
    files = []
    while any(process.poll() is None for process in running) or not files:
        files.append(tmp_path / f"backup-{len(files)}")
        back_up(database, files[-1], now=NOW)
    assert [process.communicate()[1] for process in running] == [""] * writers
    born = births(database)
    assert len(born) == writers * times
    sizes = set()
    for file in files if full else [files[0], files[-1]]:
        restored = elsewhere(database, request, tmp_path)
        label, _ = restore(restored, file, now=NOW)
        with restored.reading() as connection:
            assert verify(connection, label.head).broken_at is None
        assert check(restored, {}, Vocabulary()) == ()
        assert births(restored) == {name: sequence for name, sequence in born.items() if sequence <= label.head.sequence}
        sizes.add(label.head.sequence)
        restored.close()
    assert len(sizes) > 1


def births(database: Database) -> dict[str, int]:
    """Return customer → the sequence of the change that brought the name."""
    customers, changes = METADATA.tables["customers"], METADATA.tables["changes"]
    query = select(customers.c.name, changes.c.sequence).where(
        changes.c.noun == "customer", changes.c.field == "name", changes.c.subject_id == customers.c.id
    )
    with database.reading() as connection:
        return {row.name: row.sequence for row in connection.execute(query)}


def elsewhere(database: Database, request: pytest.FixtureRequest, folder: Path) -> Database:
    """Return a place of the same kind in which nothing is yet."""
    if database.file is None:
        cluster: Cluster = request.getfixturevalue("cluster")
        return Database.at(cluster.new_database(), folder)
    number = len(list(folder.glob("restored-*.db")))
    return Database.at(f"sqlite:///{folder / f'restored-{number}.db'}", folder)


def test_f54_older_tables_become_those_of_today(
    database: Database, address: str, worker: ModuleType, request: pytest.FixtureRequest
) -> None:
    """Of every revision that there was: rows as before, tables as new ones, and an older program refuses them from then on."""
    fill(worker, address)
    before = everything(database)
    with pytest.MonkeyPatch.context() as patch:
        later: Series = request.getfixturevalue("later")
        upgrade(database)
        after = everything(database)
        patch.setitem(vars(later), "revisions", later.revisions[:-1])
        with pytest.raises(PatronError, match="newer Patron"), worker.open_app(address).session() as session, session.read():
            pass
        with pytest.raises(PatronError, match="newer Patron"), worker.open_app(address).session() as session, session.write():
            pass
    assert everything(database) == after
    assert {name: rows for name, rows in after.items() if name not in ("customers", "patron_version")} == {
        name: rows for name, rows in before.items() if name not in ("customers", "patron_version")
    }
    assert len(after["customers"]) == len(before["customers"]) + 2


def test_f59_a_restored_database_is_the_one_that_was_lost(
    database: Database, address: str, worker: ModuleType, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Backed up, lost, restored: every figure is equal, and work goes on; a backup that was cut off is refused before."""
    fill(worker, address)
    before = everything(database)
    label = back_up(database, tmp_path / "backup", now=NOW)
    database.close()
    half = tmp_path / "half"
    half.write_bytes((tmp_path / "backup").read_bytes()[: label.size // 2])
    shutil.copyfile(tmp_path / "backup.json", tmp_path / "half.json")
    restored = elsewhere(database, request, tmp_path)
    with pytest.raises(PatronError, match="not whole"):
        restore(restored, half, now=NOW)
    restore(restored, tmp_path / "backup", now=NOW)
    assert everything(restored) == before
    assert read_label(tmp_path / "backup") == label
    with worker.open_app(restored.url.render_as_string(hide_password=False)).session() as session:
        with session.write() as work:
            ada = work.add(Customer(name="Ada"))
            work.commit()
        with session.read() as reader:
            (change,) = reader.history(ada, "name")
        assert ada.id == 42
        assert isinstance(change, Change)
        assert change.sequence == label.head.sequence + 1
    restored.close()
