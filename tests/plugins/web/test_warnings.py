"""Whoever tries doors fills no log."""

import logging

import pytest

from patron.core.i18n import Translator
from patron.plugins.web.clients import WORDS
from patron.plugins.web.warnings import OnceAMinute


def record(said: str, level: int = logging.WARNING) -> logging.LogRecord:
    return logging.LogRecord("uvicorn.error", level, "", 0, said, None, None)


def test_what_strangers_do_is_told_once_a_minute_in_our_words() -> None:
    now = [0.0]
    heard = OnceAMinute(Translator("en", WORDS), lambda: now[0])
    lines = [record("Invalid HTTP request received.") for _ in range(4)]

    assert [heard.filter(lines[0]), heard.filter(lines[1])] == [True, False]
    assert heard.filter(record("Exceeded concurrency limit."))
    now[0] = 59
    assert not heard.filter(lines[2])
    now[0] = 60
    assert heard.filter(lines[3])
    assert lines[3].getMessage().startswith("Somebody sent what is no HTTP")


def test_what_nobody_need_know_is_not_told_and_all_else_is() -> None:
    heard = OnceAMinute(str)

    assert not heard.filter(record("Unsupported upgrade request."))
    assert not heard.filter(record("No supported WebSocket library detected. Please use \"pip install 'uvicorn[standard]'\"…"))
    assert heard.filter(record("shop: the disk is full"))
    assert heard.filter(record("mail: the disk is full"))


def test_what_is_true_of_every_request_is_told_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is remembered of it has a limit."""
    monkeypatch.setattr("patron.plugins.web.warnings._MOST", 2)
    heard = OnceAMinute(str, lambda: 0.0)

    assert [heard.filter(record(said)) for said in ("a", "b", "a", "c", "a", "c")] == [True, True, False, True, True, False]
