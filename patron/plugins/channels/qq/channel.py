"""
Reading what a QQ bot is told: messages, and people who add it.

The bot's secret makes a pair of keys, with which QQ signs what it sends and with which we prove, when the address is entered,
that we know the secret. What we are asked to sign then must not be a message, or whoever asks could sign messages with it.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from patron import (
    Channel,
    ChannelOption,
    Connection,
    ConsentSaid,
    Contact,
    Delivery,
    Envelope,
    EnvelopeKind,
    OptionKind,
    Outcome,
    Reason,
    Reply,
    Unreadable,
    as_text,
    read_json,
    read_time,
)

_EXTRA = "QQ's signatures need the extra: pip install 'patron[channels]'"
_ASKED = 13
_EVENT = 0
_ACKNOWLEDGED = 12
_PERSON = {
    "C2C_MESSAGE_CREATE": ("author.user_openid", EnvelopeKind.MESSAGE),
    "GROUP_AT_MESSAGE_CREATE": ("author.member_openid", EnvelopeKind.MESSAGE),
    "FRIEND_ADD": ("openid", EnvelopeKind.LEAD),
    "FRIEND_DEL": ("openid", EnvelopeKind.MESSAGE),
    "C2C_MSG_REJECT": ("openid", EnvelopeKind.MESSAGE),
    "C2C_MSG_RECEIVE": ("openid", EnvelopeKind.MESSAGE),
}
"""Event → where the person's id stands, and what it tells."""
_SAID: Mapping[str, tuple[str, tuple[str | None, ...]]] = {
    "C2C_MSG_REJECT": ("withdrawn", (None,)),
    "C2C_MSG_RECEIVE": ("granted", (None,)),
    "FRIEND_ADD": ("granted", ("sales", "service", "relationship")),
    "FRIEND_DEL": ("withdrawn", (None,)),
}
"""
Event → what the person said about being written to, and for what: they turn messages of the bot off, and on again; who adds it is
no reader of advertising, and who removes it wants nothing more.
"""


def _key(secret: str) -> Any:
    """Return the bot's private key: its secret, repeated to 32 bytes, is the seed."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    seed = secret.encode()
    return Ed25519PrivateKey.from_private_bytes((seed * (32 // len(seed) + 1))[:32])


def challenge(delivery: Delivery, connection: Connection) -> Reply | None:
    """Answer QQ's question whether we know the secret; None for any other request."""
    try:
        said = read_json(delivery.body)
    except Unreadable:
        return None
    asked = said.get("d") if isinstance(said, dict) and said.get("op") == _ASKED else None
    if not isinstance(asked, dict):
        return None
    token, sent = as_text(asked.get("plain_token")), as_text(asked.get("event_ts"))
    if not re.fullmatch(r"[A-Za-z0-9]{1,64}", token) or not re.fullmatch(r"[0-9]{1,15}", sent):
        return Reply(status=403)
    try:
        signature = _key(str(connection.options["secret"])).sign((sent + token).encode()).hex()
    except ImportError:
        return Reply(status=501, body=_EXTRA.encode())
    body = json.dumps({"plain_token": token, "signature": signature}).encode()
    return Reply(body=body, content_type="application/json")


def verify(delivery: Delivery, connection: Connection) -> str:
    """Return "" where time and body are signed with the bot's key, else why they aren't authentic."""
    if not delivery.method:
        return ""
    sent = delivery.headers.get("x-signature-timestamp", "")
    if not re.fullmatch(r"[0-9]{1,11}", sent):
        return "payloads.no_timestamp"
    late = delivery.received_at.timestamp() - int(sent)
    if abs(late) > connection.options["tolerance"]:
        return Reason("payloads.late" if late > 0 else "payloads.early", seconds=round(abs(late)))
    try:
        from cryptography.exceptions import InvalidSignature

        public = _key(str(connection.options["secret"])).public_key()
    except ImportError:
        return "reason.extra"
    try:
        public.verify(bytes.fromhex(delivery.headers.get("x-signature-ed25519", "")), sent.encode() + delivery.body)
    except (InvalidSignature, ValueError):
        return "payloads.wrong_signature"
    return ""


def parse(delivery: Delivery, connection: Connection) -> Sequence[Envelope]:
    """
    Return the envelope of a message, or of somebody who added or removed the bot; none of other events.

    Raises:
        Unreadable: it is no event of a bot, or has no person.
    """
    said = read_json(delivery.body)
    if not isinstance(said, dict) or not isinstance(said.get("d"), dict) or said.get("op") not in {_EVENT, _ASKED}:
        raise Unreadable("reason.no_event")
    found = _PERSON.get(as_text(said.get("t")))
    if found is None:
        return []
    (path, kind), told = found, said["d"]
    outer, _, inner = path.rpartition(".")
    author = told.get(outer) if outer else told
    person = as_text(author.get(inner)) if isinstance(author, dict) else ""
    if not person:
        raise Unreadable("reason.no_person")
    text, files = as_text(told.get("content")), told.get("attachments")
    envelope = Envelope(
        key=as_text(told.get("id") or said.get("id")),
        kind=kind,
        at=read_time(told.get("timestamp"), connection.zone),
        contacts=(Contact(scheme="external", written=f"qq:{person}"),),
        interaction={"note": text} if text else {},
        consents=_consents(as_text(said["t"])),
        remarks=tuple(_remarks(as_text(said["t"]), files if isinstance(files, list) else [])),
    )
    return [envelope]


def _consents(event: str) -> tuple[ConsentSaid, ...]:
    decision, purposes = _SAID.get(event, ("", ()))
    return tuple(
        ConsentSaid(decision=decision, channel="im", purpose=purpose, evidence=event, given_by="provider") for purpose in purposes
    )


def _remarks(event: str, files: Sequence[Any]) -> Iterator[str]:
    if event == "FRIEND_DEL":
        yield Reason("reason.removed")
    yield from (f"📎 {as_text(one.get('filename') or one.get('content_type'))}" for one in files if isinstance(one, dict))


def respond(delivery: Delivery, connection: Connection, outcomes: Sequence[Outcome]) -> Reply:
    """Acknowledge in the bot's own way; 401 to who is not QQ."""
    if Outcome.REJECTED in outcomes:
        return Reply(status=401)
    return Reply(body=json.dumps({"op": _ACKNOWLEDGED}).encode(), content_type="application/json")


CHANNEL = Channel(
    code="qq",
    source="qq",
    contact="im",
    parse=parse,
    verify=verify,
    challenge=challenge,
    respond=respond,
    options=(
        ChannelOption(name="secret", kind=OptionKind.SECRET, required=True),
        ChannelOption(name="tolerance", kind=OptionKind.INTEGER, default=300, least=0),
    ),
    most_bytes=256 * 1024,
)
