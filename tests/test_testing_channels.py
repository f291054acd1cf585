"""The kit sees what a channel gets wrong: each promise has a channel that breaks it."""

import hmac
import json
import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import attrs
import pytest

from patron import Channel, Connection, Contact, Delivery, Envelope, Fetched, Network, Unavailable, Unreadable, signed_by
from patron.core.errors import PluginError
from patron.plugins.channels import phone
from patron.plugins.channels.phone import channel as phone_channel
from patron.testing import NOW, ChannelSample, ScriptedNetwork, check_channel
from patron.testing.deliveries import (
    check_clock,
    check_encodings,
    check_members,
    check_parts,
    check_refusal,
    check_signature,
    check_unknown,
    check_untold,
)
from patron.testing.fetching import check_errands, check_fetching

CONNECTION = Connection(name="shop", options={"secret": "s3cret-of-shop"})
NETWORK = ScriptedNetwork(lambda *_: None)


def channel(parse: Callable[..., Any] | None = None, **about: Any) -> Channel:
    return Channel(code="shop", source="webshop", contact="web", parse=parse or (lambda *_: []), **about)


def delivery(text: str, **headers: str) -> Delivery:
    return Delivery(body=text.encode(), received_at=NOW, headers=headers, method="POST")


def names(texts: list[str]) -> list[Envelope]:
    return [Envelope(customer={"name": text}) for text in texts]


def broken(check: Callable[..., None], *args: Any) -> str:
    with pytest.raises(AssertionError) as caught:
        check(*args)
    return str(caught.value)


def test_a_text_that_is_read_wrongly_is_seen() -> None:
    """One that says that it can't read it is not wrong."""

    def careless(one: Delivery, _: Connection) -> list[Envelope]:
        return names([one.body.decode("utf-8-sig", "replace")])

    def strict(one: Delivery, _: Connection) -> list[Envelope]:
        try:
            return names([one.body.decode("utf-8-sig")])
        except UnicodeDecodeError as error:
            raise Unreadable("no text") from error

    check_encodings(channel(strict), CONNECTION, delivery("张三"), 0)
    assert "in gb18030 tells" in broken(check_encodings, channel(careless), CONNECTION, delivery("张三"), 0)


def test_a_channel_that_wants_what_it_knows_alone_is_seen() -> None:
    def exact(one: Delivery, _: Connection) -> list[Envelope]:
        said = json.loads(one.body)
        if set(said) != {"name"}:
            raise Unreadable("what is this?")
        return names([said["name"]])

    complaint = broken(check_unknown, channel(exact), CONNECTION, delivery('{"name": "Ada"}'), 3)
    assert complaint == "sample 3 with unknown members is unreadable: what is this?"


def test_a_lead_that_is_lost_in_silence_is_seen() -> None:
    """A member of a batch that is none, and half a body; what is told as broken is not lost."""

    def kind(one: Delivery, _: Connection) -> list[Envelope]:
        return names([lead["name"] for lead in json.loads(one.body) if isinstance(lead, dict)])

    def silent(one: Delivery, connection: Connection) -> list[Envelope]:
        try:
            return kind(one, connection)
        except ValueError:
            return []

    def strict(one: Delivery, connection: Connection) -> list[Envelope]:
        try:
            return [Envelope(broken="" if isinstance(lead, dict) else "what?") for lead in json.loads(one.body)]
        except ValueError as error:
            raise Unreadable("no JSON") from error

    def skipping(one: Delivery, connection: Connection) -> list[Envelope]:
        return [lead for lead in strict(one, connection) if not lead.broken]

    told = delivery('[{"name": "Ada"}, {"name": "Bob"}]')
    check_members(channel(strict), CONNECTION, told, 0)
    assert "half the body of sample 0 tells of nobody" in broken(check_members, channel(silent), CONNECTION, told, 0)
    assert "a member that is no lead loses it" in broken(check_members, channel(skipping), CONNECTION, told, 0)


def test_a_secret_in_what_is_told_is_seen() -> None:
    told = [Envelope(interaction={"note": "signed with s3cret-of-shop"})]

    check_untold(CONNECTION, ["secret"], names(["Ada"]), 0)
    assert "holds the secret secret" in broken(check_untold, CONNECTION, ["secret"], told, 0)


def test_parts_that_tell_something_else_are_seen() -> None:
    def numbered(one: Delivery, _: Connection) -> list[Envelope]:
        return names([f"{place} {line}" for place, line in enumerate(one.body.decode().split())])

    assert "one by one" in broken(check_parts, channel(numbered), CONNECTION, delivery("a b"), (b"a", b"b"), 0)


