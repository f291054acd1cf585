"""What is sent to a connection is kept before it is acknowledged, once; whoever may not send learns nothing."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import attrs
import pytest
from sqlalchemy import select, text

from patron import Channel, Delivery, Outcome, Reply
from patron.app import App
from patron.core.host import Host, Owned
from patron.core.i18n import CORE
from patron.core.nouns import Lead, Receipt
from patron.core.records.intake import Envelope
from patron.core.store import Database, StoreError
from patron.core.store.tables import DELIVERIES
from patron.testing.application import NOW

Serving = Callable[..., AbstractContextManager[Any]]
ONLY_SQLITE = pytest.mark.parametrize("address", ["sqlite"], indirect=True)


def all_of(app: App, noun: type) -> tuple[Any, ...]:
    with app.session() as session, session.read() as reader:
        return reader.find(noun, order=["id"])


@pytest.fixture(name="channel")
def _channel(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that puts a channel `own` beside the others: whoever sends `no` is not authentic."""
    own = Channel(
        code="own",
        source="webshop",
        contact="web",
        parse=lambda delivery, _: [Envelope(customer={"name": delivery.body.decode()})],
        verify=lambda delivery, _: "wrong" if delivery.body == b"no" else "",
    )
    before = Host.channels

    def change(**about: Any) -> None:
        owned = Owned("own", attrs.evolve(own, **about), CORE)
        monkeypatch.setattr(Host, "channels", lambda host: (*before(host), owned))

    return change


def test_what_is_acknowledged_becomes_a_lead(serving: Serving, installed: App) -> None:
    """Behind the answer, which is empty; the same again gets the same answer and makes no second lead."""
    with serving() as server:
        answers = [server.post()]
        server.await_read()
        answers += [server.post() for _ in range(2)]

    assert [(one.status_code, one.content) for one in answers] == [(200, b"")] * 3
    assert [one.repeats for one in all_of(installed, Receipt)] == [2]
    assert len(all_of(installed, Lead)) == 1


@ONLY_SQLITE
def test_what_was_kept_and_not_read_is_read_after_the_next_start(serving: Serving, installed: App) -> None:
    """Without workers it waits, and is counted."""
    with serving(workers=0) as server:
        assert server.post().status_code == 200
        assert server.metric("patron_intake_waiting") == 1
    assert all_of(installed, Lead) == ()

    with serving() as server:
        server.await_read()
        assert server.metric("patron_intake_waiting") == 0
    assert len(all_of(installed, Lead)) == 1


@ONLY_SQLITE
@pytest.mark.parametrize(
    ("to", "token", "about", "status"),
    [
        ("shop", "wrong", {}, 401),
        ("shop", "", {}, 401),
        ("nobody", "x", {}, 404),
        ("portal", "x", {}, 404),
        ("adf", "x", {}, 404),
        ("", "x", {}, 404),
        ("shop/x", "x", {}, 404),
    ],
)
def test_who_may_not_send_learns_nothing(
    serving: Serving, installed: App, to: str, token: str, about: dict[str, Any], status: int
) -> None:
    """Neither why, nor whether the connection is there but closed; and nothing is kept."""
    with serving() as server:
        answer = server.post(to=to, token=token, **about)

    assert (answer.status_code, answer.content) == (status, b"")
    assert all_of(installed, Receipt) == ()


@ONLY_SQLITE
@pytest.mark.parametrize(("method", "status"), [("GET", 405), ("HEAD", 405), ("PUT", 405), ("DELETE", 405)])
def test_a_request_that_tells_nothing_is_no_delivery(serving: Serving, method: str, status: int) -> None:
    """A browser that looks in."""
    with serving() as server:
        answer = server.client.request(method, "/intake/shop", headers={"authorization": "Bearer s3cret-token"})

    assert (answer.status_code, "POST" in answer.headers["allow"]) == (status, True)


@ONLY_SQLITE
def test_a_question_is_answered_by_the_channel(serving: Serving) -> None:
    """The handshake of CloudEvents."""
    with serving() as server:
        answer = server.client.options("/intake/shop", headers={"webhook-request-origin": "events.example"})

    assert (answer.status_code, answer.headers["webhook-allowed-origin"]) == (200, "events.example")


