"""
Reading what Twilio sends: text messages, and calls when they have ended.

A signature covers the address that was called, so behind a proxy the address that the world sees is the connection's to say. It
has no time in it: what is sent again is known by its Sid alone.
"""

import re
from collections.abc import Mapping, Sequence

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
    said_by_word,
)
from patron.plugins.channels.twilio.signing import fields_of, verify

_ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
_TOLD = {"STOP": "withdrawn", "START": "granted"}
"""What Twilio's own opt-out says → what the person said."""
_NOBODY = "+266696687"
"""What Twilio writes for a caller who hides: ANONYMOUS on a telephone's keys."""


def parse(delivery: Delivery, connection: Connection) -> Sequence[Envelope]:
    """
    Return the envelope of a text message, or of a call that has ended; none of one that goes on.

    Raises:
        Unreadable: it is neither.
    """
    said = fields_of(delivery)
    if number := said.get("MessageSid") or said.get("SmsSid"):
        return [_message(number, said, connection)] if "From" in said else []
    if number := said.get("CallSid"):
        return [_call(number, said, int(connection.options.get("seconds") or 0))] if said.get("CallStatus") in _ENDED else []
    raise Unreadable("reason.no_sid")


def _message(number: str, said: Mapping[str, str], connection: Connection) -> Envelope:
    files = [value for name, value in said.items() if re.fullmatch(r"MediaContentType\d{1,2}", name)]
    return Envelope(
        key=number,
        kind=EnvelopeKind.MESSAGE,
        contacts=_contacts(said.get("From", "")),
        lead={"source": "sms"},
        interaction={"channel": "sms", "note": said.get("Body", "")},
        remarks=tuple(f"📎 {file}" for file in files),
        consents=_consents(said, connection),
    )


def _consents(said: Mapping[str, str], connection: Connection) -> tuple[ConsentSaid, ...]:
    """Return what a message says that is a word of refusal or consent, by our lists or by what Twilio found it to be."""
    text = said.get("Body", "")
    if (found := said.get("OptOutType", "")) in _TOLD:
        return (ConsentSaid(decision=_TOLD[found], channel="sms", evidence=text or found, given_by="message"),)
    words = {name: connection.options.get(name) or () for name in ("stop", "start")}
    return said_by_word(text, "sms", **words)


def _call(number: str, said: Mapping[str, str], least: int) -> Envelope:
    inbound = said.get("Direction", "inbound") == "inbound"
    written = said.get("CallDuration", "")
    seconds = int(written) if written.isascii() and written.isdigit() and len(written) < 8 else 0
    spoken = said["CallStatus"] == "completed" and seconds >= least
    beside = {"phone_line": said.get("To" if inbound else "From", ""), "recording": said.get("RecordingUrl", "")}
    return Envelope(
        key=number,
        kind=EnvelopeKind.CALL,
        contacts=_contacts(said.get("From" if inbound else "To", "")),
        lead={"source": "phone"},
        interaction={
            "channel": "phone",
            "direction": "in" if inbound else "out",
            "duration_seconds": seconds,
            "effective": spoken,
            **{name: value for name, value in beside.items() if value},
        },
        remarks=(Reason(f"remark.{said['CallStatus'].replace('-', '_')}"),),
    )


def _contacts(written: str) -> tuple[Contact, ...]:
    """Return whose number it is; a name or short code of a sender, or a caller who hides, is nobody's."""
    number = written.strip()
    return (Contact(scheme="tel", written=number),) if _NUMBER.fullmatch(number) and number != _NOBODY else ()


def respond(delivery: Delivery, connection: Connection, outcomes: Sequence[Outcome]) -> Reply:
    """Answer in Twilio's own language that nothing is to be done; 403 to who is not Twilio."""
    if Outcome.REJECTED in outcomes:
        return Reply(status=403)
    return Reply(body=b'<?xml version="1.0" encoding="UTF-8"?><Response></Response>', content_type="text/xml; charset=utf-8")


CHANNEL = Channel(
    code="twilio",
    source="phone",
    contact="phone",
    parse=parse,
    verify=verify,
    respond=respond,
    options=(
        ChannelOption(name="secret", kind=OptionKind.SECRET, required=True),
        ChannelOption(name="url"),
        ChannelOption(name="stop", kind=OptionKind.TEXTS, default=()),
        ChannelOption(name="start", kind=OptionKind.TEXTS, default=()),
        ChannelOption(name="seconds", kind=OptionKind.INTEGER, default=10, least=0),
    ),
    most_bytes=64 * 1024,
)
