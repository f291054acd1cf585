"""How the server is, is told to who may ask."""

import gc
import weakref
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Event
from typing import Any

import pytest

from patron.core.store import StoreError

pytestmark = pytest.mark.parametrize("address", ["sqlite"], indirect=True)

Serving = Callable[..., AbstractContextManager[Any]]


def test_the_server_tells_how_it_is(serving: Serving) -> None:
    """That it is alive, to everybody; what waits and what was counted, to who is near."""
    with serving(workers=0) as server:
        server.post()
        answers = [server.client.get(path) for path in ("/health", "/ready", "/metrics")]

    assert [one.status_code for one in answers] == [200] * 3
    assert [one.text for one in answers[:2]] == ["alive\n", "ready; 1 waiting\n"]
    assert answers[2].headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert "\npatron_intake_waiting 1.0\n" in answers[2].text


@pytest.mark.parametrize(
    ("settings", "headers", "status"),
    [
        ({"metrics_from": ()}, {}, 404),
        ({"metrics_from": ("10.0.0.0/8",)}, {}, 404),
        ({}, {"x-forwarded-for": "127.0.0.1"}, 404),  # through a proxy that nobody told us to trust
        ({"proxies": ("127.0.0.1",)}, {"x-forwarded-for": "192.0.2.1"}, 404),
        ({"proxies": ("127.0.0.1",), "metrics_from": ("192.0.2.0/24",)}, {"x-forwarded-for": "192.0.2.1"}, 200),
    ],
)
def test_who_is_far_is_told_that_nothing_is_there(
    serving: Serving, settings: dict[str, Any], headers: dict[str, str], status: int
) -> None:
    with serving(**settings) as server:
        statuses = {server.client.get(path, headers=headers).status_code for path in ("/ready", "/metrics")}
        alive = server.client.get("/health", headers=headers).status_code

    assert (statuses, alive) == ({status}, 200)


def test_what_is_nowhere_is_told_by_its_status_alone(serving: Serving) -> None:
    with serving() as server:
        answers = [server.client.get("/"), server.client.get("/schema"), server.client.post("/health")]

    assert [(one.status_code, one.text) for one in answers] == [(404, ""), (404, ""), (405, "")]
    assert answers[0].headers["content-type"] == "text/plain; charset=utf-8"


def test_a_server_that_can_not_write_is_not_ready(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a full disk; what was found out is believed for a while, so that many who ask cost no more than one."""
    tried = []

    def fail(*_: object) -> None:
        tried.append(1)
        raise StoreError("store.full", where="db", reason="-")

    with serving(ready_seconds=3_600) as server:
        assert server.client.get("/ready").status_code == 200
        monkeypatch.setattr("patron.core.intake.queueing.pulse.beat", fail)
        assert (server.client.get("/ready").status_code, tried) == (200, [])
    with serving(ready_seconds=3_600) as server:
        answers = [server.client.get("/ready") for _ in range(2)]
    assert [(one.status_code, "is full" in one.text) for one in answers] == [(503, True)] * 2
    assert tried == [1]


def test_who_asks_while_the_database_hangs_takes_no_thread_from_requests(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often a balancer and a scraper ask meanwhile."""
    let_go = Event()
    monkeypatch.setattr("patron.plugins.web.intake.desk.backlog", lambda _: let_go.wait(60))
    with serving() as server:
        try:
            with monkeypatch.context() as hasty:
                hasty.setattr("patron.plugins.web.application._SECONDS", 0.02)
                asked = [server.client.get("/ready").status_code for _ in range(40)]
                counts = [server.client.get("/metrics").text for _ in range(40)]
            taken = server.post()
        finally:
            let_go.set()

    assert asked == [503] * 40
    assert all("\npatron_intake_waiting NaN\n" in one for one in counts)
    assert taken.status_code == 200


def test_a_server_that_can_not_work_is_not_ready(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits that can be counted; metrics are given all the same."""

    def fail(*_: object) -> None:
        raise StoreError("store.lost", where="db", reason="-")

    with serving() as server:
        with monkeypatch.context() as broken:
            broken.setattr("patron.plugins.web.intake.desk.backlog", fail)
            lost, counts = server.client.get("/ready"), server.client.get("/metrics")
        server.parts.desk.workers.stop()
        ended = server.client.get("/ready")

    assert (lost.status_code, "db" in lost.text, ended.status_code) == (503, True, 503)
    assert "\npatron_intake_waiting NaN\n" in counts.text


def test_what_was_answered_and_read_leaves_nothing_behind(serving: Serving) -> None:
    """However many requests come: of no kind there is a further object for each."""

    def come(numbers: range) -> Counter[type]:
        for number in numbers:
            name, phone = f"Person {number % 7}", f"138{number:08}"
            kept = number % 5 > 0
            server.post({"native_id": str(number), "name": name, "tel": phone}, token="s3cret-token" if kept else "guess")
            server.client.get(f"/intake/{number}")
            server.await_read(kept)
        gc.collect()
        # The driver keeps 128 statements for each connection, and references to 200 cursors that are gone, before it looks.
        driver = {weakref.ReferenceType, *(kind for kind in map(type, gc.get_objects()) if kind.__module__ == "sqlite3")}
        return Counter(kind for kind in map(type, gc.get_objects()) if kind not in driver)

    with serving() as server:
        come(range(60))
        before, after = come(range(60, 90)), come(range(90, 240))

    # Of 300 requests 120 were read and 180 refused.
    assert {kind: count - before[kind] for kind, count in after.items() if count - before[kind] > 100} == {}
