"""A channel asks its provider in a process of its own, which is ended when its time is up, whatever it does there."""

import os
import sys
import textwrap
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from threading import Timer
from typing import Any

import attrs
import pytest

from patron.core.errands import running
from patron.core.errands.errand import Errand
from patron.core.errands.running import run_apart
from patron.core.errors import PatronError
from patron.core.records import Connection

NOW = datetime(2026, 1, 1, 9, tzinfo=UTC)
CODE = """
import os
import time
from patron import Delivery, Fetched, Unavailable, read_json

def some(cursor, connection, network):
    print("what a channel prints is nobody's business")
    for number in range(3):
        body = f"{cursor}{number}{connection.options['secret']}".encode()
        yield Fetched(deliveries=(Delivery(body=body, received_at=network.now),), cursor=str(number))

def marks(cursor, connection, network):
    yield Fetched(cursor="1")
    with open(cursor, "a") as file:
        file.write("kept")
    yield Fetched(cursor="2")

def hangs(cursor, connection, network):
    yield Fetched(cursor="1")
    time.sleep(600)

def asks_twice(cursor, connection, network):
    yield Fetched(cursor="1")
    yield Fetched(cursor="2")
    time.sleep(600)

def refuses(cursor, connection, network):
    yield Fetched(cursor="1")
    raise Unavailable("login refused")

def breaks(cursor, connection, network):
    yield Fetched(cursor="1")
    raise ZeroDivisionError("boom")

def tells(cursor, connection, network):
    yield Fetched(cursor="1")
    raise ValueError("cannot ask http://x/?token=" + connection.options["secret"])

def garbles(cursor, connection, network):
    yield Fetched(cursor="1")
    read_json(b"<html>")

def dies(cursor, connection, network):
    os._exit(7)
    yield
"""


@pytest.fixture(name="module")
def _module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return a module that both processes can import."""
    (tmp_path / "asking_somebody.py").write_text(textwrap.dedent(CODE), "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield import_module("asking_somebody")
    del sys.modules["asking_somebody"]


def errand(ask: Callable[..., Any], seconds: int = 30) -> Errand:
    connection = Connection(name="shop", options={"secret": "!"})
    return Errand(
        plugin="shops",
        called="channel shop, fetch",
        ask=ask,
        about="c",
        connection=connection,
        now=NOW,
        seconds=seconds,
        secrets=("!",),
    )


def done(ask: Callable[..., Any], seconds: int = 30) -> tuple[list[str], str]:
    """Return the cursors that came, and what it complained of."""
    cursors: list[str] = []
    try:
        cursors.extend(part.cursor for part in run_apart(errand(ask, seconds)))
    except PatronError as error:
        return cursors, str(error)
    return cursors, ""


def test_what_is_fetched_comes_over_part_by_part(module: Any) -> None:
    parts = list(run_apart(errand(module.some)))

    assert [part.cursor for part in parts] == ["0", "1", "2"]
    assert [part.deliveries[0].body for part in parts] == [b"c0!", b"c1!", b"c2!"]
    assert parts[0].deliveries[0].received_at == NOW


def test_one_that_hangs_is_ended(module: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What had come before is not lost."""
    timers: list[Timer] = []

    def timer(seconds: float, end: Callable[[], None]) -> Timer:
        timers.append(Timer(600 * seconds, end))
        return timers[-1]

    monkeypatch.setattr(running, "Timer", timer)
    parts = run_apart(errand(module.asks_twice, seconds=2))
    assert [next(parts).cursor, next(parts).cursor] == ["1", "2"]
    assert len(timers) == 2  # one for each part that it was asked for
    timers[-1].function()  # the time is up now, however long the other process took to begin
    with pytest.raises(PatronError, match="longer than 2 seconds"):
        next(parts)


def test_what_we_do_with_a_part_takes_no_time_of_the_provider(module: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part is kept for 100 seconds, of an errand that has two; what the provider took itself is gone."""
    left: list[float] = []

    def timer(seconds: float, end: Callable[[], None]) -> Timer:
        left.append(seconds)
        return Timer(600, end)

    monkeypatch.setattr(running, "Timer", timer)
    monkeypatch.setattr(running, "monotonic", iter([0, 0.5, 100, 100.25, 200, 200, 300, 300]).__next__)

    assert [part.cursor for part in run_apart(errand(module.some, seconds=2))] == ["0", "1", "2"]
    assert left == [2, 1.5, 1.25, 1.25]


def test_the_time_of_an_errand_comes_to_its_end(module: Any) -> None:
    """By itself, whether it has begun to ask or not."""
    assert "longer than 1 second" in done(module.hangs, seconds=1)[1]


@pytest.mark.parametrize(
    ("name", "cursors", "words"),
    [
        ("refuses", ["1"], ["can't be asked", "login refused"]),
        ("breaks", ["1"], ["shops", "channel shop, fetch", "boom"]),
        ("tells", ["1"], ["shops", "cannot ask http://x/?token=•••"]),
        ("garbles", ["1"], ["can't be asked", "payloads.no_json"]),
        ("dies", [], ["shops", "ended with code 7"]),
    ],
)
def test_what_goes_wrong_there_is_told_here(module: Any, name: str, cursors: list[str], words: list[str]) -> None:
    found, complaint = done(getattr(module, name))

    assert found == cursors
    assert all(word in complaint for word in words)


def test_a_function_that_can_not_be_found_by_its_name_is_refused() -> None:
    """It could not be called in another process."""
    assert "shops" in done(lambda *_: iter(()))[1]


def test_the_process_is_gone_when_nobody_listens(module: Any) -> None:
    """Whoever stops in the middle leaves nothing behind."""
    parts = run_apart(errand(module.hangs))
    next(parts)
    frame = parts.gi_frame.f_locals["process"]  # type: ignore[attr-defined]  # a generator's own
    parts.close()  # type: ignore[attr-defined]  # as above

    with pytest.raises(ProcessLookupError):
        os.kill(frame.pid, 0)


def test_a_channel_goes_on_behind_a_part_when_that_is_kept(module: Any, tmp_path: Path) -> None:
    """What it does there, it does for what can't be lost any more."""
    place = tmp_path / "marks"
    parts = run_apart(attrs.evolve(errand(module.marks), about=str(place)))

    assert next(parts).cursor == "1"
    assert not place.exists()
    assert [part.cursor for part in parts] == ["2"]
    assert place.read_text() == "kept"
