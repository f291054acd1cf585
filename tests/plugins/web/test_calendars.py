"""Users' tasks as calendars: to whoever has the address, and at little cost where nothing changed."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import StringIO
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from patron.app import App
from patron.core.crm import AddPerson, AddTask, CalendarQuery, ChangeRecord, add_task, add_user, calendar_address, change_user
from patron.core.store import StoreError
from patron.plugins.web.access_log import AccessLog

pytestmark = pytest.mark.parametrize("address", ["sqlite"], indirect=True)

Serving = Callable[..., AbstractContextManager[Any]]
URL = "https://crm.example"


@pytest.fixture(name="calendars")
def _calendars(serving: Serving, installed: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Serving:
    """Return a function that serves, calendars too, of a user who has a task; however busy the machine, in time."""
    monkeypatch.setattr("patron.plugins.web.calendars._SECONDS", 60)
    path = tmp_path / "calendar-secret"
    path.touch(mode=0o600)
    path.write_text("0123456789abcdef" * 2)
    with installed.session() as session:
        add_user(session, AddPerson(values={"login": "wang", "name": "Wang", "roles": "sales_rep", "team_id": "sales"}))
    with installed.session("wang") as session:
        add_task(session, AddTask(values={"subject": "Call", "due_at": "2026-01-05 18:00"}))
    return lambda **settings: serving(calendar_secret_file=str(path), url=URL, workers=0, **settings)


def path_of(server: Any, **about: Any) -> str:
    return calendar_address(server.parts.session, CalendarQuery(user="wang", **about)).removeprefix(URL)


def test_who_has_the_address_is_told_the_tasks(calendars: Serving) -> None:
    """As tasks, or all of them as events; what the client has is not sent again until it changes."""
    with calendars() as server:
        first = server.client.get(path_of(server))
        events = server.client.get(path_of(server, events=True))
        tags = {"if-none-match": f'"other", W/{first.headers["etag"]}'}
        again = server.client.get(path_of(server), headers=tags)
        add_task(server.parts.session, AddTask(values={"subject": "Write", "owner_user_id": "wang"}))
        changed = server.client.get(path_of(server), headers=tags)

    assert [one.status_code for one in (first, events, again, changed)] == [200, 200, 304, 200]
    assert first.headers["content-type"] == "text/calendar; charset=utf-8"
    assert first.headers["cache-control"] == "private, no-cache"
    assert [one.text.count("BEGIN:VTODO") for one in (first, events, again, changed)] == [1, 0, 0, 2]
    assert (events.text.count("BEGIN:VEVENT"), again.content) == (1, b"")
    assert again.headers["etag"] == first.headers["etag"] != changed.headers["etag"]


def test_who_looks_whether_it_changed_gets_no_body(calendars: Serving) -> None:
    """HEAD is answered as GET would be, and says how long that is."""
    with calendars() as server:
        whole = server.client.get(path_of(server))
        heads = [server.client.head(path_of(server), headers=one) for one in ({}, {"if-none-match": whole.headers["etag"]})]
        nowhere = server.client.head("/calendar/x.ics")
        posted = server.client.post(path_of(server))

    assert [one.status_code for one in (*heads, nowhere, posted)] == [200, 304, 404, 405]
    assert [one.content for one in (*heads, nowhere)] == [b""] * 3
    assert heads[0].headers == whole.headers
    assert heads[1].headers["etag"] == whole.headers["etag"]


def test_requests_are_logged_and_counted_without_the_address(calendars: Serving) -> None:
    """Whoever reads the log must not be able to subscribe."""
    lines = StringIO()
    log = AccessLog(lines)
    with calendars() as server:
        server.parts.calendars._log = log
        with log.writing():
            answers = [server.client.get(path_of(server)), server.client.head("/calendar/forged.ics")]
        counted = [server.metric(f'patron_calendar_requests_total{{status="{status}"}}') for status in (200, 404)]
        times = server.metric("patron_calendar_seconds_count")

    said = [re.sub(r"at=\S+ | ms=\S+", "", line) for line in lines.getvalue().splitlines()]
    assert [one.status_code for one in answers] == [200, 404]
    assert said == ["method=GET path=/calendar status=200", "method=HEAD path=/calendar status=404"]
    assert (counted, times) == ([1, 1], 2)


def test_what_opens_nothing_is_nowhere(calendars: Serving, serving: Serving) -> None:
    """A forged token, a user who left, a path that is none, and a server that serves no calendars: one answer."""
    with calendars() as server:
        path = path_of(server)
        forged = path.replace("/calendar/", "/calendar/e")
        answers = [server.client.get(one) for one in (forged, path.removesuffix(".ics"), f"/calendar/{'x' * 2000}.ics")]
        change_user(server.parts.session, ChangeRecord(noun="user", id=1, values={"active": "no"}))
        answers.append(server.client.get(path))
    with serving(workers=0) as server:
        unset = server.client.get(path)

        nothing = server.client.get("/")

    assert [(one.status_code, one.content) for one in (*answers, unset)] == [(404, b"")] * 5
    assert [dict(one.headers) for one in (*answers, unset)] == [dict(nothing.headers)] * 5


def test_who_asks_too_often_waits(calendars: Serving) -> None:
    with calendars(calendar_per_minute=1) as server:
        answers = [server.client.get(path_of(server)) for _ in range(2)]

    assert [one.status_code for one in answers] == [200, 429]
    assert 1 <= int(answers[1].headers["retry-after"]) <= 60


def test_a_database_that_fails_or_hangs_is_told_in_time(calendars: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    """And deliveries are kept meanwhile."""
    let_go = Event()

    def fail(*_: object) -> None:
        raise StoreError("store.full", where="db", reason="-")

    with calendars() as server:
        path = path_of(server)
        try:
            with monkeypatch.context() as broken:
                broken.setattr("patron.plugins.web.calendars.calendar_of_token", fail)
                failed = server.client.get(path)
                broken.setattr("patron.plugins.web.calendars.calendar_of_token", lambda *_: let_go.wait(60))
                broken.setattr("patron.plugins.web.calendars._SECONDS", 0.02)
                hung = [server.client.get(path) for _ in range(3)]
            kept = server.post()
        finally:
            let_go.set()

    assert [one.status_code for one in (failed, *hung)] == [503] * 4
    assert (failed.headers["retry-after"], kept.status_code) == ("60", 200)
