"""
Mail as it really is: headers in any encoding, bodies that say GB2312 and mean more, HTML without a plain text, and robots.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from patron import Unreadable, key_of_parts, read_html

_MOST_PARTS = 200
"""A mail is no archive: no program of mail writes so many, and each is a part of the message's bytes, which are bounded."""
_FAMILIES = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030", "936": "gb18030", "us-ascii": "utf-8"}
_ROBOTS = re.compile(r"(?:mailer-daemon|postmaster)@", re.IGNORECASE)
_BULK = {"bulk", "list", "junk", "auto_reply"}
_ABSENT = re.compile(
    r"(?:自动[回答]复|自動(?:回覆|回應|答覆)|auto(?:matic)?[ -]?(?:reply|response)|out of (?:the )?office)[ \t]*[:：]",
    re.IGNORECASE,
)
"""How programs of mail begin the subject of an automatic answer, those too that say it in no header."""
_ANSWERING = ("list-id", "x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply")
_QUOTING = re.compile(
    r"^[ \t]*(?:-{2,}[ \t]*(?:Original Message|Forwarded message|原始邮件|转发邮件)"
    r"|On\b.{5,200}\bwrote:[ \t]*$|在.{5,200}写道[：:][ \t]*$)",
    re.IGNORECASE | re.MULTILINE,
)
_BRACKETED = re.compile(r"<[^<>\s]+>")


def read_message(body: bytes) -> Message:
    """
    Return a message.

    Raises:
        Unreadable: it has no sender, so it is none, or two of them; or its parts stand within parts without end.
    """
    try:
        message = message_from_bytes(body)
    except RecursionError as error:
        raise Unreadable("reason.nested") from error
    if not message.get_all("from"):
        raise Unreadable("reason.no_mail", foreign=True)
    if len(message.get_all("from", [])) > 1:
        raise Unreadable("reason.two_senders")
    return message


def header(message: Message, name: str) -> str:
    """Return a header on one line, its encoded words read; empty where it is missing."""
    found = message.get(name)
    if found is None:
        return ""
    try:
        parts = decode_header(found)
    except Exception:  # noqa: BLE001  # Base64 that is none, and whatever else a sender makes of a header
        return " ".join(str(found).split())
    texts = [one if isinstance(one, str) else decoded(one, charset) for one, charset in parts]
    return " ".join("".join(texts).split())


def decoded(body: bytes, charset: str | None) -> str:
    """Return the text of bytes, in the encoding that they really have."""
    named = (charset or "utf-8").strip("\"' ").lower()
    for encoding in (_FAMILIES.get(named, named), "utf-8", "gb18030"):
        try:
            return body.decode(encoding)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    return body.decode("utf-8", "replace")


def sender(message: Message) -> tuple[str, str]:
    """Return name and address of the person to answer to; empty where there is none."""
    for name in ("reply-to", "from"):
        for called, address in _addresses([header(message, name)]):
            if re.fullmatch(r"[^@\s]+@[^@\s]+", address):
                return ("" if called == address else called.strip("\"' ")), address
    return "", ""


def written_by(message: Message) -> frozenset[str]:
    """Return the addresses that a message says it is from, in lower case; what a sender is called is no address."""
    return frozenset(address.lower() for _, address in _addresses([header(message, "from")]))


def by_a_robot(message: Message) -> bool:
    """Return whether no person wrote it: a bounce, an automatic answer, the mail of a list."""
    if header(message, "auto-submitted").partition(";")[0].strip().lower() not in {"", "no"}:
        return True
    if header(message, "precedence").lower() in _BULK or any(message.get(name) for name in _ANSWERING):
        return True
    if _ABSENT.match(header(message, "subject")):
        return True
    return bounced(message)


def bounced(message: Message) -> bool:
    """Return whether it says that another message could not be delivered."""
    return (
        message.get_content_type() == "multipart/report"
        or header(message, "return-path") == "<>"
        or bool(_ROBOTS.match(sender(message)[1]))
    )


