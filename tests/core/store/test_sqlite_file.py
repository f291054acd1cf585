"""Opening a file of SQLite where not everything is allowed or possible."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir

import pytest

from patron.app import App
from patron.core.nouns import Customer
from patron.core.store import Database, StoreError, sqlite_file
from patron.core.store.sqlite_file import connect

pytestmark = pytest.mark.parametrize("address", ["sqlite"], indirect=True)

NOBODY = 65534


@pytest.fixture
def filled(patron: App, database: Database) -> Iterator[Path]:
    """Return the file of a database with a customer, at rest."""
    with patron.session() as session, session.write() as work:
        work.add(Customer(name="Ada"))
        work.commit()
    with patron.session() as session, session.read() as reader:  # whatever is loaded on the way is loaded now
        reader.count(Customer)
    database.close()
    file = Path(database.where)
    yield file
    file.parent.chmod(0o755)
    file.chmod(0o644)


@contextmanager
def unprivileged() -> Iterator[None]:
    """Do without the rights of the superuser, before whom no right stands."""
    superuser = os.geteuid() == 0
    if superuser:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if superuser:
            os.seteuid(0)


def reach(folder: Path) -> None:
    """Let others into the folders above, which pytest keeps to itself."""
    for above in folder.parents:
        if above.is_relative_to(gettempdir()) and above != Path(gettempdir()):
            above.chmod(0o755)


def count(patron: App) -> int:
    with patron.session() as session, session.read() as reader:
        return reader.count(Customer)


def write(patron: App) -> None:
    with patron.session() as session, session.write() as work:
        work.add(Customer(name="Grace"))
        work.commit()


@pytest.mark.parametrize(("folder", "file"), [(0o555, 0o444), (0o555, 0o666), (0o777, 0o444)])
def test_f08_reading_works_and_writing_says_why(patron: App, filled: Path, folder: int, file: int) -> None:
    """In a folder, or of a file, that may only be read; nothing half-made is left."""
    reach(filled)
    filled.chmod(file)
    filled.parent.chmod(folder)
    there = {path.name for path in filled.parent.iterdir()}
    with unprivileged():
        assert count(patron) == 1
        with pytest.raises(StoreError, match="read-only"):
            write(patron)
        assert count(patron) == 1
    assert {path.name for path in filled.parent.iterdir()} - there <= {f"{filled.name}-wal", f"{filled.name}-shm"}
    filled.parent.chmod(0o755)
    filled.chmod(0o644)
    write(patron)
    assert count(patron) == 2


def test_f08_who_reads_without_a_lock_is_told_of_a_change(patron: App, filled: Path) -> None:
    reach(filled)
    filled.parent.chmod(0o555)
    told = pytest.raises(StoreError, match="while it was read")
    with told, unprivileged(), patron.session() as session, session.read() as reader:
        reader.count(Customer)
        change(filled)


def change(file: Path) -> None:
    """Write to the file as its owner, who is another."""
    reading_as = os.geteuid()
    os.seteuid(os.getuid())
    os.utime(file, ns=(0, 0))
    os.seteuid(reading_as)


def test_f07_on_a_full_disk_one_process_reads_alone(patron: App, filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No index of the log is made beside the database, which would need room."""
    monkeypatch.setattr(sqlite_file, "SCARCE", 1 << 62)
    with patron.session() as session, session.read() as reader:
        assert reader.count(Customer) == 1
        assert not filled.with_name(f"{filled.name}-shm").exists()
    write(patron)
    assert count(patron) == 2


def test_f07_who_is_not_alone_reads_beside_the_other(patron: App, filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with patron.session() as session, session.read() as reader:
        reader.count(Customer)
        monkeypatch.setattr(sqlite_file, "SCARCE", 1 << 62)
        assert count(patron) == 1


def test_f07_whoever_is_kept_out_on_a_full_disk_hears_of_the_disk(
    patron: App, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once: a server that was started there has the database alone until its end, and to wait for that is no use."""
    monkeypatch.setattr(sqlite_file, "SCARCE", 1 << 62)
    monkeypatch.setattr(sqlite_file, "MOMENT", 0)
    alone = connect(filled, busy_seconds=1, create=False)
    with pytest.raises(StoreError, match=r"disk .* is full"):
        write(patron)
    alone.close()
    write(patron)
    assert count(patron) == 2


KILLED = """
import os, signal, sys
from sqlalchemy import text
from patron.core.store import Database
from pathlib import Path
database = Database.at(sys.argv[1], Path(), create=True)
with database.writing() as connection:
    connection.execute(text("CREATE TABLE rows (a INTEGER PRIMARY KEY, b TEXT)"))
for _ in range(20):
    with database.writing() as connection:
        for _ in range(100):
            connection.execute(text("INSERT INTO rows (b) VALUES (:b)"), {"b": "x" * 500})
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.slow
def test_f07_a_log_without_its_index_is_read_on_a_full_disk(address: str, tmp_path: Path, small_disk: Callable[[], Path]) -> None:
    """Killed while writing, the index deleted, the disk full to the last byte: every committed row is there, nothing crashes."""
    disk = small_disk()
    file = disk / "patron.db"
    killed = subprocess.run([sys.executable, "-c", KILLED, f"sqlite:///{file}"], check=False)
    assert killed.returncode == -signal.SIGKILL
    file.with_name("patron.db-shm").unlink()
    fill(disk / "ballast")
    read = (
        "import sys\nfrom pathlib import Path\nfrom sqlalchemy import text\nfrom patron.core.store import Database\n"
        "with Database.at(sys.argv[1], Path()).reading() as connection:\n"
        "    print(connection.execute(text('SELECT count(*) FROM rows')).scalar_one())\n"
    )
    done = subprocess.run([sys.executable, "-c", read, f"sqlite:///{file}"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "2000\n"), done.stderr
    (disk / "ballast").unlink()
    done = subprocess.run([sys.executable, "-c", read, f"sqlite:///{file}"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "2000\n"), done.stderr


def fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[], Path]]:
    """Return a function that mounts a disk of 12 MB."""
    mounted: list[Path] = []

    def mount() -> Path:
        disk = tmp_path / "disk"
        disk.mkdir()
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "patron", str(disk)], capture_output=True, check=False)
        if done.returncode:
            pytest.skip("no small disk can be mounted here")
        mounted.append(disk)
        return disk

    yield mount
    for disk in mounted:
        subprocess.run(["umount", str(disk)], check=True)


def test_an_ordinary_file_is_opened_for_many(filled: Path) -> None:
    one, other = connect(filled, busy_seconds=1, create=False), connect(filled, busy_seconds=1, create=False)
    for connection in (one, other):
        assert connection.execute("SELECT count(*) FROM customers").fetchone() == (1,)
    for connection in (one, other):
        connection.close()
