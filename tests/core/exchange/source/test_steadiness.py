"""F35: a file that somebody is still writing, or that is none, is refused, before half of a row comes in."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from patron.app import App
from patron.core.errors import InputError
from patron.core.exchange import ImportCommand, ImportResult, Verdict, import_file
from patron.core.exchange.source import ChangedError, SourceOptions, Steady, open_rows
from patron.core.nouns import Batch, Lead

HEADER = "姓名,手机,渠道,来店日期\n"
ROWS = [f"客户{number},1380013{number:04d},店面,2026-03-02\n" for number in range(10)]


def grow(path: Path) -> None:
    with path.open("a") as file:
        file.write("客户")


def replace(path: Path) -> None:
    other = path.with_suffix(".new")
    other.write_text(HEADER + "".join(reversed(ROWS)), "utf-8")
    other.replace(path)


def remove(path: Path) -> None:
    path.unlink()


CHANGES = [grow, replace, remove]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_f35_a_file_that_changes_while_it_is_imported_is_refused_from_there_on(
    staff: App, tmp_path: Path, change: Callable[[Path], None]
) -> None:
    """What was settled stays, and is recognised when the file is complete; a dry run is refused, too."""
    path = tmp_path / "leads.csv"

    def bring(at: int = 0, *, rows: int = 9, dry_run: bool = False) -> ImportResult:
        path.write_text(HEADER + "".join(ROWS[:rows]), "utf-8")

        def listen(verdict: Verdict) -> None:
            if verdict.row == at:
                change(path)

        with staff.session() as session:
            return import_file(session, ImportCommand(kind="leads", path=path, chunk=3, dry_run=dry_run), listen)

    with pytest.raises(ChangedError, match="while it was read"):
        bring(6, dry_run=True)
    with pytest.raises(ChangedError):
        bring(6)
    with staff.session() as session, session.read() as reader:
        (batch,) = reader.find(Batch)
        assert (batch.status, batch.checkpoint, reader.count(Lead)) == ("running", 3, 3)
    complete = bring(rows=10)
    assert (complete.created, complete.unchanged) == (7, 3)


@pytest.mark.parametrize("change", CHANGES)
def test_a_file_is_the_same_until_somebody_touches_it(tmp_path: Path, change: Callable[[Path], None]) -> None:
    path = tmp_path / "leads.csv"
    path.write_text(HEADER, "utf-8")
    steady = Steady.of(path)
    path.read_text("utf-8")
    steady.require()
    change(path)
    with pytest.raises(ChangedError):
        steady.require()


def test_f35_a_pipe_keeps_nobody_waiting(tmp_path: Path) -> None:
    """Nobody writes to it, and opening it would wait for that."""
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(InputError, match="not a regular file"):
        open_rows(tmp_path / "pipe.csv", SourceOptions())
