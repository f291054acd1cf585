"""
Asking a channel what a delivery tells. A channel is somebody else's code, fed with anybody's bytes; whatever it does is an
outcome.
"""

from base64 import b64decode
from collections.abc import Iterator
from hashlib import sha256

import attrs

from patron.core.errors import PatronError
from patron.core.intake.connections import Opened
from patron.core.intake.drafting import clean_text
from patron.core.intake.reasons import reason_of
from patron.core.intake.redacting import failed
from patron.core.payloads import same_secret
from patron.core.records.intake import Delivery, Envelope, Unreadable

NOT_AUTHENTIC = "intake.not_authentic"
"""The key of the problem of a delivery whose sender is not who it should be."""

TOO_LARGE = "intake.too_large"
"""The key of the problem of a delivery that is larger than its channel takes."""

_LONGEST_ID = 200


@attrs.frozen(kw_only=True)
class Read:
    """
    What a channel made of a delivery.

    Attributes:
        envelopes: what it tells.
        problem: why it could not be read; None where it could.
        foreign: whether it is nothing of the channel at all.
        known: whether it is one of the channel all the same, however broken; so is what the channel itself failed on.
    """

    envelopes: tuple[Envelope, ...] = ()
    problem: PatronError | None = None
    foreign: bool = False
    known: bool = False


def authentic(opened: Opened, delivery: Delivery) -> PatronError | None:
    """
    Return why a delivery is not to be kept: it is too large, or not authentic; None where nothing speaks against it.

    A channel that fails at it says nothing about who sends: then the problem is that of the plugin.
    """
    most = opened.channel.most_bytes
    if len(delivery.body) > most:
        return PatronError(TOO_LARGE, size=len(delivery.body), most=most)
    try:
        reason = _lacking_bearer(opened, delivery) or opened.channel.verify(delivery, opened.connection)
    except Unreadable as error:
        reason = error.reason
    except Exception as error:  # noqa: BLE001  # somebody else's code: an outcome, never a traceback
        return failed(opened, error)
    if not isinstance(reason, str):
        # A `return` that was forgotten lets nobody in.
        return failed(opened, TypeError(f"verify returned {type(reason).__name__}, no str"))
    return PatronError(NOT_AUTHENTIC, reason=reason_of(opened, reason)) if reason else None


def _lacking_bearer(opened: Opened, delivery: Delivery) -> str:
    """Return why a request does not show the token of its connection: as a bearer, as a password, or in the address."""
    bearer = opened.connection.bearer
    if not delivery.method:
        return ""
    if bearer is None:
        return "intake.no_bearer" if opened.channel.needs_bearer else ""
    scheme, _, shown = delivery.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        shown = _password(shown)
    return "" if same_secret(bearer, shown) or same_secret(bearer, delivery.query.get("bearer")) else "intake.wrong_bearer"


def _password(shown: str) -> str:
    """Return the password that basic authentication shows; none where it is written wrongly."""
    try:
        return b64decode(shown).decode().partition(":")[2]
    except ValueError:
        return ""


def read(opened: Opened, delivery: Delivery) -> Read:
    """
    Return the envelopes of a delivery, or why there are none; those of what is inside it, where another channel reads that.

    Where a lead inside it is broken, nothing of it is read before that is mended: none is left behind, and none becomes one of
    whoever passed it on. What is too large to be read inside it is no reason to keep what it says itself from coming in.
    """
    if problem := _too_large(opened, delivery):
        return Read(problem=problem)
    found: dict[tuple[str, str], Envelope] = {}
    broken: PatronError | None = None
    large: PatronError | None = None
    for inner, body in _insides(opened, delivery):
        if problem := _too_large(inner, body):
            large = large or problem
            continue
        guests = _read(inner, body)
        broken = broken or (guests.problem if guests.known else None)
        for one in _guests(inner, guests):
            # Attached and written out below it, the same is the same.
            found.setdefault((one.key, one.native_id) if one.key or one.native_id else ("", str(len(found))), one)
    if broken is not None:
        return Read(problem=broken)
    if found:
        return Read(envelopes=tuple(found.values()))
    whole = _read(opened, delivery)
    return whole if large is None or whole.envelopes or whole.problem else Read(problem=large)


def _too_large(opened: Opened, delivery: Delivery) -> PatronError | None:
    size, most = len(delivery.body), opened.channel.most_bytes
    return PatronError("intake.too_large_kept", size=size, most=most) if size > most else None


def _insides(opened: Opened, delivery: Delivery) -> Iterator[tuple[Opened, Delivery]]:
    """Yield what is inside a delivery, with each channel that may read it."""
    if opened.channel.unwrap is None or not opened.inside:
        return
    try:
        found = tuple(opened.channel.unwrap(delivery, opened.connection))
    except Exception:  # noqa: BLE001  # its own channel reads it as a whole, and says what is wrong with it
        return
    yield from ((inner, body) for body in found for inner in opened.inside)


def _guests(inner: Opened, guests: Read) -> Iterator[Envelope]:
    """Yield the envelopes of what is inside a delivery, as they would be by themselves."""
    channel = inner.channel
    for one in guests.envelopes:
        source = {} if inner.connection.source else {"source": channel.source}
        yield attrs.evolve(one, lead={**source, **one.lead}, interaction={"channel": channel.contact, **one.interaction})


def _read(opened: Opened, delivery: Delivery) -> Read:
    try:
        envelopes = tuple(opened.channel.parse(delivery, opened.connection))
    except Unreadable as error:
        problem = PatronError("intake.unreadable", reason=reason_of(opened, error.reason))
        return Read(problem=problem, foreign=error.foreign, known=error.known)
    except Exception as error:  # noqa: BLE001  # somebody else's parser: an outcome, never a traceback
        return Read(problem=failed(opened, error), known=True)
    kinds = {type(one) for one in envelopes} - {Envelope}
    if kinds:
        return Read(problem=PatronError("intake.no_envelope", plugin=opened.plugin, got=min(kind.__name__ for kind in kinds)))
    if len(envelopes) > (most := opened.connection.most_envelopes):
        # Rows of a list may be imported, which reads nothing else.
        key = "intake.too_many_rows" if any(one.listed for one in envelopes) else "intake.too_many"
        return Read(problem=PatronError(key, count=len(envelopes), most=most, connection=opened.connection.name))
    return Read(envelopes=tuple(map(_with_ids, envelopes)))


def _with_ids(envelope: Envelope) -> Envelope:
    answers = tuple(dict.fromkeys(map(_id, envelope.answers)))
    return attrs.evolve(envelope, key=_id(envelope.key), native_id=_id(envelope.native_id), answers=answers)


def _id(written: str) -> str:
    """Return an id as it is kept: without signs that are none, and of bounded length, yet another where it was another."""
    text = clean_text(written)
    return text if len(text) <= _LONGEST_ID else f"{text[:120]}…{sha256(text.encode('utf-8', 'replace')).hexdigest()}"
