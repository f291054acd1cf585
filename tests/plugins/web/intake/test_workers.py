"""Whoever reads goes on, whatever is wrong with one delivery."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

import pytest

from patron.core.errors import ConfigurationError
from patron.core.intake import settle_free, settle_together, waiting
from patron.core.store import BusyError, StoreError

pytestmark = pytest.mark.parametrize("address", ["sqlite"], indirect=True)

Serving = Callable[..., AbstractContextManager[Any]]


@pytest.mark.parametrize(
    ("error", "pause"),
    [
        (BusyError("store.busy", where="-", reason="-"), 7),
        (ConfigurationError("store.not_configured"), 99),
        (ZeroDivisionError("boom"), 99),
        (None, 7),
    ],
    ids=["the database", "the settings", "a bug", "another process"],
)
def test_what_can_not_be_read_is_left_for_a_while(
    serving: Serving, monkeypatch: pytest.MonkeyPatch, error: Exception | None, pause: int
) -> None:
    """And the next one is read; after its time it is tried again."""
    now, first = [1_000.0], [True]

    def once(*about: Any, **further: Any) -> Any:
        if first.pop() if first else False:
            if error is None:
                return None
            raise error
        return settle_free(*about, **further)

    monkeypatch.setattr("patron.plugins.web.intake.workers.settle_free", once)
    monkeypatch.setattr("patron.plugins.web.intake.workers.monotonic", lambda: now[0])
    with serving(poll_seconds=7, retry_seconds=99, together=1) as server:
        server.post({"name": "A"})
        server.post({"name": "B"})
        server.await_read()
        assert server.metric("patron_intake_waiting") == 1
        now[0] += pause - 1
        server.parts.desk.workers.wake()
        server.post({"name": "C"})
        server.await_read()
        assert server.metric("patron_intake_waiting") == 1
        now[0] += 2
        server.parts.desk.workers.wake()
        server.await_read()
        assert server.metric("patron_intake_waiting") == 0
        failures = server.metric('patron_intake_reading_failures_total{connection="shop"}')

    assert failures == (0 if error is None else 1)


def test_who_is_asked_to_let_others_in_takes_fewer_the_next_time(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is taken is drafted at once, while those others wait; nothing of it is lost."""
    taken: list[int] = []

    def one(session: Any, opened: Any, numbers: Sequence[int], *_: object) -> Any:
        taken.append(len(numbers))
        return settle_together(session, opened, numbers, lambda: False)

    with serving(workers=0) as server:
        for number in range(8):
            server.post({"name": f"P{number}"})
    monkeypatch.setattr("patron.plugins.web.intake.workers.settle_together", one)
    with serving(workers=1) as server:
        for _ in range(8):
            server.await_read()
        assert server.metric("patron_intake_waiting") == 0

    assert taken == [8, 2, 2, 2, 2, 2, 2]


def test_what_waits_for_a_connection_that_is_gone_costs_the_others_nothing(
    serving: Serving, secret_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is tried once, and not looked at again before its time, however much of it waits."""
    from patron.plugins.web.intake import workers

    now, looked = [1_000.0], list[list[str]]()

    def look(*about: Any) -> Any:
        found = waiting(*about)
        looked.append([one.connection for one in found])
        return found

    table = {"channel": "webhook", "scheme": "token", "secret_file": secret_file, "fields": {"name": "name"}}
    with serving({"gone": table}, workers=0) as server:
        for number in range(5):
            server.post({"name": f"P{number}"}, "gone")
    monkeypatch.setattr(workers, "waiting", look)
    monkeypatch.setattr(workers, "_AHEAD", 2)
    monkeypatch.setattr(workers, "monotonic", lambda: now[0])
    with serving(workers=1, poll_seconds=7, retry_seconds=99) as server:
        server.post({"name": "A"})
        server.await_read()
        assert [one for one in looked if one] == [["gone"] * 2, ["shop"]]
        now[0] += 100
        server.post({"name": "B"})
        server.await_read()
        failures = server.metric('patron_intake_reading_failures_total{connection="gone"}')
        left = server.metric("patron_intake_waiting")

    assert (failures, left) == (2, 5)


def test_who_can_not_look_looks_again(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database was gone for a moment."""
    from patron.plugins.web.intake import workers

    real, failing = workers.waiting, [True]

    def fail(*about: Any) -> Any:
        if failing:
            failing.pop()
            raise StoreError("store.lost", where="-", reason="-")
        return real(*about)

    monkeypatch.setattr(workers, "waiting", fail)
    with serving() as server:
        while failing:
            pass
        server.post()
        server.await_read()


@pytest.mark.parametrize("fails", ["waiting", "settled"])
def test_a_bug_beside_the_reading_ends_no_worker(serving: Serving, monkeypatch: pytest.MonkeyPatch, fails: str) -> None:
    """Neither in looking up what waits nor in counting what was read, together or by itself: the other one counts."""
    first = [True]

    def once(real: Callable[..., Any]) -> Callable[..., Any]:
        def run(*about: Any) -> Any:
            if first.pop() if first else False:
                raise ZeroDivisionError
            return real(*about)

        return run

    if fails == "waiting":
        monkeypatch.setattr("patron.plugins.web.intake.workers.waiting", once(waiting))
    with serving(poll_seconds=0.05) as server:
        workers = server.parts.desk.workers
        if fails == "settled":
            workers.settled = once(workers.settled)
        server.post({"name": "A"})
        server.post({"name": "B"})
        server.await_read()
        assert workers.working