def addressed(message: Message) -> frozenset[str]:
    """Return the addresses that a message was written to, in lower case."""
    written = [header(message, name) for name in ("to", "delivered-to", "x-original-to")]
    return frozenset(address.lower() for _, address in _addresses(written))


def _addresses(written: Sequence[str]) -> Sequence[tuple[str, str]]:
    """Return names and addresses; none where parentheses stand within parentheses without end."""
    try:
        return getaddresses(list(written))
    except RecursionError:
        return ()


def number(message: Message) -> str:
    """Return the id of a message; empty where it is none."""
    said = header(message, "message-id")
    return said if _ids(said) == [said] else ""


def key_of(message: Message) -> str:
    """
    Return what tells a message from others, whichever way it came: its id, else when it was sent, by whom, and what it says.

    Empty where it says neither id nor time: people write the same again.
    """
    found = number(message)
    if found or sent_at(message) is None:
        return found
    return "mail:" + key_of_parts(*(header(message, name) for name in ("date", "from", "subject")), text_of(message))


def answered(message: Message, most: int) -> tuple[str, ...]:
    """Return the ids of messages that a message answers: the first of the thread, and the nearest, so many at most in all."""
    said = f"{header(message, 'references')} {header(message, 'in-reply-to')}"
    found = tuple(dict.fromkeys(_ids(said)))
    return found if len(found) <= most else (found[0], *found[len(found) - most + 1 :])


def _ids(said: str) -> list[str]:
    return [one for one in _BRACKETED.findall(said) if "@" in one[2:-2]]


def sent_at(message: Message) -> datetime | None:
    """Return when a message was sent, None where that is no time."""
    try:
        found = parsedate_to_datetime(header(message, "date"))
        return (found.replace(tzinfo=UTC) if found.tzinfo is None else found).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def text_of(message: Message) -> str:
    """Return what a message says: its plain text, else what is seen of its HTML."""
    plain = "\n".join(_bodies(message, "text/plain")).replace("\r\n", "\n").strip()
    return plain or html_of(message)


def html_of(message: Message) -> str:
    """Return what is seen of a message's HTML; empty where it has none."""
    return "\n".join(map(read_html, _bodies(message, "text/html"))).strip()


def _bodies(message: Message, kind: str) -> Iterator[str]:
    for part in _parts(message):
        body = part.get_payload(decode=True) if part.get_content_type() == kind and not _file(part) else None
        if isinstance(body, bytes):
            yield decoded(body, _charset(part))


def attached(message: Message, types: Sequence[str], endings: tuple[str, ...]) -> Iterator[bytes]:
    """Yield the bytes of the parts that are of one of some types, or whose names end so."""
    for part in _parts(message):
        if part.get_content_type() in types or _file(part).lower().endswith(endings):
            body = part.get_payload(decode=True)
            if isinstance(body, bytes):
                yield body


def files_of(message: Message) -> Iterator[str]:
    """Yield the names of what is attached."""
    for part in _parts(message):
        if name := _file(part):
            yield name


def unquoted(text: str) -> str:
    """Return what a person wrote, without what they quote below; all where nothing is left."""
    found = _QUOTING.search(text)
    own = text[: found.start()] if found else text
    lines = own.rstrip().split("\n")
    while lines and (lines[-1].startswith(">") or not lines[-1].strip()):
        lines.pop()
    return "\n".join(lines).strip() or text


def _parts(message: Message) -> Iterator[Message]:
    """Yield a message and its parts, without recursion and not without end."""
    waiting, count = [message], 0
    while waiting and count < _MOST_PARTS:
        part, count = waiting.pop(0), count + 1
        yield part
        if part.is_multipart():
            inner = part.get_payload()
            waiting[:0] = [one for one in inner if isinstance(one, Message)] if isinstance(inner, list) else []


def _charset(part: Message) -> str | None:
    try:
        return part.get_content_charset()
    except (LookupError, ValueError):
        return None


def _file(part: Message) -> str:
    try:
        name = part.get_filename()
    except Exception:  # noqa: BLE001  # a name in an encoding that is none
        return "?"
    return " ".join(str(name).split())[:200] if name else ""
