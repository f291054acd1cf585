"""
Reading mail: who writes to us becomes an envelope, and so does whom a portal writes about.

A person's mail is their sign of interest, known by the address to answer to. A portal's holds labels and values; which label is
which field is the connection's to say, for there is no standard.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from email.message import Message

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
    Unreadable,
    envelope_of,
    said_by_word,
)
from patron.plugins.channels.mail import message as mail
from patron.plugins.channels.mail.imap import MOST_BYTES, fetch
from patron.plugins.channels.mail.insides import split, unwrap

_TO_MANY = ("marketing", "relationship")
"""For what mail goes to many; who wants no more of it may still be answered."""
_MOST_ANSWERED = 50
_ANSWERED = re.compile(r"^(?:\s*(?:re|aw|sv|回复|答复|回覆)\s*[:：])+\s*", re.IGNORECASE)


def parse(delivery: Delivery, connection: Connection) -> Sequence[Envelope]:
    """
    Return the envelope of a message; none of a bounce, an automatic answer, or the mail of a list.

    Raises:
        Unreadable: it is no mail, has two senders, or is a portal's without a label that is known.
    """
    message = mail.read_message(delivery.body)
    name, address = mail.sender(message)
    text = mail.text_of(message)
    if _is_portal(mail.written_by(message), connection.options.get("portal") or ()):
        return [_from_portal(text, message, connection)]
    said = _unsubscribed(message, text, connection)
    if mail.by_a_robot(message) and (mail.bounced(message) or not said):
        return []
    if not address:
        raise Unreadable("reason.no_address")
    answers = mail.answered(message, connection.options.get("most_answered", _MOST_ANSWERED))
    is_answer = bool(answers or mail.header(message, "in-reply-to") or mail.header(message, "references"))
    subject = mail.header(message, "subject")
    about = _ANSWERED.sub("", subject)
    written = text if connection.options.get("quoted") else mail.unquoted(text)
    envelope = Envelope(
        key=mail.key_of(message),
        kind=EnvelopeKind.MESSAGE if is_answer or said else EnvelopeKind.LEAD,
        at=mail.sent_at(message),
        contacts=(Contact(scheme="email", written=address),),
        customer={"name": name} if name else {},
        lead={"subject": about} if about else {},
        interaction={"note": "\n".join(filter(None, (subject, written)))},
        remarks=tuple(f"📎 {file}" for file in mail.files_of(message)),
        answers=answers,
        consents=said,
    )
    return [envelope]


def _unsubscribed(message: Message, text: str, connection: Connection) -> tuple[ConsentSaid, ...]:
    """Return that somebody wants no more mail to many: written to the address for that, or by subject or text alone."""
    stop = connection.options.get("stop") or ()
    ours = {one.lower() for one in connection.options.get("unsubscribe") or ()}
    subject = mail.header(message, "subject")
    if ours.intersection(mail.addressed(message)):
        return tuple(
            ConsentSaid(decision="withdrawn", channel="email", purpose=purpose, evidence=subject, given_by="message")
            for purpose in _TO_MANY
        )
    first = _ANSWERED.sub("", subject)
    return said_by_word(first, "email", _TO_MANY, stop=stop) or said_by_word(mail.unquoted(text), "email", _TO_MANY, stop=stop)


def _is_portal(addresses: Iterable[str], portals: Sequence[str]) -> bool:
    ends = tuple(mark + one.lower() for one in portals for mark in ("@", ""))
    return any(address in ends or address.endswith(ends[::2]) for address in addresses)


def _from_portal(text: str, message: Message, connection: Connection) -> Envelope:
    fields: Mapping[str, str] = connection.options.get("fields") or {}
    said: dict[str, object] = {"key": mail.key_of(message), "at": mail.sent_at(message)}
    for field, labels in fields.items():
        found = next(filter(None, (_labelled(text, label.strip()) for label in labels.split("|"))), "")
        if found:
            said[field] = found
    if set(said) == {"key", "at"}:
        raise Unreadable("reason.no_label")
    return envelope_of(said, connection.zone)


def _labelled(text: str, label: str) -> str:
    found = re.search(rf"^[ \t*•·-]*{re.escape(label)}[ \t]*[:：][ \t]*(.*)$", text, re.IGNORECASE | re.MULTILINE)
    return found[1].strip() if found else ""


CHANNEL = Channel(
    code="mail",
    source="email",
    contact="email",
    parse=parse,
    options=(
        ChannelOption(name="portal", kind=OptionKind.TEXTS, default=()),
        ChannelOption(name="fields", kind=OptionKind.TABLE),
        ChannelOption(name="quoted", kind=OptionKind.TRUTH, default=False),
        ChannelOption(name="host"),
        ChannelOption(name="port", kind=OptionKind.INTEGER, least=1),
        ChannelOption(name="security", default="tls", choices=("tls", "starttls", "none")),
        ChannelOption(name="user"),
        ChannelOption(name="secret", kind=OptionKind.SECRET),
        ChannelOption(name="login", default="password", choices=("password", "xoauth2")),
        ChannelOption(name="folder", default="INBOX"),
        ChannelOption(name="mark_seen", kind=OptionKind.TRUTH, default=False),
        ChannelOption(name="move_to"),
        ChannelOption(name="days", kind=OptionKind.INTEGER, default=7, least=0),
        ChannelOption(name="most_bytes", kind=OptionKind.INTEGER, default=MOST_BYTES, least=1),
        ChannelOption(name="together", kind=OptionKind.INTEGER, default=50, least=1),
        ChannelOption(name="together_mb", kind=OptionKind.INTEGER, default=16, least=1),
        ChannelOption(name="most_left", kind=OptionKind.INTEGER, default=1_000, least=1),
        ChannelOption(name="most_answered", kind=OptionKind.INTEGER, default=_MOST_ANSWERED, least=1),
        ChannelOption(name="stop", kind=OptionKind.TEXTS, default=()),
        ChannelOption(name="unsubscribe", kind=OptionKind.TEXTS, default=()),
    ),
    transports=("file", "mail", "poll"),
    most_bytes=MOST_BYTES,
    fetch=fetch,
    polled_with="host",
    split=split,
    unwrap=unwrap,
    threads=True,
)
