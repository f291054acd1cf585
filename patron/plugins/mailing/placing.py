"""
Letters that are told of: both or neither, wherever it breaks off.

1. A note beside the place where they go says that somebody writes there, and by what key the letters are told of.
2. They are written aside, whole; no transaction is open meanwhile.
3. All of them are told of in one transaction, under that key.
4. They take their name, and the note goes.

What broke off before the third step told of nothing and left no letter; behind it the letters are whole, and the next call finds
by the key that they are told of and puts them in place. A note of which nothing was told, and that nobody took away, stops the
next call: somebody may be writing.
"""

import json
import os
import secrets
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import attrs

from patron import OutputError, UsageError
from patron.core.session import Session
from patron.plugins.mailing.merging import Merged, is_told, record
from patron.plugins.mailing.words import WORDS


@attrs.frozen(kw_only=True)
class _Note:
    """
    The note that somebody writes.

    Attributes:
        target: the place where the letters go.
        key: by what they are told of; empty for one that was broken off at once.
        count: how many there are.
    """

    target: Path
    key: str = ""
    count: int = 0

    @property
    def path(self) -> Path:
        """Where the note lies."""
        return _note_of(self.target)

    @property
    def aside(self) -> Path:
        """Where the letters lie before they take their name; the ending says of what kind they are."""
        return self.target.with_name(f".{self.target.stem}-{self.key}{self.target.suffix}")


def finish(session: Session, path: Path) -> int | None:
    """
    Put letters in place that an earlier call told of before it was broken off, and return how many; None where there are none.

    To be asked before anybody is written to again: who was written to is told of already.

    Raises:
        UsageError: somebody writes there, or was broken off and told of nothing.
        OutputError: they can't be put in place.
    """
    note = _read(Path(os.path.realpath(path)))
    if note is None:
        return None
    if not note.key or not is_told(session, note.key):
        raise UsageError("mailing.being_written", catalogue=WORDS, path=path, note=note.path, aside=note.aside)
    _take_name(note, path)
    return note.count


def place(session: Session, merged: Merged, path: Path, write: Callable[[Path], None], campaign: str | None = None) -> None:
    """
    Write letters and tell of each; ask `finish()` before.

    Args:
        session: the session.
        merged: the letters, one at least.
        path: where they go: a file, or a folder that isn't there or is empty.
        write: writes them to the path that it is given.
        campaign: the code of the campaign that they belong to.

    Raises:
        UsageError: the folder has something in it; or somebody writes there.
        OutputError: they can't be written, or put in place.
        FieldError, DeniedError, StoreError: as `record()`.
    """
    target = Path(os.path.realpath(path))
    if target.is_dir() and any(target.iterdir()):
        raise UsageError("mailing.not_empty", catalogue=WORDS, path=path)
    note, telling = _begin(target, len(merged.letters), path), False
    try:
        write(note.aside)
        telling = True
        record(session, merged, campaign, note.key)
    except BaseException:
        # Where even the database can't say whether they are told of, the next call asks it.
        with suppress(Exception):
            if not telling or not is_told(session, note.key):
                _drop(note)
        raise
    _take_name(note, path)


def _note_of(target: Path) -> Path:
    return target.with_name(f".{target.name}.merging")


def _read(target: Path) -> _Note | None:
    try:
        said = json.loads(_note_of(target).read_text("utf-8"))
        return _Note(target=target, key=str(said["key"]), count=int(said["count"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return _Note(target=target)


def _begin(target: Path, count: int, path: Path) -> _Note:
    note = _Note(target=target, key=secrets.token_hex(8), count=count)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with note.path.open("x", encoding="utf-8") as file:
            json.dump({"key": note.key, "count": count}, file)
    except FileExistsError as error:
        raise UsageError("mailing.being_written", catalogue=WORDS, path=path, note=note.path, aside="–") from error
    except OSError as error:
        raise _unwritable(path, error) from error
    return note


def _drop(note: _Note) -> None:
    if note.aside.is_dir():
        shutil.rmtree(note.aside)
    else:
        note.aside.unlink(missing_ok=True)
    note.path.unlink(missing_ok=True)


def _take_name(note: _Note, path: Path) -> None:
    """Put letters in place; those of a call that was broken off behind that are there already."""
    aside, target = note.aside, note.target
    try:
        if aside.is_dir():
            if target.exists():
                target.rmdir()
            aside.rename(target)
        elif aside.exists():
            if target.exists():
                shutil.copymode(target, aside)
            aside.replace(target)
        note.path.unlink(missing_ok=True)
    except OSError as error:
        reason = str(error)[:200]
        raise OutputError("mailing.not_placed", catalogue=WORDS, path=path, aside=aside, reason=reason) from error


def _unwritable(path: Path, error: OSError) -> OutputError:
    return OutputError("mailing.unwritable", catalogue=WORDS, path=path, reason=str(error)[:200])