@ONLY_SQLITE
def test_connections_that_cannot_tell_who_sends_are_served_where_they_are_named(serving: Serving, installed: App) -> None:
    """A channel by its code, too."""
    with serving(anybody=("portal", "adf")) as server:
        answers = [server.post(b"<adf/>", to=name, token="") for name in ("portal", "adf", "shop")]

    assert [one.status_code for one in answers] == [200, 200, 401]


@ONLY_SQLITE
def test_what_cannot_be_kept_is_not_acknowledged(serving: Serving, installed: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sender is asked to bring it again, and can."""

    def full(*_: object) -> None:
        raise StoreError("store.full", where="-", reason="-")

    with serving() as server:
        with monkeypatch.context() as broken:
            broken.setattr("patron.plugins.web.intake.keeper.keep_all", full)
            refused = server.post()
        again = server.post()

    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert again.status_code == 200
    assert len(all_of(installed, Receipt)) <= 1


@pytest.mark.parametrize("address", ["postgresql"], indirect=True)
def test_who_lost_the_database_finds_it_again(serving: Serving, installed: App, database: Database) -> None:
    """As when PostgreSQL is started anew: nobody who comes behind that hears of it."""
    others = "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
    mine = "where datname = current_database() and pid <> pg_backend_pid()"
    with serving() as server:
        statuses = [server.post().status_code]
        server.await_read()
        with database.reading() as connection:
            assert any(connection.execute(text(f"{others} {mine}")).scalars())
        statuses += [server.post({"native_id": "2", "name": "Ada"}).status_code]
        server.await_read()

    assert statuses == [200, 200]
    assert len(all_of(installed, Lead)) == 2


@ONLY_SQLITE
def test_a_channel_answers_in_its_own_words(serving: Serving, channel: Callable[..., None]) -> None:
    """Not knowing what will become of it; and to who is not authentic. Its headers end where the line ends."""

    def respond(delivery: Delivery, _: object, outcomes: Any) -> Reply:
        return Reply(status=202, body=b",".join(one.value.encode() for one in outcomes), headers={"x-a": "1\r\nx-b: 2"})

    channel(respond=respond)
    with serving(anybody=("own",)) as server:
        kept, not_authentic = server.post(b"A", to="own"), server.post(b"no", to="own")

    assert (kept.status_code, kept.content, not_authentic.content) == (202, b"", b"rejected")
    assert (kept.headers["x-a"], "x-b" in kept.headers) == ("1x-b: 2", False)


def test_a_channel_may_await_what_becomes_of_it(serving: Serving, channel: Callable[..., None]) -> None:
    """And says the same when it comes again."""
    channel(reads_first=True, respond=lambda _, __, outcomes: Reply(body=str([one.value for one in outcomes]).encode()))
    with serving(anybody=("own",)) as server:
        answers = [server.post(b"A", to="own").text for _ in range(2)]

    assert answers == ["['accepted']"] * 2


@ONLY_SQLITE
def test_what_is_nothing_of_the_channel_is_told_where_it_awaits_that(serving: Serving, channel: Callable[..., None]) -> None:
    """422, each time."""
    from patron import Unreadable

    def parse(*_: object) -> Iterator[Envelope]:
        raise Unreadable("spam", foreign=True)

    channel(reads_first=True, parse=parse)
    with serving(anybody=("own",)) as server:
        answers = [server.post(b"A", to="own").status_code for _ in range(2)]

    assert answers == [422, 422]


@ONLY_SQLITE
def test_an_answer_that_awaits_too_long_does_without(
    serving: Serving, channel: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is kept, and goes on waiting."""

    def fail(*_: object) -> None:
        raise StoreError("store.busy", where="-", reason="-")

    channel(reads_first=True, respond=lambda _, __, outcomes: Reply(body=str(list(outcomes)).encode()))
    monkeypatch.setattr("patron.plugins.web.intake.desk.settle", fail)
    with serving(anybody=("own",), workers=0) as server:
        answer = server.post(b"A", to="own")

        assert (answer.status_code, answer.text) == (200, "[]")
        assert server.metric("patron_intake_waiting") == 1


@ONLY_SQLITE
def test_a_channel_that_fails_leaves_no_trace_in_the_answer(
    serving: Serving, channel: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    """Neither where it asks, nor where it answers; what can't be blotted out is not kept."""

    def fail(*_: object) -> Any:
        raise ZeroDivisionError("boom")

    answers = []
    for about in ({"challenge": fail}, {"respond": fail}, {"redact": fail}, {"verify": fail}):
        channel(**about)
        with serving(anybody=("own",)) as server:
            answers.append(server.post(b"A", to="own"))

    assert [one.status_code for one in answers] == [500, 500, 503, 503]
    assert [one.content for one in answers] == [b""] * 4


@ONLY_SQLITE
def test_a_check_that_fails_loses_nobody(
    serving: Serving, channel: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    """The sender comes again, whoever runs the server learns whose mistake it is and where; nobody is called not authentic."""

    def verify(*_: object) -> str:
        raise ZeroDivisionError("boom")

    channel(verify=verify)
    with serving(anybody=("own",)) as server:
        answer = server.post(b"A", to="own")

        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert server.metric('patron_intake_refused_total{connection="own",reason="bug"}') == 1
    (said,) = [one.message for one in caplog.records if one.name == "patron.serve"]
    assert all(word in said for word in ("own", "channel", "boom", "test_receiver.py:"))
    assert "authentic" not in said


@ONLY_SQLITE
def test_a_mistake_in_reading_is_told_once_for_each_place(
    serving: Serving, channel: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    """The sender is answered by then; whoever runs the server hears of it nevertheless, and not for each delivery."""

    def parse(delivery: Delivery, _: object) -> list[Any]:
        if delivery.body == b"other":
            raise KeyError("elsewhere")
        raise ZeroDivisionError("boom")

    channel(parse=parse)
    with serving(anybody=("own",)) as server:
        for body in (b"A", b"B", b"other"):
            assert server.post(body, to="own").status_code < 300
            server.await_read()
    first, second = [one.message for one in caplog.records if one.name == "patron.serve"]

    assert all(word in first for word in ("own", "quarantine", "boom", "test_receiver.py:"))
    assert "elsewhere" in second


@ONLY_SQLITE
def test_a_refusal_that_a_channel_raises_is_one(serving: Serving, channel: Callable[..., None]) -> None:
    """As is one that it returns: `Unreadable` is no mistake of its own, nor is a password written wrongly."""
    from patron import Unreadable

    def verify(*_: object) -> str:
        raise Unreadable("payloads.no_signature")

    channel(verify=verify)
    with serving(anybody=("own",)) as server:
        answer = server.post(b"A", to="own")
        garbled = server.client.post("/intake/shop", content=b"A", headers={"authorization": "Basic %"})

    assert (answer.status_code, garbled.status_code) == (401, 401)


@ONLY_SQLITE
def test_the_address_that_the_sender_called_is_the_world_s(serving: Serving, channel: Callable[..., None]) -> None:
    """Signatures cover it; what a request says of its host is believed where nothing else is known."""
    seen: list[Delivery] = []

    def verify(delivery: Delivery, _: object) -> str:
        seen.append(delivery)
        return ""

    channel(verify=verify)
    for base in (None, "https://crm.example/"):
        with serving(anybody=("own",), url=base) as server:
            server.client.post("/intake/own?a=1&a=2&b=%E5%BC%A0", content=b"A", headers={"x-A": "1"})

    assert [one.url.partition("/intake")[::2] for one in seen] == [
        ("http://testserver.local", "/own?a=1&a=2&b=%E5%BC%A0"),
        ("https://crm.example", "/own?a=1&a=2&b=%E5%BC%A0"),
    ]
    assert (seen[0].query, seen[0].headers["x-a"], seen[0].method) == ({"a": "1", "b": "张"}, "1", "POST")


@ONLY_SQLITE
def test_counts_say_what_came_and_what_became_of_it(serving: Serving) -> None:
    """By connection; a name that somebody made up is not one."""
    with serving() as server:
        for token in ("s3cret-token", "s3cret-token", "wrong"):
            server.post(token=token)
        server.post(to="made-up")
        server.await_read()

        assert server.metric('patron_intake_requests_total{connection="shop",status="200"}') == 2
        assert server.metric('patron_intake_refused_total{connection="shop",reason="not_authentic"}') == 1
        assert server.metric('patron_intake_refused_total{connection="-",reason="unknown"}') == 1
        assert server.metric('patron_intake_outcomes_total{connection="shop",outcome="accepted"}') == 1
        assert server.metric("patron_intake_requests_in_flight") == 0


@ONLY_SQLITE
def test_what_tells_of_nobody_is_counted(serving: Serving, channel: Callable[..., None]) -> None:
    """Once, however often it comes."""
    channel(parse=lambda *_: [])
    with serving(anybody=("own",)) as server:
        server.post(b"x", to="own")
        server.await_read()
        server.post(b"x", to="own")

        assert server.metric('patron_intake_of_nobody_total{connection="own"}') == 1


@ONLY_SQLITE
def test_a_delivery_that_is_too_large_is_refused(serving: Serving, channel: Callable[..., None]) -> None:
    """As long as its channel says."""
    channel(most_bytes=10)
    with serving(anybody=("own",)) as server:
        statuses = [server.post(b"x" * size, to="own").status_code for size in (10, 11, 100_000)]

    assert statuses == [200, 413, 413]


def test_outcomes_stand_for_what_came_first() -> None:
    """A receipt that was dropped since waited in quarantine then."""
    from patron.core.intake import Received
    from patron.plugins.web.intake.answers import outcomes_to_tell

    receipts = tuple(
        Receipt(connection="a", channel="a", kind="lead", outcome=outcome, received_at=NOW, delivery_id=1, place=0)
        for outcome in ("accepted", "dropped")
    )
    assert outcomes_to_tell(Received(receipts=receipts)) == (Outcome.ACCEPTED, Outcome.QUARANTINED)


@ONLY_SQLITE
def test_who_sends_too_often_is_told_when_to_come_again(serving: Serving) -> None:
    """Each client by itself, where a proxy that is trusted says who it is."""
    shop = {"channel": "adf", "per_address": 2}
    with serving({"portal": shop}, anybody=("portal",), proxies=("127.0.0.1",)) as server:
        answers = [
            server.post(b"<adf/>", to="portal", headers={"x-forwarded-for": client})
            for client in ("192.0.2.1",) * 3 + ("192.0.2.2",)
        ]

    assert [one.status_code for one in answers] == [200, 200, 429, 200]
    assert 0 < int(answers[2].headers["retry-after"]) <= 30


@ONLY_SQLITE
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_who_tells_in_the_address_is_counted_too(serving: Serving, method: str) -> None:
    """Unless it is a question that the provider asks."""
    with serving({"portal": {"channel": "adf", "per_minute": 2}}, anybody=("portal",), workers=0) as server:
        answers = [server.client.request(method, f"/intake/portal?n={number}").status_code for number in range(3)]
        assert server.metric("patron_intake_waiting") == 2

    assert answers == [200, 200, 429]


@ONLY_SQLITE
def test_a_proxy_that_nobody_named_is_told_once(serving: Serving, caplog: pytest.LogCaptureFixture) -> None:
    """All behind it are one client, which nobody may have meant."""
    with serving({"portal": {"channel": "adf", "per_address": 2}}, anybody=("portal",)) as server:
        clients = [f"192.0.2.{number}" for number in range(3)]
        answers = [server.post(b"<adf/>", to="portal", headers={"x-forwarded-for": client}).status_code for client in clients]

    assert answers == [200, 200, 429]
    assert len([one for one in caplog.records if one.message.startswith("Requests to portal come through a proxy")]) == 1


@ONLY_SQLITE
def test_a_connection_whose_channel_can_not_tell_may_ask_for_a_token(serving: Serving, secret_file: str) -> None:
    """As a bearer, as a password, in the address; and none of them is kept."""
    with serving({"portal": {"channel": "adf", "bearer_file": secret_file}}) as server:
        statuses = [
            server.client.post(f"/intake/portal{query}", content=b"<adf/>", headers={"authorization": shown}).status_code
            for query, shown in [
                ("", "Bearer s3cret-token"),
                ("", "Basic cG9ydGFsOnMzY3JldC10b2tlbg=="),
                ("?bearer=s3cret-token", ""),
                ("", "Basic ####"),
                ("", "Bearer other"),
                ("?bearer=", ""),
            ]
        ]
        with server.parts.session.read() as reader:
            kept = reader.connection.execute(select(DELIVERIES.c.about)).scalars().all()

    assert statuses == [200, 200, 200, 401, 401, 401]
    assert not any("s3cret" in one or "cG9ydGFs" in one for one in kept)
