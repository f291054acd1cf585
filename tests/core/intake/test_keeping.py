"""What came together is kept together: all of it or none, each once."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from patron.app import App
from patron.core.intake import Checked, Received, check, keep_all, open_connection, receive, settle
from patron.core.intake import keeping as module
from patron.core.nouns import Receipt
from patron.core.records.intake import Delivery, Outcome
from patron.core.store import StoreError
from patron.testing.application import NOW

Ready = Callable[..., Checked]
PERSON = {"name": "张三", "tel": "13800138000"}


@pytest.fixture(name="ready")
def _ready(office: App) -> Ready:
    """Return a function that checks a delivery of a row."""

    def give(row: dict[str, Any]) -> Checked:
        with office.session() as session:
            delivery = Delivery(body=json.dumps(row).encode(), received_at=NOW, method="POST")
            checked = check(open_connection(session, "lines"), delivery)
        assert isinstance(checked, Checked)
        return checked

    return give


def test_equal_bytes_that_come_together_are_one_delivery(office: App, ready: Ready) -> None:
    """Each is told its id, in the order in which they were asked for."""
    a, b = ready(PERSON), ready({"name": "B"})
    with office.session() as session:
        first, second, third, fourth = keep_all(session, [a, b, a, a])

    assert first.delivery_id == third.delivery_id == fourth.delivery_id != second.delivery_id
    assert {one.receipts for one in (first, second, third, fourth)} == {()}


def test_repetitions_that_come_together_are_counted_at_once(office: App, ready: Ready) -> None:
    """And told with the receipts of the first time."""
    checked = ready(PERSON)
    with office.session() as session:
        (kept,) = keep_all(session, [checked])
        settle(session, checked.opened, kept.delivery_id or 0)
        again = keep_all(session, [checked, checked, ready({"name": "B"})])
        with session.read() as reader:
            (receipt,) = reader.find(Receipt)

    assert [one.outcomes for one in again] == [(Outcome.DUPLICATE,), (Outcome.DUPLICATE,), ()]
    assert (receipt.repeats, again[0].receipts[0].id) == (2, receipt.id)


def test_where_keeping_fails_nothing_is_kept(office: App, ready: Ready, monkeypatch: pytest.MonkeyPatch) -> None:
    """None of those that came together."""
    real = module.deliveries.keep

    def fail_at_b(*about: Any, **more: Any) -> Any:
        if b"B" in about[2].body:
            raise StoreError("store.full", where="-", reason="-")
        return real(*about, **more)

    monkeypatch.setattr(module.deliveries, "keep", fail_at_b)
    batch = [ready({"name": name}) for name in "ABC"]
    with office.session() as session:
        with pytest.raises(StoreError):
            keep_all(session, batch)
        kept = keep_all(session, [batch[0], batch[2]])

    assert [one.receipts for one in kept] == [(), ()]
    assert len({one.delivery_id for one in kept}) == 2


def test_who_keeps_the_same_in_another_order_waits_for_nobody_in_a_circle(office: App, ready: Ready) -> None:
    """Eight at once, each with the same deliveries in an order of its own."""
    batch = [ready({"name": str(number)}) for number in range(6)]

    def keep(turn: int) -> set[int | None]:
        with office.session() as session:
            return {one.delivery_id for one in keep_all(session, batch[turn % 6 :] + batch[: turn % 6])}

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(keep, range(8)))

    assert all(one == found[0] for one in found)
    assert len(found[0]) == 6


def test_what_is_not_authentic_is_not_ready(office: App, channel: Callable[..., None]) -> None:
    """Nor what is too large."""
    channel(verify=lambda *_: "wrong")
    with office.session() as session:
        opened = open_connection(session, "lines")
        refused = check(opened, Delivery(body=b"{}", received_at=NOW, method="POST"))
        large = check(opened, Delivery(body=b"x" * 2_001, received_at=NOW, method="POST"))

    for one, key in ((refused, "intake.not_authentic"), (large, "intake.too_large")):
        assert isinstance(one, Received)
        assert one.problem is not None
        assert (one.outcomes, one.problem.key) == ((Outcome.REJECTED,), key)


def test_what_recurs_is_another_delivery_after_a_while(office: App, channel: Callable[..., None]) -> None:
    """Who agreed again may click the same link again; within the minute it is one click, whoever of two it is from."""
    channel(recurs=60, marks=("?t",))

    def digest(seconds: int = 0, **query: str) -> bytes:
        delivery = Delivery(body=b"{}", received_at=NOW + timedelta(seconds=seconds), method="POST", query=query)
        with office.session() as session:
            checked = check(open_connection(session, "lines"), delivery)
        assert isinstance(checked, Checked)
        return checked.digest

    assert digest(0, t="a") == digest(1, t="a", other="x")
    assert len({digest(0, t="a"), digest(60, t="a"), digest(0, t="b"), digest()}) == 4


@pytest.mark.parametrize(
    ("row", "seconds", "outcome"),
    [
        ({"note": "call me"}, 599, Outcome.DUPLICATE),
        ({"note": "call me"}, 600, Outcome.ACCEPTED),
        ({"note": "call me"}, 40 * 86_400, Outcome.ACCEPTED),
        ({"note": "call me", "key": "k"}, 40 * 86_400, Outcome.DUPLICATE),
        ({"note": "call me", "native_id": "7"}, 40 * 86_400, Outcome.DUPLICATE),
        ({"note": "call me", "at": "2025-12-01T10:00:00+00:00"}, 40 * 86_400, Outcome.DUPLICATE),
    ],
)
@pytest.mark.parametrize("moment", [0, 599])
def test_a_request_without_id_and_time_is_said_anew_after_a_while(
    office: App, row: dict[str, str], seconds: int, outcome: Outcome, moment: int
) -> None:
    """Wherever in its ten minutes it came first; what names itself is known for ever."""
    began = datetime.fromtimestamp(NOW.timestamp() // 600 * 600 + moment, UTC) - timedelta(days=60)
    body = json.dumps({"name": "张三", "tel": "13800138000", **row}).encode()
    with office.session() as session:
        for at in (began, began + timedelta(seconds=seconds)):
            received = receive(session, "lines", Delivery(body=body, received_at=at, method="POST"))

    assert received.outcomes == (outcome,)


def test_how_long_equal_bytes_are_the_same_a_connection_says(office: App) -> None:
    """What somebody of us hands in is the same for ever, as everything is where the connection says 0."""
    asked = json.dumps({"name": "张三", "tel": "13800138000", "note": "?"}).encode()
    told = {"short": {"channel": "lines", "again": 5}, "ever": {"channel": "lines", "again": 0}}
    configured = office._replace(settings=office.settings._replace(intake=told))
    found = []
    with configured.session() as session:
        for name, method in (("short", "POST"), ("short", ""), ("ever", "POST")):
            for at in (NOW - timedelta(days=30), NOW):
                received = receive(session, name, Delivery(body=asked, received_at=at, method=method))
            found.append(received.outcomes[0])

    assert found == [Outcome.ACCEPTED, Outcome.DUPLICATE, Outcome.DUPLICATE]
