"""
What comes by mail and is none: messages of a mailbox in one file, and a lead in XML that a portal put into a message.
"""

import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

import attrs

from patron import Connection, Delivery
from patron.plugins.channels.mail import message as mail

_BEGIN = re.compile(rb"From \S.*\d{4}\s*$")
"""Of a message in an mbox: `From who@example.com Tue Dec 30 18:00:00 2025`."""
_QUOTED = re.compile(rb">+From ")
_MARKUP = re.compile(r"<\?(?:xml|adf)\b|<adf\b", re.IGNORECASE)
_TYPES = ("application/x-adf+xml", "text/xml", "application/xml")
_ENDINGS = (".adf", ".xml")


def split(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the messages of an mbox; a file that is none is one message."""
    lines: list[bytes] = []
    blank, several = True, False
    for line in stream:
        if blank and _BEGIN.match(line) and (several or not lines):
            if lines:
                yield b"".join(lines)
            lines, several = [], True
        else:
            lines.append(line[1:] if several and _QUOTED.match(line) else line)
        blank = not line.strip()
    if lines or not several:
        yield b"".join(lines)


def unwrap(delivery: Delivery, connection: Connection) -> Sequence[Delivery]:
    """Return what XML a message has: attached, as its text, or written out in HTML."""
    found = (*mail.attached(mail.read_message(delivery.body), _TYPES, _ENDINGS), *_written(delivery.body))
    return [attrs.evolve(delivery, body=body, content_type="application/xml", name="") for body in found]


def _written(body: bytes) -> Iterator[bytes]:
    message = mail.read_message(body)
    for text in (mail.text_of(message), mail.html_of(message)):
        begin = _MARKUP.search(text)
        if begin:
            # In whatever encoding it came, from here on it is UTF-8.
            yield re.sub(r"^<\?xml[^>]*\?>", "", text[begin.start() : text.rfind(">") + 1]).encode("utf-8", "replace")
            return
