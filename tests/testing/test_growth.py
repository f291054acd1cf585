"""The kit notices a channel whose time grows with the square of what it is sent."""

from typing import Any

import pytest

from patron import Channel, Connection, Delivery, Envelope, Unreadable, testing
from patron.testing import growth

DELIVERY = Delivery(body=b"name=Constantinople", received_at=testing.NOW)


@pytest.mark.parametrize(("power", "good"), [(1, True), (2, False)])
def test_what_looks_for_each_end_anew_is_seen(monkeypatch: pytest.MonkeyPatch, power: int, good: bool) -> None:
    """By the processor time that it says it took; one that refuses what is too much is as good as one that reads it."""
    spent = 0.0

    def parse(one: Delivery, _: Connection) -> list[Envelope]:
        nonlocal spent
        spent += one.body.count(b"<!--") ** power / 1e6
        if one.body.count(b"("):
            raise Unreadable("payloads.no_text")
        return [Envelope()]

    monkeypatch.setattr(growth, "thread_time", lambda: spent)
    made: dict[str, Any] = {"code": "own", "source": "webshop", "contact": "web", "parse": parse}
    complaint = ""
    try:
        growth.check_growth(Channel(**made), Connection(name="own"), DELIVERY)
    except AssertionError as error:
        complaint = str(error)

    assert (not complaint) == good
    assert good or ("parse takes" in complaint and "b'<!--' again and again" in complaint)


def test_what_a_sample_is_made_of_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    spent = 0.0

    def parse(one: Delivery, _: Connection) -> list[Envelope]:
        nonlocal spent
        spent += one.body.count(b"~") ** 2 / 1e6
        return [Envelope()]

    monkeypatch.setattr(growth, "thread_time", lambda: spent)
    made: dict[str, Any] = {"code": "own", "source": "webshop", "contact": "web", "parse": parse}
    own = Delivery(body=b"name~Constantinople", received_at=testing.NOW)

    with pytest.raises(AssertionError, match="with b'~' again and again"):
        growth.check_growth(Channel(**made), Connection(name="own"), own)
