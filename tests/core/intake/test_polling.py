"""Providers that are asked: nothing that was fetched is missed, and nothing comes in twice."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import attrs
import pytest

from patron.app import App
from patron.core.access import DeniedError
from patron.core.crm import AddPerson, add_user
from patron.core.errands.errand import Errand
from patron.core.errands.running import run_here
from patron.core.errors import ConfigurationError, PatronError, UsageError
from patron.core.intake import forget, open_connection, poll, polling, receive, receiving, replay, settling, standings, take_in
from patron.core.intake.received import Received
from patron.core.intake.recording import record
from patron.core.nouns import Lead, Receipt
from patron.core.records import Connection, Delivery, Envelope, Fetched, Network, Outcome, Unavailable
from patron.testing.application import NOW

Office = Callable[..., App]


class Provider:
    """Has rows, two a part; may break off behind some of them, and knows details of leads."""

    def __init__(self, *rows: dict[str, Any]) -> None:
        self.rows = list(rows)
        self.breaks_behind: int | None = None
        self.details: dict[str, dict[str, Any]] = {}
        self.gone: set[str] = set()
        self.asked: list[str | tuple[str, ...]] = []

    def fetch(self, cursor: str, connection: Connection, network: Network) -> Iterator[Fetched]:
        self.asked.append(cursor)
        start = int(cursor or 0)
        for place in range(start, len(self.rows), 2):
            if self.breaks_behind is not None and place >= self.breaks_behind:
                raise Unavailable("status 503")
            part = self.rows[place : place + 2]
            yield Fetched(deliveries=tuple(map(self.delivery, part)), cursor=str(place + len(part)))

    def complete(self, numbers: Sequence[str], connection: Connection, network: Network) -> Iterator[Fetched]:
        self.asked.append(tuple(numbers))
        for number in numbers:
            if number in self.gone:
                yield Fetched(gone=(number,))
            elif number in self.details:
                yield Fetched(deliveries=(self.delivery(self.details[number] | {"native_id": number}),))

    def delivery(self, row: dict[str, Any]) -> Delivery:
        return Delivery(body=json.dumps(row, ensure_ascii=False).encode(), received_at=NOW)

    def run(self, errand: Errand) -> Iterator[Fetched]:
        return run_here(errand, None)  # type: ignore[arg-type]  # nobody is asked but the provider itself


def rows(count: int) -> list[dict[str, str]]:
    return [{"name": f"客户{number}", "tel": f"1380013{number:04d}"} for number in range(count)]


@pytest.fixture(name="provider")
def _provider(channel: Callable[..., None]) -> Provider:
    provider = Provider(*rows(5))
    channel(fetch=provider.fetch)
    return provider


@pytest.fixture(name="polling_office")
def _polling_office(office: App) -> App:
    """Return the office with two connections that are polled, and one that is set up wrongly."""
    tables = {"shop": {"channel": "lines"}, "broken": {"channel": "moon"}, "other": {"channel": "lines"}}
    return office._replace(settings=office.settings._replace(intake=tables))


def polled(app: App, provider: Provider, *names: str) -> Any:
    with app.session() as session:
        return poll(session, names, run=provider.run)


def count(app: App, noun: type) -> int:
    with app.session() as session, session.read() as reader:
        return reader.count(noun)


def test_what_is_new_comes_in_and_nothing_else(polling_office: App, provider: Provider) -> None:
    """The next time one goes on where one was."""
    (first,) = polled(polling_office, provider, "shop")
    provider.rows += rows(7)[5:]
    (second,) = polled(polling_office, provider, "shop")

    assert [one.outcomes for one in first.received] == [(Outcome.ACCEPTED,)] * 5
    assert [one.outcomes for one in second.received] == [(Outcome.ACCEPTED,)] * 2
    assert provider.asked == ["", "5"]
    assert count(polling_office, Lead) == 7


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_who_hears_of_each_delivery_has_none_of_them_in_the_end(polling_office: App, provider: Provider) -> None:
    """Each as soon as it is read, before the provider is asked for the next."""
    heard: list[tuple[int, int]] = []
    with polling_office.session() as session:

        def hear(one: Received) -> None:
            heard.append((len(one.outcomes), count(polling_office, Lead)))

        (found,) = poll(session, ["shop"], run=provider.run, hear=hear)

    assert ((), None) == (found.received, found.problem)
    assert [(1, leads) for leads in (2, 2, 4, 4, 5)] == heard


def test_what_was_fetched_before_it_broke_off_is_kept(polling_office: App, provider: Provider) -> None:
    """With the cursor that stands behind it, and the reason."""
    provider.breaks_behind = 2
    (broken,) = polled(polling_office, provider, "shop")
    with polling_office.session() as session:
        before = {one.name: one.cursor for one in standings(session)}["shop"]
    provider.breaks_behind = None
    (whole,) = polled(polling_office, provider, "shop")
    with polling_office.session() as session:
        after = {one.name: one.cursor for one in standings(session)}["shop"]

    assert (len(broken.received), len(whole.received), count(polling_office, Lead)) == (2, 3, 5)
    assert "The provider can't be asked: 'status 503'" in str(broken.problem)
    assert (before.cursor, before.polled_at, before.failed_at, str(before.problem)) == ("2", None, NOW, str(broken.problem))
    assert (after.cursor, after.polled_at, after.failed_at, after.problem) == ("5", NOW, None, None)


@pytest.mark.parametrize("wrong", [{"cursor": 7}, {"gone": (7,)}, {"deliveries": ("x",)}])
def test_a_channel_that_fetches_what_is_none_keeps_no_other_from_being_asked(
    polling_office: App, channel: Callable[..., None], provider: Provider, wrong: dict[str, Any]
) -> None:
    """It is the plugin that is blamed, and both connections of its channel were asked."""
    asked: list[str] = []

    def fetch(cursor: str, connection: Connection, network: Network) -> Iterator[Fetched]:
        asked.append(connection.name)
        yield Fetched(**wrong)

    channel(fetch=fetch)
    found = {one.connection: one for one in polled(polling_office, provider)}

    assert asked == ["other", "shop"]
    assert found["shop"].problem is not None
    assert "TypeError" in str(found["shop"].problem)


@pytest.mark.parametrize("where", ["before the cursor moves", "before it is read"])
def test_a_process_that_dies_misses_nothing(
    polling_office: App, provider: Provider, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """What was not kept is fetched again; what was kept, and not read, is read the next time."""

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    target = (polling.cursors, "move") if where == "before the cursor moves" else (polling, "settled_where_waiting")
    with monkeypatch.context() as broken:
        broken.setattr(*target, die)
        with pytest.raises(KeyboardInterrupt):
            polled(polling_office, provider, "shop")
    (again,) = polled(polling_office, provider, "shop")

    assert provider.asked == (["", ""] if where == "before the cursor moves" else ["", "2"])
    assert [one.outcomes for one in again.received] == [(Outcome.ACCEPTED,)] * 5
    assert count(polling_office, Lead) == 5


def test_two_at_a_time_do_not_disturb_each_other(polling_office: App, provider: Provider) -> None:
    """The cursor is moved by whoever was first; the other stops, and nothing is twice."""

    def slow(errand: Errand) -> Iterator[Fetched]:
        for place, part in enumerate(run_here(errand, None)):  # type: ignore[arg-type]  # as above
            if place == 1:
                polled(polling_office, provider, "shop")
            yield part

    with polling_office.session() as session:
        (slower,) = poll(session, ["shop"], run=slow)

    assert "is being polled by another process" in str(slower.problem)
    assert count(polling_office, Lead) == count(polling_office, Receipt) == 5
    with polling_office.session() as session:
        assert {one.name: one.cursor.cursor for one in standings(session)}["shop"] == "5"


def test_one_that_fails_keeps_no_other_from_being_asked(polling_office: App, provider: Provider) -> None:
    """One that is set up wrongly, and one whose channel breaks."""

    def boom(errand: Errand) -> Iterator[Fetched]:
        if errand.connection.name == "other":
            raise PatronError("intake.unavailable", reason="login refused")
        return provider.run(errand)

    with polling_office.session() as session:
        found = {one.connection: one for one in poll(session, run=boom)}

    assert set(found) == {"shop", "broken", "other"}
    assert (found["shop"].problem, len(found["shop"].received)) == (None, 5)
    assert "there is no channel 'moon'" in str(found["broken"].problem)
    assert "login refused" in str(found["other"].problem)


def test_a_channel_that_breaks_is_named(polling_office: App, channel: Callable[..., None]) -> None:
    def fetch(cursor: str, connection: Connection, network: Network) -> Iterator[Fetched]:
        raise ZeroDivisionError("boom")
        yield

    channel(fetch=fetch)
    (one,) = polled(polling_office, Provider(), "shop")

    assert "lines" in str(one.problem)
    assert "boom" in str(one.problem)


def test_from_the_first_again_is_nothing_twice(polling_office: App, provider: Provider) -> None:
    polled(polling_office, provider, "shop")
    with polling_office.session() as session:
        forget(session, "shop")
    (again,) = polled(polling_office, provider, "shop")

    assert provider.asked == ["", ""]
    assert {outcome for one in again.received for outcome in one.outcomes} == {Outcome.DUPLICATE}
    assert count(polling_office, Lead) == 5


def test_one_that_asks_nobody_is_said(polling_office: App, channel: Callable[..., None]) -> None:
    with polling_office.session() as session, pytest.raises(PatronError, match="asks nobody: its channel"):
        poll(session, ["shop"])


def test_who_may_not_take_in_may_not_poll(polling_office: App, provider: Provider) -> None:
    with polling_office.session() as session:
        add_user(session, AddPerson(values={"login": "li", "name": "Li", "roles": "sales_rep", "team_id": "sales"}))
    with polling_office.session("li") as session, pytest.raises(DeniedError):
        poll(session, ["shop"], run=provider.run)


def test_what_is_too_large_is_kept_for_a_person_and_the_rest_comes_in(
    polling_office: App, provider: Provider, channel: Callable[..., None]
) -> None:
    """Whole, with its size; a channel that reads more brings it in."""
    provider.rows[1]["name"] = "x" * 3_000
    (one,) = polled(polling_office, provider, "shop")
    (large,) = (receipt for part in one.received for receipt in part.receipts if receipt.outcome == "quarantined")

    assert (one.problems, count(polling_office, Lead)) == ((), 4)
    assert "bytes; this channel reads 2000 at most" in str(large.reason)
    provider.rows[1]["name"] = "Xu"
    channel(fetch=provider.fetch, most_bytes=9_000)
    with polling_office.session() as session:
        (again,) = replay(session)
    assert again.outcomes == (Outcome.ACCEPTED,)


def test_one_errand_that_fails_neither_hides_nor_repeats_the_other(polling_office: App, channel: Callable[..., None]) -> None:
    """Details that can't be had keep nothing new from coming; both complaints are told."""
    provider = Provider(*rows(3))
    with polling_office.session() as session:
        parse = session.host.channels()[0].item.parse

    def refuse(numbers: Sequence[str], connection: Connection, network: Network) -> Iterator[Fetched]:
        provider.asked.append(tuple(numbers))
        raise Unavailable("status 500")
        yield

    channel(parse=_reads_awaiting(parse), complete=refuse, fetch=provider.fetch)
    with polling_office.session() as session:
        receive(session, "shop", provider.delivery({"native_id": "1"}))
    (first,) = polled(polling_office, provider, "shop")
    provider.breaks_behind = 3
    provider.rows += rows(5)[3:]
    (second,) = polled(polling_office, provider, "shop")
    with polling_office.session() as session:
        (standing,) = (one.cursor.problem for one in standings(session) if one.name == "shop")

    assert (len(first.received), [str(one) for one in first.problems]) == (3, [str(second.problems[0])])
    assert [("status 500" in str(one), "status 503" in str(one)) for one in second.problems] == [(True, False), (False, True)]
    assert ("status 500" in str(standing), "status 503" in str(standing)) == (True, True)
    assert provider.asked == [("1",), "", ("1",), "3"]


