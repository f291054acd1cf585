"""The kit notices a channel that is no function of what it is given, however it hides that."""

import os
import random
import secrets
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from time import time as seconds_now
from typing import Any

import attrs
import pytest

from patron import Channel, Connection, Delivery, Envelope, key_of_parts, read_time, testing
from patron.plugins.channels import phone
from patron.plugins.channels.phone import channel as phone_channel
from patron.testing.watching import ImpureError, watched

HERE = Path(__file__)
DELIVERY = Delivery(body="何小姐".encode("gb18030"), received_at=testing.NOW)


def parsed(parse: Callable[..., Any], **about: Any) -> Channel:
    return watched(Channel(code="own", source="webshop", contact="web", parse=parse, **about), __name__)


def lazily(*_: object) -> None:
    import socket as net

    net.getaddrinfo("localhost", 80)


def in_silence(*_: object) -> None:
    try:
        HERE.read_bytes()
    except AssertionError:
        return


@pytest.mark.parametrize(
    ("parse", "said"),
    [
        (lambda *_: time.time(), r"parse looks at the clock \(time.time\)"),
        (lambda *_: seconds_now(), "looks at the clock"),
        (lambda *_: time.monotonic_ns(), "looks at the clock"),
        (lambda *_: datetime.now(UTC), r"looks at the clock \(.*now\).* take `delivery.received_at`"),
        (lambda *_: date.today(), "looks at the clock"),  # noqa: DTZ011  # what is refused
        (lambda *_: random.random(), r"draws random numbers \(.*random\)"),
        (lambda *_: random.Random().random(), "draws random numbers"),
        (lambda *_: random.choice("ab"), "draws random numbers.*key_of_parts"),
        (lambda *_: secrets.token_hex(), "draws random numbers"),
        (lambda *_: uuid.uuid4(), "draws random numbers"),
        (lambda *_: HERE.read_text("utf-8"), r"opens a file .*test_watching.py, line \d+, in <lambda>"),
        (lambda *_: open(HERE, "rb"), "opens a file"),  # noqa: PTH123, SIM115
        (lambda *_: os.open(HERE, os.O_RDONLY), "opens a file"),
        (lambda *_: HERE.exists(), "opens a file"),
        (in_silence, "opens a file"),
        (lazily, r"reaches for a network \(import socket\).* belongs into `fetch`"),
        (lambda *_: socket.create_connection(("127.0.0.1", 9)), "reaches for a network"),
        (lambda *_: socket.gethostbyname("localhost"), "reaches for a network"),
        (lambda *_: subprocess.run([sys.executable, "-V"], check=False), "starts what runs beside it|opens a file"),
        (lambda *_: threading.Thread(target=print).start(), "starts what runs beside it"),
    ],
)
def test_what_is_no_function_of_what_it_is_given_is_seen(parse: Callable[..., Any], said: str) -> None:
    """Also under another name, by a library, lazily, or where the channel takes no notice of being refused."""
    with pytest.raises(ImpureError, match=f"(?s){said}"):
        parsed(parse).parse(DELIVERY, Connection(name="own"))


def test_what_is_one_passes() -> None:
    """Time zones, encodings, seeded lots and modules that are loaded late are functions, too."""

    def parse(one: Delivery, connection: Connection) -> list[Envelope]:
        import colorsys

        name = one.body.decode("gb18030")
        lots = random.Random(key_of_parts(name)).randrange(10) + colorsys.rgb_to_hsv(0, 0, 0)[0]
        at = read_time("2026-01-02 03:04", "Pacific/Chatham")
        return [Envelope(key=str(lots), at=at, customer={"name": name})]

    found = [parsed(parse).parse(DELIVERY, Connection(name="own")) for _ in range(2)]

    assert found[0] == found[1]
    assert found[0][0].customer == {"name": "何小姐"}


def test_every_function_is_watched() -> None:
    """But for those that have a network; and what the channel itself raises is its own."""

    def look(*_: object) -> Any:
        return time.time()

    def wrong(*_: object) -> Any:
        raise KeyError("x")

    channel = parsed(wrong, verify=look, redact=look, respond=look, fetch=look)
    for what in (channel.verify, channel.redact, channel.respond):
        with pytest.raises(ImpureError, match="look"):
            what(b"")  # type: ignore[misc,call-arg,arg-type]
    with pytest.raises(KeyError):
        channel.parse(DELIVERY, Connection(name="own"))
    assert channel.fetch is look
    assert sys.getprofile() is None


@pytest.mark.parametrize(
    ("parse", "said"),
    [
        (lambda *_: None, "sample 0: parse returned None; expected a list or tuple of Envelope"),
        (lambda *_: [Envelope(key=uuid.uuid4().hex)], "sample 0: parse draws random numbers"),
        (lambda one, _: [] if one.body else None, "sample 0 tells of 0, not of 1"),
        (lambda one, _: [Envelope(key="1")] if one.body else None, "b'': parse returned None"),
    ],
)
def test_the_kit_refuses_such_a_channel(monkeypatch: pytest.MonkeyPatch, parse: Callable[..., Any], said: str) -> None:
    monkeypatch.setattr("patron.plugins.channels.phone.channel.CHANNEL", attrs.evolve(phone_channel.CHANNEL, parse=parse))

    with pytest.raises(AssertionError, match=said):
        testing.check_channel(phone, "phone", [testing.ChannelSample(body=b"x")])
