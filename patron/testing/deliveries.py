"""
What a channel must bear of its deliveries, one at a time: other encodings, fields that nobody told us of, parts instead of a
whole, clocks that are wrong, and whoever changes a byte of what was signed.
"""

import json
import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import attrs

from patron.core.records.intake import Channel, Connection, Delivery, Envelope, Unreadable
from patron.core.records.reason import details_of
from patron.testing.checks import require

_FLIPS = 200
"""Bytes of a signed delivery that are changed, one at a time."""
GUESSED = 5
"""Letters of secrets that may stand in a text by chance."""


def check_encodings(channel: Channel, connection: Connection, delivery: Delivery, number: int) -> None:
    """
    Check that a text in another encoding tells the same, or is unreadable; never something else in silence.

    Raises:
        AssertionError: it tells something else.
    """
    try:
        text = delivery.body.decode("utf-8")
    except UnicodeDecodeError:
        return
    if text.isascii():
        return
    told = _told(channel.parse(delivery, connection))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            other = _told(channel.parse(attrs.evolve(delivery, body=text.encode(encoding)), connection))
        except Unreadable:
            continue
        require(told == other, f"sample {number} in {encoding} tells {other}, not {told}")


def check_unknown(channel: Channel, connection: Connection, delivery: Delivery, number: int) -> None:
    """
    Check that a member which nobody told us of, anywhere in an object of JSON, keeps nothing from being read.

    Raises:
        AssertionError: it does.
    """
    try:
        said = json.loads(delivery.body)
    except ValueError:
        return
    count = len(channel.parse(delivery, connection))
    body = json.dumps(_with_unknown(said), ensure_ascii=False).encode()
    try:
        found = len(channel.parse(attrs.evolve(delivery, body=body), connection))
    except Unreadable as error:
        raise AssertionError(f"sample {number} with unknown members is unreadable: {error.reason}") from error
    require(found == count, f"sample {number} with unknown members tells of {found}, not of {count}")


def check_members(channel: Channel, connection: Connection, delivery: Delivery, number: int) -> None:
    """
    Check of JSON that no lead is lost in silence: a member of a list of leads that is none is told of, and half a body is none.

    Raises:
        AssertionError: one is, or half a body is read as if it were whole.
    """
    try:
        said = json.loads(delivery.body)
    except ValueError:
        return
    count = len(channel.parse(delivery, connection))
    if not count or not isinstance(said, dict | list):
        return
    half = _read(channel, connection, attrs.evolve(delivery, body=delivery.body[: len(delivery.body) // 2]))
    if half is not None:
        wrong = "tells of nobody" if not half else "" if all(one.broken for one in half) else "tells of somebody"
        require(not wrong, f"half the body of sample {number} {wrong}: raise Unreadable, so that it is kept and looked at")
    if isinstance(said, list) and len(said) == count:
        body = json.dumps([*said, 7], ensure_ascii=False).encode()
        found = _read(channel, connection, attrs.evolve(delivery, body=body))
        lost = found is not None and (len(found) <= count or not found[-1].broken)
        require(not lost, f"sample {number} with a member that is no lead loses it: tell of it as `broken`, or raise Unreadable")


def _read(channel: Channel, connection: Connection, delivery: Delivery) -> Sequence[Envelope] | None:
    try:
        return channel.parse(delivery, connection)
    except Unreadable:
        return None


def check_parts(channel: Channel, connection: Connection, delivery: Delivery, parts: Sequence[bytes], number: int) -> None:
    """
    Check that what is told one by one is told as by the whole.

    Raises:
        AssertionError: it is not.
    """
    if not parts:
        return
    whole = _told(channel.parse(delivery, connection))
    single = [one for body in parts for one in _told(channel.parse(attrs.evolve(delivery, body=body), connection))]
    require(single == whole, f"sample {number} tells {whole}, and one by one {single}")


def check_clock(channel: Channel, connection: Connection, delivery: Delivery, tolerance: int, number: int) -> None:
    """
    Check that what comes too late, or too early, is not authentic, and what comes within the tolerance is.

    Raises:
        AssertionError: it is otherwise.
    """
    for seconds in (tolerance, -tolerance):
        shifted = attrs.evolve(delivery, received_at=delivery.received_at + timedelta(seconds=seconds))
        require(not channel.verify(shifted, connection), f"sample {number} is refused {seconds} seconds late")
        beyond = timedelta(seconds=seconds + (1 if seconds > 0 else -1))
        shifted = attrs.evolve(delivery, received_at=delivery.received_at + beyond)
        require(channel.verify(shifted, connection), f"sample {number} is authentic {beyond.total_seconds():.0f} seconds late")


def check_signature(channel: Channel, connection: Connection, delivery: Delivery, dice: random.Random, number: int) -> None:
    """
    Check that nobody can change what was signed: no byte of it, and no header that a signature stands in.

    Raises:
        AssertionError: a change stays unseen.
    """
    for body in _flipped(delivery.body, dice):
        refused = channel.verify(attrs.evolve(delivery, body=body), connection)
        require(refused, f"sample {number} is authentic with a byte changed: {body[:80]!r}")
    for name in delivery.headers:
        left = {other: value for other, value in delivery.headers.items() if other != name}
        require(channel.verify(attrs.evolve(delivery, headers=left), connection), f"sample {number} is authentic without {name}")


def check_untold(connection: Connection, secrets: Sequence[str], envelopes: Sequence[Envelope], number: int) -> None:
    """
    Check that no secret comes into what is told of people.

    Raises:
        AssertionError: one does.
    """
    said = str(_told(envelopes)) + str([(one.key, one.native_id, one.remarks, one.unclear) for one in envelopes])
    told = [
        name
        for name in secrets
        if len(str(connection.options.get(name) or "")) > GUESSED and str(connection.options[name]) in said
    ]
    require(not told, f"sample {number}: what is told of people holds the secret {', '.join(told)}")


def check_refusal(connection: Connection, secrets: Sequence[str], refusal: str, number: int) -> None:
    """
    Check that a complaint tells nobody a secret.

    Raises:
        AssertionError: it does.
    """
    said = f"{refusal} {dict(details_of(refusal))}"
    told = [name for name in secrets if connection.options.get(name) and str(connection.options[name]) in said]
    require(not told, f"sample {number}: why it is refused tells the secret {', '.join(told)}")


def _told(envelopes: Sequence[Envelope]) -> list[Any]:
    """Return what envelopes tell of people; their ids may stand for the bytes."""
    return [(one.kind, one.at, one.contacts, dict(one.customer), dict(one.lead), dict(one.interaction)) for one in envelopes]


def _with_unknown(said: Any) -> Any:
    if isinstance(said, dict):
        return {"x_unknown": {"new": ["?"]}, **{name: _with_unknown(value) for name, value in said.items()}}
    return [_with_unknown(one) for one in said] if isinstance(said, list) else said


def _flipped(body: bytes, dice: random.Random) -> Iterator[bytes]:
    places = range(len(body)) if len(body) <= _FLIPS else sorted(dice.sample(range(len(body)), _FLIPS))
    for place in places:
        changed = bytearray(body)
        changed[place] ^= 1 << dice.randrange(8)
        yield bytes(changed)
