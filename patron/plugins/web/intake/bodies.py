"""
Reading the body of a request within limits: of its size as it comes and as it is unpacked, of all bodies together, and of time.

Nothing is believed that a head says, and nothing is read that is known to be too much.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from patron.plugins.web.intake.answers import Refused, unavailable

Receive = Callable[[], Awaitable[Any]]

_STEP = 1 << 18
"""Bytes that are unpacked before others have their turn."""
_PACKED = {"gzip": 31, "x-gzip": 31, "deflate": 15}
"""Content coding → the format that zlib is to expect."""
_RAW = -15
"""What many senders take `deflate` for."""


class Gone(Exception):  # noqa: N818  # it is no fault of ours
    """Raised where the client left before its request was whole."""


class Budget:
    """
    What all bodies that are being received may take together.

    Args:
        most: bytes.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.taken = 0

    @contextmanager
    def share(self) -> Iterator["Share"]:
        """Lend room to one request, until the block ends."""
        share = Share(self)
        try:
            yield share
        finally:
            self.taken -= share.taken


class Share:
    """The room that one request takes."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self.taken = 0

    def grow(self, size: int) -> None:
        """
        Take more.

        Raises:
            Refused: there is no more.
        """
        if self._budget.taken + size > self._budget.most:
            raise unavailable("memory")
        self._budget.taken += size
        self.taken += size


async def read_body(receive: Receive, headers: Mapping[str, str], *, most: int, seconds: float, share: Share) -> bytes:
    """
    Return the body of a request, unpacked.

    Args:
        receive: gives the parts, as ASGI says.
        headers: of the request.
        most: bytes that the body may have, as it comes and unpacked.
        seconds: within which it has to be whole.
        share: the room that it takes.

    Raises:
        Refused: it is too large, too slow, or packed in a way that can't be unpacked.
        Gone: the client left.
    """
    declared = headers.get("content-length", "0")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > most:
        raise Refused(413, "too_large")
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for part in _unpacked(_parts(receive, most), headers.get("content-encoding", "")):
                if len(body) + len(part) > most:
                    raise Refused(413, "too_large")
                share.grow(len(part))
                body += part
    except TimeoutError as error:
        raise Refused(408, "slow") from error
    return bytes(body)


async def discard(receive: Receive, *, most: int, seconds: float) -> None:
    """Read on for a moment after an answer: who is still sending would else see a broken connection, and no answer."""
    try:
        async with asyncio.timeout(seconds):
            async for part in _parts(receive, most):
                most -= len(part)
                if most < 0:
                    return
    except (TimeoutError, Gone, Refused):
        return


async def _parts(receive: Receive, most: int) -> AsyncIterator[bytes]:
    """Yield the parts of a body as they come, as long as they are not too many bytes."""
    read = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        part: bytes = message.get("body", b"")
        read += len(part)
        if read > most:
            raise Refused(413, "too_large")
        if part:
            yield part
        if not message.get("more_body"):
            return


async def _unpacked(parts: AsyncIterator[bytes], coding: str) -> AsyncIterator[bytes]:
    coding = coding.strip().lower()
    if coding in ("", "identity"):
        async for part in parts:
            yield part
        return
    if coding not in _PACKED:
        raise Refused(415, "encoding", {"accept-encoding": "gzip, deflate, identity"})
    opened: Any = None
    try:
        async for part in parts:
            opened = opened or _opened(coding, part)
            rest = part
            while rest and not opened.eof:
                yield opened.decompress(rest, _STEP)
                rest = opened.unconsumed_tail
                await asyncio.sleep(0)
            if opened.unused_data or (rest and opened.eof):
                raise Refused(400, "encoding")
    except zlib.error as error:
        raise Refused(400, "encoding") from error
    if opened is not None and not opened.eof:
        raise Refused(400, "encoding")


def _opened(coding: str, first: bytes) -> Any:
    """Return what unpacks a body; `deflate` without the head that it should have is known by its first byte."""
    raw = coding == "deflate" and first[0] & 0x0F != zlib.DEFLATED
    return zlib.decompressobj(_RAW if raw else _PACKED[coding])
