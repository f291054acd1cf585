"""
What becomes of a channel's samples in a new database: the same leads, whatever way and however often they come.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs

from patron.core.config import Settings
from patron.core.intake import open_connection, receive, replay, settle_waiting, show_receipt, take_in
from patron.core.nouns import Lead
from patron.core.records.intake import Channel, Delivery, Outcome
from patron.core.records.polling import Network
from patron.core.session import Session
from patron.testing.channel_sample import ChannelSample
from patron.testing.checks import require
from patron.testing.deliveries import GUESSED
from patron.testing.fetching import check_polling
from patron.testing.tables import app_with_database

_TOKEN = "token-of-the-connection"  # noqa: S105  # of a connection that lives as long as the check


def check_door(
    module: ModuleType, channel: Channel, samples: Sequence[ChannelSample], options: Mapping[str, Any], network: Network | None
) -> None:
    """
    Take samples in, each twice: in their order, in the other, and one by one after a process that died; and what is fetched.

    Raises:
        AssertionError: that makes other leads, a sample is not accepted, or a secret is kept.
    """
    kept = [sample for sample in samples if sample.authentic]
    ways: list[tuple[str, Callable[[Session], None]]] = [
        ("in their order", lambda session: _received(session, channel, kept, options)),
        ("in the other order", lambda session: _received(session, channel, kept[::-1], options)),
        ("one by one, after a process that died", lambda session: _settled(session, channel, kept)),
    ]
    counts = {}
    for name, take in ways:
        with _opened(module, channel, options) as session:
            take(session)
            if network is not None:
                check_polling(session, channel.code, network)
            counts[name] = _leads(session)
    first, *others = counts.items()
    for name, count in others:
        require(count == first[1], f"the samples make {first[1]} leads {first[0]}, and {count} {name}")


def _received(session: Session, channel: Channel, samples: Sequence[ChannelSample], options: Mapping[str, Any]) -> None:
    secrets = {
        option.name: str(options[option.name])
        for option in channel.options
        if option.kind.value == "secret" and len(str(options.get(option.name) or "")) > GUESSED
    }
    for sample in samples:
        delivery = _shown(channel, sample.delivery(channel.code))
        first = receive(session, channel.code, delivery)
        if sample.readable:
            reasons = [str(one.reason) for one in first.receipts if one.outcome not in {"accepted", "duplicate"}]
            require(len(reasons) == sample.broken, f"a sample is not accepted: {'; '.join(reasons)}")
        second = receive(session, channel.code, delivery)
        require(set(second.outcomes) <= {Outcome.DUPLICATE}, f"a sample that comes again is {second.outcomes}")
        for receipt in first.receipts:
            told = [name for name, value in secrets.items() if value in str(show_receipt(session, receipt.id or 0).delivery)]
            require(not told, f"what is kept of a sample holds the secret {', '.join(told)}: redact it")
    large = _shown(channel, attrs.evolve(samples[0], body=bytes(channel.most_bytes + 1)).delivery(channel.code))
    require(receive(session, channel.code, large).delivery_id is None, "a delivery above most_bytes is kept")


def _settled(session: Session, channel: Channel, samples: Sequence[ChannelSample]) -> None:
    """Keep the parts of samples, read them as one does after a death, and then their wholes; and read again what waits."""
    opened = open_connection(session, channel.code)
    for sample in samples:
        # Nobody sent or signed the parts: one of us hands them in, where the channel lets us.
        parts = [attrs.evolve(sample, body=body, method="", headers={}).delivery(channel.code) for body in sample.parts]
        if not parts or any(channel.verify(part, opened.connection) for part in parts):
            parts = [sample.delivery(channel.code)]
        for part in parts:
            take_in(session, opened, _shown(channel, part))
    settle_waiting(session)
    before = _leads(session)
    for sample in samples:
        receive(session, channel.code, _shown(channel, sample.delivery(channel.code)))
    replay(session)
    require(_leads(session) == before, f"one by one the samples make {before} leads, and with their wholes {_leads(session)}")


def _shown(channel: Channel, delivery: Delivery) -> Delivery:
    """Return a delivery that shows the token of its connection, where the channel takes none without."""
    if not channel.needs_bearer or not delivery.method:
        return delivery
    return attrs.evolve(delivery, headers={**delivery.headers, "authorization": f"Bearer {_TOKEN}"})


@contextmanager
def _opened(module: ModuleType, channel: Channel, options: Mapping[str, Any]) -> Iterator[Session]:
    """Open a session over a new database, with the channel's connection under its code."""
    with tempfile.TemporaryDirectory() as folder:
        given = [one for one in channel.options if one.name in options]
        table = {one.name: options[one.name] for one in given if one.kind.value != "secret"}
        secrets = {one.name: str(options[one.name]) for one in given if one.kind.value == "secret"}
        for name, secret in (secrets | ({"bearer": _TOKEN} if channel.needs_bearer else {})).items():
            path = Path(folder, name)
            path.touch(mode=0o600)
            path.write_text(secret, "utf-8")
            table[f"{name}_file"] = str(path)
        made = app_with_database(folder, module, settings=Settings(intake={channel.code: table}))
        with made.session() as session:
            yield session


def _leads(session: Session) -> int:
    with session.read() as reader:
        return reader.count(Lead)