def test_a_clock_that_is_not_looked_at_is_seen() -> None:
    """Nor one that is looked at in one direction alone."""

    def only_old(one: Delivery, _: Connection) -> str:
        return "old" if one.received_at - NOW > timedelta(seconds=300) else ""

    assert "authentic 301 seconds late" in broken(check_clock, channel(), CONNECTION, delivery(""), 300, 0)
    assert "authentic -301 seconds late" in broken(check_clock, channel(verify=only_old), CONNECTION, delivery(""), 300, 0)


def test_bytes_that_nobody_signed_are_seen() -> None:
    """The first half is not all of it."""

    def half(one: Delivery, connection: Connection) -> str:
        signature = one.headers.get("signature")
        return "" if signed_by(b"s3cret-of-shop", one.body[:5], signature) else "wrong"

    told = delivery("0123456789", signature=hmac.new(b"s3cret-of-shop", b"01234", "sha256").hexdigest())
    assert "with a byte changed" in broken(check_signature, channel(verify=half), CONNECTION, told, random.Random(0), 0)


def test_a_complaint_that_tells_the_secret_is_seen() -> None:
    assert "tells the secret secret" in broken(check_refusal, CONNECTION, ["secret"], "expected s3cret-of-shop, got x", 0)


def test_a_constant_that_nobody_knows_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("patron.plugins.channels.phone.channel.CHANNEL", attrs.evolve(phone_channel.CHANNEL, contact="webb"))

    with pytest.raises(PluginError, match=r"contact = 'webb' of phone is none of what it can be: .*web"):
        check_channel(phone, "phone", [])


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ({"parse": lambda *_: [twin("1"), twin("2")]}, "two people have the native_id '7'"),
        ({"most_bytes": 2**40}, "a delivery is held in memory as a whole"),
    ],
    ids=["one number", "no bound"],
)
def test_a_channel_that_would_lose_leads_is_seen(monkeypatch: pytest.MonkeyPatch, about: dict[str, Any], words: str) -> None:
    monkeypatch.setattr("patron.plugins.channels.phone.channel.CHANNEL", attrs.evolve(phone_channel.CHANNEL, **about))

    assert words in broken(check_channel, phone, "phone", [ChannelSample(body=b"x", envelopes=2)])


def twin(number: str) -> Envelope:
    return Envelope(native_id="7", contacts=(Contact(scheme="tel", written=number),))


def row(number: int) -> Delivery:
    return Delivery(body=str(number).encode(), received_at=NOW)


def honest(cursor: str, connection: Connection, network: Network) -> Iterator[Fetched]:
    for number in range(int(cursor or 0), 4):
        yield Fetched(deliveries=(row(number),), cursor=str(number + 1))


def hasty(cursor: str, connection: Connection, network: Network) -> Iterator[Fetched]:
    for number in range(int(cursor or 0), 4):
        yield Fetched(deliveries=(row(number),), cursor="4")


def careless_of_the_network(cursor: str, connection: Connection, network: Network) -> Iterator[Fetched]:
    yield Fetched(deliveries=(row(len(network.request("https://x").body)),))


def unready(cursor: str, connection: Connection, network: Network) -> Iterator[Fetched]:
    raise ValueError("what?")
    yield


def sent(cursor: str, connection: Connection, network: Network) -> Iterator[Fetched]:
    yield Fetched(deliveries=(delivery("x"),), cursor="1")


def early(cursor: str, connection: Connection, network: Network) -> Iterator[Fetched]:
    yield Fetched(deliveries=(Delivery(body=b"x", received_at=NOW + timedelta(days=1)),), cursor="1")


class Moody:
    """Fetches other bytes each time."""

    def __init__(self) -> None:
        self._count = 0

    def fetch(self, cursor: str, connection: Connection, network: Network) -> Iterator[Fetched]:
        self._count += 1
        yield Fetched(deliveries=(row(self._count),), cursor="1")


@pytest.mark.parametrize(
    ("fetch", "words"),
    [
        (hasty, "3 deliveries are missed: its cursor '4' is too far"),
        (Moody().fetch, "other bytes the second time"),
        (sent, "has a method"),
        (early, "after it was fetched"),
        (lambda *_: iter(()), "nothing is fetched"),
    ],
)
def test_a_channel_that_fetches_wrongly_is_seen(fetch: Any, words: str) -> None:
    assert words in broken(check_fetching, channel(fetch=fetch), CONNECTION, NETWORK)


def test_a_channel_that_fetches_rightly_passes() -> None:
    check_fetching(channel(fetch=honest), CONNECTION, NETWORK)
    check_errands(channel(fetch=careless_of_the_network), CONNECTION)
    with pytest.raises(Unavailable):
        NETWORK.connect("x", 1)


@pytest.mark.parametrize(
    ("fetch", "words"),
    [(lambda *_: iter(()), "can't be found by its name"), (unready, "raised ValueError instead of Unavailable")],
)
def test_what_another_process_could_not_do_is_seen(fetch: Any, words: str) -> None:
    assert words in broken(check_errands, channel(fetch=fetch), CONNECTION)
