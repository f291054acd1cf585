"""
One installation: what it warns of, and what it refuses before anything is opened.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import QueuePool

from patron.app import App
from patron.core.errors import ConfigurationError
from patron.core.nouns import Customer
from patron.core.nouns.criterion import equal
from patron.core.store import Database


class Hearer:
    """A reporter that keeps what it is told."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def notice(self, message: str) -> None:
        self.heard.append(message)


@pytest.mark.parametrize(("mode", "warned"), [(0o644, True), (0o640, True), (0o600, False)])
def test_f53_a_password_that_others_can_read_is_spoken_of(tmp_path: Path, mode: int, warned: bool) -> None:
    """The password itself is in no word of it."""
    path, hearer = tmp_path / "patron.toml", Hearer()
    path.write_text('[store]\ndatabase = "postgresql://patron:hunter2@localhost/patron"\n', "utf-8")
    path.chmod(mode)
    with App.open(path, reporter=hearer, environ={}).session() as session:  # type: ignore[arg-type]  # progress is not asked for
        session.records.open_database(create=False).close()  # type: ignore[attr-defined]  # of the installation, not of every way
    assert bool(hearer.heard) is warned
    assert "hunter2" not in "".join(hearer.heard)
    assert not warned or f"(mode {mode:o})" in hearer.heard[0]


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("", "store.not_configured"),
        ('[store]\ndatabase = "sqlite:///lost.db"\n', "store.missing"),
        ('[store]\ndatabase = "sqlite://"\n', "store.no_file"),
        ('[store]\ndatabase = "mysql://here/patron"\n', "store.unsupported"),
        ('[store]\ndatabase = "patron.db"\n', "store.bad_url"),
    ],
)
def test_what_can_not_be_opened_is_refused_with_its_reason(tmp_path: Path, written: str, key: str) -> None:
    path = tmp_path / "patron.toml"
    path.write_text(written, "utf-8")
    with App.open(path, environ={}).session() as session, pytest.raises(ConfigurationError) as refused:
        _ = session.records.database
    assert refused.value.key == key
    assert not (tmp_path / "lost.db").exists()


def test_threads_share_one_database(patron: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight of them read and write at once through sessions of their own; it is opened once, and all connections come back."""
    opened: list[Database] = []
    at = Database.at
    monkeypatch.setattr(Database, "at", lambda *given, **named: opened.append(at(*given, **named)) or opened[-1])
    together = Barrier(8)

    def serve(number: int) -> None:
        together.wait()
        for turn in range(5):
            with shared.session() as session:
                with session.write() as work:
                    work.add(Customer(name=f"{number}-{turn}"))
                    work.commit()
                with session.read() as reader:
                    assert reader.first(Customer, equal("name", f"{number}-{turn}")) is not None

    with patron.sharing() as shared:
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(serve, range(8)))
        with shared.session() as session, session.read() as reader:
            assert 40 == reader.count(Customer)
        assert 1 == len(opened)
        pool = opened[0].engine.pool
        assert isinstance(pool, QueuePool)
        assert 0 == pool.checkedout()
    with shared.session() as session, pytest.raises(RuntimeError, match="was closed"):
        _ = session.records.database
