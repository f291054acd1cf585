"""
Whether a channel stays quick when somebody sends it one sign ten thousand times: a pattern that looks for the end of each anew
holds up everybody else who is served, for minutes.

Processor time is measured, not time, and the bound is fifty times what reading in one pass takes, so that a busy machine breaks
no promise.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from time import thread_time

import attrs

from patron.core.records.intake import Channel, Connection, Delivery, Unreadable
from patron.testing.checks import require

_SIGNS = (b"<![CDATA[", b"<!--", b"<a ", b"&#", b"a@", b"\n", b" \t", b'"', b"(", b"1", b"=", b"--", b"\\", b"{", b"[")
_PUNCTUATION = re.compile(rb"[!-/:-@\[-`{-~]")
_MOST = 8
"""Signs that stand in a sample the most, of which its format may be made."""
_BYTES = 64 << 10
_SECONDS = 1.0
_WORD = re.compile(rb"[A-Za-z]+")


def check_growth(channel: Channel, connection: Connection, delivery: Delivery) -> None:
    """
    Feed a channel a readable delivery with one sign again and again: behind it, and amid its longest word.

    Raises:
        AssertionError: it needs processor time that grows with the square of what is sent.
    """
    found = Counter(sign for sign in _PUNCTUATION.findall(delivery.body) if not any(sign in one for one in _SIGNS))
    for sign in dict.fromkeys((*_SIGNS, *(one for one, _ in found.most_common(_MOST)))):
        for body in _grown(delivery.body, sign * (min(_BYTES, channel.most_bytes // 2) // len(sign))):
            grown = attrs.evolve(delivery, body=body)
            for name, what in (("verify", channel.verify), ("parse", channel.parse)):
                began = thread_time()
                with suppress(Unreadable):
                    what(grown, connection)
                spent = thread_time() - began
                complaint = f"{name} takes {spent:.1f} s of processor time for {len(body) >> 10} KB with {sign!r} again and again"
                require(spent < _SECONDS, f"{complaint}: read in one pass, or refuse what is beyond measure")


def _grown(body: bytes, much: bytes) -> Iterator[bytes]:
    yield body + much
    words = [found.span() for found in _WORD.finditer(body)]
    if words:
        begin, end = max(words, key=lambda span: span[1] - span[0])
        middle = (begin + end) // 2
        yield body[:middle] + much + body[middle:]
