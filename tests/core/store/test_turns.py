"""Whose turn it is to write: who waits is let in, who has waited long knocks most, and a wait has an end."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from patron.core.store import BusyError, Database, turns
from patron.core.store.turns import begin_writing, pause_after

Connect = Callable[[], sqlite3.Connection]


@pytest.fixture(name="connect")
def _connect(tmp_path: Path) -> Connect:
    """Return a function that opens a connection to one file, which does not wait by itself."""

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(tmp_path / "some.db", timeout=0, isolation_level=None)

    return connect


def test_who_waits_is_let_in_when_the_other_ends(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    """As soon as it knocks again."""
    first, second = connect(), connect()
    assert begin_writing(first, 0)
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 5:
            first.execute("COMMIT")

    monkeypatch.setattr(turns, "sleep", pause)

    assert begin_writing(second, 60)
    assert (5, True) == (len(pauses), second.in_transaction)


def test_a_wait_has_an_end(connect: Connect) -> None:
    first, second = connect(), connect()
    assert begin_writing(first, 0)

    assert not begin_writing(second, 0)
    assert not second.in_transaction


def test_what_is_no_other_writer_is_not_waited_for(connect: Connect) -> None:
    connection = connect()
    assert begin_writing(connection, 0)

    with pytest.raises(sqlite3.OperationalError, match="within a transaction"):
        begin_writing(connection, 60)


def test_who_has_waited_longest_never_knocks_less_often_than_who_waits_for_a_while() -> None:
    waiting = [pause_after(knocks, waited) for knocks, waited in ((3, 0.01), (50, 0.6), (200, 2.0), (9_000, 29.0))]

    assert sorted(waiting, reverse=True) == waiting
    assert pause_after(0, 0.0) < waiting[0]


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_a_writer_that_does_not_end_is_named_and_the_next_one_waits_anew(
    address: str, tmp_path: Path, database: Database
) -> None:
    """The connection waits by itself again for all that is not the begin of a transaction."""
    other = Database.at(address, tmp_path, busy_seconds=0.01)
    with database.writing(), pytest.raises(BusyError), other.writing():
        pass
    with other.writing() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == 10
    other.close()