def test_a_cursor_may_be_long_and_one_beyond_all_measure_is_said(
    polling_office: App, channel: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is never cut: half of a place is no place. What was fetched is kept in any case."""
    provider = Provider(*rows(2))

    def fetch(cursor: str, connection: Connection, network: Network) -> Iterator[Fetched]:
        provider.asked.append(cursor)
        yield Fetched(deliveries=tuple(map(provider.delivery, provider.rows)), cursor="x" * 20_000)

    channel(fetch=fetch)
    (fine,) = polled(polling_office, provider, "shop")
    monkeypatch.setattr(polling, "LONGEST_CURSOR", 100)
    provider.rows += rows(3)[2:]
    (broken,) = polled(polling_office, provider, "shop")
    polled(polling_office, provider, "shop")

    assert (fine.problems, len(provider.asked[1])) == ((), 20_000)
    assert broken.problem is not None
    assert "lines says in 20000 characters" in str(broken.problem)
    assert count(polling_office, Lead) == 3


def test_all_that_await_are_asked_for_a_page_at_a_time(
    polling_office: App, channel: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """None stays behind those that the provider says nothing of; what waits to be read is looked up so, too."""
    few = {name: {**table, "most_awaited": 2} for name, table in polling_office.settings.intake.items()}
    polling_office = polling_office._replace(settings=polling_office.settings._replace(intake=few))
    monkeypatch.setattr(settling, "_PAGE", 2)
    provider = Provider()
    with polling_office.session() as session:
        parse = session.host.channels()[0].item.parse
    channel(parse=_reads_awaiting(parse), complete=provider.complete)
    with polling_office.session() as session:
        opened = open_connection(session, "shop")
        for number in range(5):
            take_in(session, opened, attrs.evolve(provider.delivery({"native_id": str(number)}), connection="shop"))
    provider.details["0"] = {"tel": "13800138000", "name": "张三"}
    (one,) = polled(polling_office, provider, "shop")

    assert provider.asked == [("4", "3"), ("2", "1"), ("0",)]
    assert [part.outcomes for part in one.received] == [(Outcome.ACCEPTED,)] * 6


def test_what_a_channel_does_not_take_for_its_own_is_asked_for_again(
    polling_office: App, provider: Provider, channel: Callable[..., None]
) -> None:
    """A check that fails on what the channel fetched itself loses nothing: the cursor waits until it is mended."""

    def broken(delivery: Delivery, connection: Connection) -> str:
        raise ZeroDivisionError("boom")

    channel(fetch=provider.fetch, verify=broken)
    (first,) = polled(polling_office, provider, "shop")
    channel(fetch=provider.fetch)
    (second,) = polled(polling_office, provider, "shop")

    assert first.problem is not None
    assert "boom" in str(first.problem)
    assert [one.outcomes for one in second.received] == [(Outcome.ACCEPTED,)] * 5


def _reads_awaiting(parse: Callable[..., Sequence[Envelope]]) -> Callable[..., list[Envelope]]:
    def read(delivery: Delivery, connection: Connection) -> list[Envelope]:
        return [attrs.evolve(one, awaits=bool(one.native_id) and not one.contacts) for one in parse(delivery, connection)]

    return read


def test_details_are_asked_for_until_they_come(polling_office: App, channel: Callable[..., None]) -> None:
    """Or until the provider says that there are none; a lead is there from the first on."""
    provider = Provider()
    with polling_office.session() as session:
        parse = session.host.channels()[0].item.parse
    channel(parse=_reads_awaiting(parse), complete=provider.complete)

    def notice(number: str) -> None:
        with polling_office.session() as session:
            receive(session, "shop", provider.delivery({"native_id": number}))

    for number in ("1", "2", "3"):
        notice(number)
    provider.details["1"] = {"tel": "13800138000", "name": "张三"}
    provider.gone.add("3")
    polled(polling_office, provider, "shop")
    provider.details["2"] = {"tel": "13900139000", "name": "李四"}
    polled(polling_office, provider, "shop")
    polled(polling_office, provider, "shop")

    assert provider.asked == [("3", "2", "1"), ("2",)]
    assert count(polling_office, Lead) == 3


def test_details_that_are_given_up_are_told_and_asked_for_again_on_demand(
    polling_office: App, channel: Callable[..., None]
) -> None:
    """A provider's wrong word loses nothing for good."""
    provider = Provider()
    with polling_office.session() as session:
        parse = session.host.channels()[0].item.parse
    channel(parse=_reads_awaiting(parse), complete=provider.complete)
    with polling_office.session() as session:
        (notice,) = receive(session, "shop", provider.delivery({"native_id": "7"})).receipts
    provider.gone.add("7")
    (one,) = polled(polling_office, provider, "shop")
    (given_up,) = one.gone
    provider.gone.clear()
    with polling_office.session() as session:
        (again,) = replay(session, [notice.id])
    with pytest.raises(UsageError), polling_office.session() as session:
        replay(session, [notice.id])
    provider.details["7"] = {"tel": "13800138000", "name": "张三"}
    (after,) = polled(polling_office, provider, "shop")
    with polling_office.session() as session, session.read() as reader:
        kept = reader.get(Receipt, notice.id)

    assert (given_up.id, given_up.awaits) == (notice.id, False)
    assert "has no details" in str(given_up.reason)
    assert ("patron intake poll shop" in str(again.receipts[0].reason), again.receipts[0].awaits) == (True, True)
    assert (after.gone, kept.awaits, kept.reason) == ((), False, None)
    assert provider.asked == [("7",), ("7",)]


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_what_can_not_be_read_keeps_nothing_from_being_fetched(
    polling_office: App, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither of its own connection nor of others; it waits, and whoever polls is told."""

    def refuse(sitting: Any, drafted: Any, *about: Any) -> Any:
        if sitting.opened.connection.name == "other" and drafted.envelope.customer["name"] == "客户1":
            raise ConfigurationError("store.not_configured")
        return record(sitting, drafted, *about)

    monkeypatch.setattr(receiving, "record", refuse)
    for expected in ((4, 5), (0, 0)):
        other, shop = (one for one in polled(polling_office, provider) if one.connection != "broken")
        assert (len(other.received), len(shop.received)) == expected
        assert (other.problem.key, shop.problem) == ("store.not_configured", None)

    monkeypatch.setattr(receiving, "record", record)
    (other,) = polled(polling_office, provider, "other")
    assert (len(other.received), other.problem) == (1, None)
