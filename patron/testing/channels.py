"""
Whether a channel keeps what channels promise: it reads its samples, the same way each time, survives whatever else it is fed, and
what it reads comes in once.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from types import ModuleType
from typing import Any

import attrs

from patron.core.host.answers import find_strangers
from patron.core.nouns.vocabulary import Vocabulary
from patron.core.records.intake import Channel, Connection, Delivery, Envelope, Reply, Unreadable
from patron.core.records.polling import Network
from patron.testing.application import app, plugin_of
from patron.testing.channel_sample import ChannelSample
from patron.testing.checks import check_plugin, require
from patron.testing.comparing import check_comparing
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
from patron.testing.doors import check_door
from patron.testing.fetching import check_errands, check_fetching
from patron.testing.growth import check_growth
from patron.testing.heads import check_changed, check_heads
from patron.testing.moments import check_moments
from patron.testing.naming import check_names
from patron.testing.reasons import Reasons
from patron.testing.replies import check_replies
from patron.testing.shapes import check_envelopes, check_reason
from patron.testing.watching import ImpureError, watched

_SPOILINGS = 300
"""Spoilt copies of a sample that a channel is fed."""
_MOST_BYTES = 2**28
_WATCHED = 60
"""Of these, how many at first while it is watched, which takes its time."""


def check_channel(
    module: ModuleType,
    code: str,
    samples: Sequence[ChannelSample],
    options: dict[str, Any] | None = None,
    *,
    network: Network | None = None,
    seed: int = 0,
) -> None:
    """
    Check a channel of a plugin with samples: its own reading, and what becomes of them in a new database.

    Args:
        module: the plugin.
        code: the channel's code.
        samples: deliveries as they come; at least one that can be read, and one that is not authentic where the channel has
            secrets.
        options: what the connection is told, secrets in plain.
        network: answers in the place of the provider that the channel asks; None to leave out what it fetches.
        seed: of the spoilt copies.

    Raises:
        PluginError: the host refuses the plugin.
        AssertionError: a promise is broken; the message says which, and by which sample.
    """
    check_plugin(module)
    found = [owned.item for owned in app(module).host.channels() if owned.item.code == code]
    require(found, f"{module.__name__} brings no channel {code}")
    (brought,) = found
    vocabulary = _check_choices(module, code)
    _check_words(module, brought)
    require(brought.most_bytes <= _MOST_BYTES, f"most_bytes is {brought.most_bytes}: a delivery is held in memory as a whole")
    reasons = Reasons(plugin_of(module))
    plain = reasons.heard(brought)
    channel = watched(plain, module.__name__)
    connection = Connection(name=code, options=_defaults(channel) | (options or {}), again=channel.recurs)
    require(any(one.readable and one.authentic and one.envelopes for one in samples), "no sample can be read")
    for number, sample in enumerate(samples):
        try:
            check_names(_check_sample(channel, connection, sample, number), vocabulary, number)
            _check_spoilt((channel, plain), connection, sample, random.Random(seed + number))  # noqa: S311  # no secret
        except ImpureError as error:
            raise AssertionError(f"sample {number}: {error}") from None
    readable = next(one for one in samples if one.readable and one.authentic and one.envelopes)
    check_growth(plain, connection, readable.delivery(code))
    secrets = [option.name for option in channel.options if option.kind.value == "secret"]
    if secrets and brought.authenticates:
        complaint = f"the channel has secrets ({', '.join(secrets)}): add a sample that is not authentic"
        require(any(not one.authentic for one in samples), complaint)
        if all(one.tolerance is None for one in samples):
            for number, sample in enumerate(samples):
                if sample.authentic and not sample.timeless:
                    check_moments(channel, connection, sample.delivery(code), number)
    reasons.check()
    check_errands(channel, connection)
    if network is not None:
        check_fetching(channel, connection, network)
    check_door(module, brought, samples, options or {}, network)


def _defaults(channel: Channel) -> dict[str, Any]:
    return {option.name: option.default for option in channel.options}


def _check_choices(module: ModuleType, code: str) -> Vocabulary:
    """Refuse a source, a contact or a transport that nobody knows: it would be found out by the first delivery."""
    office = app(module)
    with office.session() as session:
        known = session.records.vocabulary
    for problem in find_strangers("channels", [one for one in office.host.channels() if one.item.code == code], known.codes):
        raise problem
    return known


def _check_words(module: ModuleType, channel: Channel) -> None:
    plugin = plugin_of(module)
    wanted = [("channel", channel.code), *(("option", f"{channel.code}.{option.name}") for option in channel.options)]
    for lang in plugin.manifest.languages if plugin.manifest else ():
        for section, key in wanted:
            require(plugin.catalogue().section(lang, section).get(key), f"the words {section}.{key} are missing in {lang}")


def _check_sample(channel: Channel, connection: Connection, sample: ChannelSample, number: int) -> Sequence[Envelope]:
    """Check a sample by itself, and return what it tells."""
    secrets = [one.name for one in channel.options if one.kind.value == "secret"]
    delivery = sample.delivery(connection.name)
    require(len(delivery.body) <= channel.most_bytes, f"sample {number} is larger than most_bytes")
    refusal = check_reason(channel.verify(delivery, connection), f"sample {number}")
    require(bool(refusal) != sample.authentic, f"sample {number}: verify said {refusal!r}")
    check_refusal(connection, secrets, refusal, number)
    if not sample.authentic:
        return ()
    check_heads(channel, connection, delivery, number)
    if sample.signed:
        check_changed(channel, connection, delivery, number)
        check_signature(channel, connection, delivery, random.Random(number), number)  # noqa: S311  # no secret
    if sample.tolerance is not None:
        check_clock(channel, connection, delivery, sample.tolerance, number)
    check_comparing(channel, connection, delivery, number)
    if not sample.readable:
        try:
            channel.parse(delivery, connection)
        except Unreadable:
            return ()
        require(False, f"sample {number} was read and should not be readable")  # the condition
    envelopes = check_envelopes(channel.parse(delivery, connection), f"sample {number}")
    require(len(envelopes) == sample.envelopes, f"sample {number} tells of {len(envelopes)}, not of {sample.envelopes}")
    broken = sum(bool(one.broken or one.aside) for one in envelopes)
    require(broken == sample.broken, f"sample {number} has {broken} that can't be read or are about nobody, not {sample.broken}")
    require(envelopes == tuple(channel.parse(delivery, connection)), f"sample {number} reads differently the second time")
    check_untold(connection, secrets, envelopes, number)
    check_replies(channel, connection, delivery, number)
    check_members(channel, connection, delivery, number)
    check_encodings(channel, connection, delivery, number)
    check_unknown(channel, connection, delivery, number)
    check_parts(channel, connection, delivery, sample.parts, number)
    for one, other in combinations(envelopes, 2):
        require(not one.key or one.key != other.key, f"sample {number}: two envelopes have the key {one.key!r}")
        apart = one.contacts and other.contacts and not set(one.contacts) & set(other.contacts)
        same = apart and one.native_id == other.native_id != ""
        require(not same, f"sample {number}: two people have the native_id {one.native_id!r}, and would be one lead")
    return envelopes


def _check_spoilt(channels: tuple[Channel, Channel], connection: Connection, sample: ChannelSample, dice: random.Random) -> None:
    """Feed cut, changed and doubled bytes, to the watched channel first: what is wrong is `Unreadable`, and only for `parse`."""
    for place, body in enumerate(_spoilt(sample.body, dice)):
        channel = channels[place >= _WATCHED]
        delivery = attrs.evolve(sample, body=body).delivery(connection.name)
        answering = {"respond": channel.respond, "tell": channel.tell}
        answers = {_answering(one): name for name, one in answering.items() if one is not None}
        calls: list[Any] = [channel.verify, channel.parse, channel.challenge, channel.redact, *answers]
        for what in filter(None, calls):
            try:
                done = what(*([body] if what is channel.redact else [delivery, connection]))
            except ImpureError:
                raise
            except Exception as error:
                if what is channel.parse and isinstance(error, Unreadable):
                    continue
                wanted = " instead of Unreadable" if what is channel.parse else ""
                name = answers.get(what) or what.__name__
                complaint = f"{name} raised {type(error).__name__}{wanted} for {body[:200]!r}"
                raise AssertionError(complaint) from error
            if what is channel.parse:
                check_envelopes(done, f"{body[:200]!r}")
            elif what is channel.verify:
                check_reason(done, f"{body[:200]!r}")


def _answering(answer: Callable[[Delivery, Connection, Sequence[Any]], Reply]) -> Callable[[Delivery, Connection], Reply]:
    return lambda delivery, connection: answer(delivery, connection, ())


def _spoilt(body: bytes, dice: random.Random) -> Iterator[bytes]:
    yield from (b"", b"\x00", b"\xff\xfe", b"[]", b"{}", b"null", b"0", b"<a/>", b'{"a": 1e400}', b"[" * 500, body + body)
    yield from (body.decode("utf-8", "replace").encode(encoding, "replace") for encoding in ("gb18030", "utf-16", "utf-8-sig"))
    for _ in range(_SPOILINGS):
        spoilt = bytearray(body)
        for _ in range(dice.randint(1, 6)):
            place = dice.randrange(len(spoilt) + 1)
            match dice.randrange(3):
                case 0:
                    del spoilt[place : place + dice.randint(1, 40)]
                case 1:
                    spoilt[place:place] = bytes(dice.randrange(256) for _ in range(dice.randint(1, 4)))
                case _:
                    spoilt = spoilt[:place] if place else spoilt
        yield bytes(spoilt)
