"""What waits to be read is read once, by whoever comes first, and nobody waits for who is reading."""

import json
from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest

from patron.app import App
from patron.core.intake import Opened, backlog, open_connection, receiving, settle_free, take_in, waiting
from patron.core.nouns import Lead
from patron.core.records.intake import Delivery
from patron.testing.application import NOW


@pytest.fixture(name="kept")
def _kept(office: App) -> tuple[Opened, list[int]]:
    """Keep three deliveries that wait."""
    with office.session() as session:
        opened = open_connection(session, "lines")
        numbers = []
        for place, name in enumerate("ABC"):
            delivery = Delivery(body=json.dumps({"name": name}).encode(), received_at=NOW + timedelta(seconds=place))
            numbers.append(take_in(session, opened, delivery).delivery_id or 0)
    return opened, numbers


def test_what_waits_is_known_with_its_age(office: App, kept: tuple[Opened, list[int]]) -> None:
    """The oldest first."""
    opened, numbers = kept
    with office.session() as session:
        assert [(one.id, one.connection) for one in waiting(session, 2)] == [(number, "lines") for number in numbers[:2]]
        assert (backlog(session).count, backlog(session).oldest) == (3, NOW)
        for number in numbers:
            settle_free(session, opened, number)
        assert (waiting(session, 2), backlog(session).count, backlog(session).oldest) == ((), 0, None)


def test_what_was_read_is_not_read_again(office: App, kept: tuple[Opened, list[int]]) -> None:
    opened, numbers = kept
    with office.session() as session:
        first, second = (settle_free(session, opened, numbers[0]) for _ in range(2))
        assert first is not None
        assert second is None
        assert settle_free(session, opened, 99) is None
        with session.read() as reader:
            assert reader.count(Lead) == 1


@pytest.mark.parametrize("address", ["postgresql"], indirect=True)
def test_what_somebody_reads_just_now_is_left_to_him(
    office: App, kept: tuple[Opened, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another delivery can be read meanwhile; where he dies, this one is free again."""
    opened, numbers = kept
    inside, let_go = Event(), Event()
    real = receiving.bring_in

    def hang(*about: Any, **more: Any) -> Any:
        inside.set()
        let_go.wait(20)
        raise ZeroDivisionError

    def die(read: Callable[..., Any] = settle_free) -> None:
        with office.session() as session, pytest.raises(ZeroDivisionError):
            read(session, opened, numbers[0])

    monkeypatch.setattr(receiving, "bring_in", hang)
    thread = Thread(target=die)
    thread.start()
    assert inside.wait(20)
    monkeypatch.setattr(receiving, "bring_in", real)
    with office.session() as session:
        assert settle_free(session, opened, numbers[0]) is None
        assert settle_free(session, opened, numbers[1]) is not None
        let_go.set()
        thread.join(20)
        assert settle_free(session, opened, numbers[0]) is not None
