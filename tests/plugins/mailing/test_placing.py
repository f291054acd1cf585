"""Letters that are told of: both or neither, wherever it breaks off, and once, however often it is tried."""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from patron import FieldError, OutputError, UsageError
from patron.app import App
from patron.core.crm import list_records
from patron.core.crm.records import Query
from patron.core.store import StoreError, UnitOfWork
from patron.plugins.mailing import placing
from patron.plugins.mailing.merging import Merge, merge
from patron.plugins.mailing.output import write_letters
from patron.plugins.mailing.placing import finish, place
from patron.plugins.mailing.template import Template

Write = Callable[..., Template]
NAMES = ("letters", "letters.csv")


class BrokenOffError(BaseException):
    """The process ends here, and tidies nothing up."""


def attempt(house: App, letter: Write, path: Path, campaign: str = "spring") -> int | None:
    """Do what the command does; return how many letters of an earlier call were put in place, None where these are new."""
    with house.session() as session:
        earlier = finish(session, path)
        if earlier is None:
            merged = merge(session, Merge(templates=(letter("Subject: Spring\n\n{{greeting}}\n"),)))
            write = partial(write_letters, letters=merged.letters, ask=merged.ask, sender=None, unsubscribe=None)
            place(session, merged, path, write, campaign)
        return earlier


def told(house: App) -> int:
    with house.session() as session:
        return len(list_records(session, Query(noun="interaction")).records)


def letters(path: Path) -> int:
    """Return how many letters are in place."""
    if not path.exists():
        return 0
    if path.is_dir():
        return sum(1 for _ in path.iterdir())
    return path.read_text("utf-8-sig").count("Spring")


def left_over(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir() if one.name.startswith(".letters"))


def _fail(error: BaseException, behind: Callable[..., object] | None = None) -> Callable[..., None]:
    def fail(*args: object, **about: object) -> None:
        if behind is not None:
            behind(*args, **about)
        raise error

    return fail


@pytest.mark.requirement("R232")
@pytest.mark.parametrize("name", [*NAMES, "letters.mbox"])
def test_letters_are_told_of_and_nothing_else_is_left(house: App, letter: Write, tmp_path: Path, name: str) -> None:
    assert attempt(house, letter, tmp_path / name) is None

    assert (4, 4, []) == (told(house), letters(tmp_path / name), left_over(tmp_path))


@pytest.mark.parametrize("name", NAMES)
def test_what_cannot_be_written_is_not_told_and_may_be_tried_again(
    house: App, letter: Write, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full when the last of the letters is to be written."""
    with monkeypatch.context() as patch:
        patch.setitem(globals(), "write_letters", _fail(OutputError("files.full", path="letters"), write_letters))
        with pytest.raises(OutputError):
            attempt(house, letter, tmp_path / name)

    assert (0, 0, []) == (told(house), letters(tmp_path / name), left_over(tmp_path))
    assert attempt(house, letter, tmp_path / name) is None
    assert (4, 4) == (told(house), letters(tmp_path / name))


@pytest.mark.parametrize("broken", ["campaign", "commit"])
def test_what_cannot_be_told_is_not_written(
    house: App, letter: Write, tmp_path: Path, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "letters"
    with monkeypatch.context() as patch:
        if broken == "commit":
            patch.setattr(UnitOfWork, "commit", _fail(StoreError("store.full", where="x")))
        with pytest.raises((FieldError, StoreError)):
            attempt(house, letter, path, "spring" if broken == "commit" else "sprnig")

    assert (0, 0, []) == (told(house), letters(path), left_over(tmp_path))


@pytest.mark.parametrize("error", [StoreError("store.full", where="x"), KeyboardInterrupt()])
def test_a_failure_behind_the_commit_loses_no_letter(
    house: App, letter: Write, tmp_path: Path, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database took it, and its answer was lost: the next call puts the letters in place, and tells of nobody twice."""
    path = tmp_path / "letters"
    with monkeypatch.context() as patch:
        patch.setattr(placing, "record", _fail(error, placing.record))
        with pytest.raises(type(error)):
            attempt(house, letter, path)
    assert (4, 0) == (told(house), letters(path))

    assert attempt(house, letter, path) == 4

    assert (4, 4, []) == (told(house), letters(path), left_over(tmp_path))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("step", ["begun", "written", "told", "placed"])
def test_a_process_that_ends_anywhere_loses_and_doubles_nothing(
    house: App, letter: Write, tmp_path: Path, name: str, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is told of, somebody who knows that nobody writes any more takes the rest away."""
    path, unlink = tmp_path / name, Path.unlink

    def unlink_others(one: Path, **about: bool) -> None:
        if one.name.endswith(".merging"):
            raise BrokenOffError
        unlink(one, **about)

    with monkeypatch.context() as patch:
        patch.setattr(placing, "_drop", lambda _: None)
        if step == "begun":
            patch.setitem(globals(), "write_letters", _fail(BrokenOffError()))
        elif step == "written":
            patch.setattr(placing, "record", _fail(BrokenOffError()))
        elif step == "told":
            patch.setattr(placing, "_take_name", _fail(BrokenOffError()))
        else:
            patch.setattr(Path, "unlink", unlink_others)
        with pytest.raises(BrokenOffError):
            attempt(house, letter, path)

    if step in {"begun", "written"}:
        with pytest.raises(UsageError, match="before it told of a letter") as refused:
            attempt(house, letter, path)
        for one in left_over(tmp_path):
            assert one in str(refused.value)
            shutil.rmtree(tmp_path / one) if (tmp_path / one).is_dir() else (tmp_path / one).unlink()
        assert attempt(house, letter, path) is None
    else:
        assert attempt(house, letter, path) == 4

    assert (4, 4, []) == (told(house), letters(path), left_over(tmp_path))


def test_a_place_that_was_taken_meanwhile_is_told_of_and_may_be_cleared(
    house: App, letter: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "letters"

    def take(*_: object) -> None:
        path.mkdir()
        (path / "mine.txt").write_text("mine", "utf-8")

    with monkeypatch.context() as patch:
        record = placing.record
        patch.setattr(placing, "record", lambda *about: (record(*about), take()))
        with pytest.raises(OutputError, match="nobody is told of twice"):
            attempt(house, letter, path)
    (path / "mine.txt").unlink()

    assert attempt(house, letter, path) == 4
    assert (4, 4, []) == (told(house), letters(path), left_over(tmp_path))


def test_a_folder_with_something_in_it_is_refused_before_anything_is_told(house: App, letter: Write, tmp_path: Path) -> None:
    path = tmp_path / "letters"
    path.mkdir()
    (path / "mine.txt").write_text("mine", "utf-8")

    with pytest.raises(UsageError, match="not an empty folder"):
        attempt(house, letter, path)

    assert (0, 1, []) == (told(house), letters(path), left_over(tmp_path))


def test_while_somebody_writes_nobody_else_does(
    house: App, letter: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither who looks while the first is at it, nor who begins in the same moment."""
    path = tmp_path / "letters"
    refused: list[UsageError] = []

    def write(*args: object, **about: object) -> None:
        monkeypatch.undo()
        for again in (partial(attempt, house, letter, path), partial(placing._begin, path, 4, path)):
            with pytest.raises(UsageError, match="Another call writes") as error:
                again()
            refused.append(error.value)
        write_letters(*args, **about)  # type: ignore[arg-type]  # as the command gives them

    monkeypatch.setitem(globals(), "write_letters", write)
    attempt(house, letter, path)

    assert (2, 4, 4) == (len(refused), told(house), letters(path))
