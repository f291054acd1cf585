"""A body is read within limits, whatever its head says."""

import asyncio
import gzip
import zlib
from collections.abc import Sequence
from typing import Any

import pytest

from patron.plugins.web.intake.answers import Refused
from patron.plugins.web.intake.bodies import Budget, Gone, discard, read_body

MOST = 1_000
BOMB = gzip.compress(gzip.compress(b"\0" * (64 << 20)))
TEXT = b"hello " * 20


def parts_of(*parts: bytes | None, more: bool = False) -> Any:
    """Return what gives the parts of a body; None for a client that leaves."""
    messages = [
        {"type": "http.disconnect"} if part is None else {"type": "http.request", "body": part, "more_body": True}
        for part in parts
    ]
    if not more:
        messages.append({"type": "http.request", "body": b"", "more_body": False})
    coming = iter(messages)

    async def receive() -> Any:
        message = next(coming, None)
        if message is None:
            await asyncio.Event().wait()  # nothing comes any more
        return message

    return receive


def read(*parts: bytes | None, more: bool = False, most: int = MOST, budget: int = 1 << 20, **headers: str) -> bytes:
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    with Budget(budget).share() as share:
        return asyncio.run(read_body(parts_of(*parts, more=more), said, most=most, seconds=0.05, share=share))


def test_parts_are_joined() -> None:
    assert read(b"ab", b"", b"cd") == b"abcd"
    assert read() == b""


@pytest.mark.parametrize(
    ("packed", "coding"),
    [
        (TEXT, "identity"),
        (gzip.compress(TEXT, mtime=0), "gzip"),
        (gzip.compress(TEXT, mtime=0), " X-GZIP "),
        (zlib.compress(TEXT), "deflate"),
        (zlib.compress(TEXT)[2:-4], "deflate"),
    ],
)
def test_what_is_packed_is_unpacked(packed: bytes, coding: str) -> None:
    """In one part, and byte by byte; `deflate` also as most senders misunderstand it."""
    assert read(packed, content_encoding=coding) == TEXT
    assert read(*(packed[place : place + 1] for place in range(len(packed))), content_encoding=coding) == TEXT


@pytest.mark.parametrize(
    ("parts", "headers", "status"),
    [
        ([b"x" * (MOST + 1)], {}, 413),
        ([b"x"] * (MOST + 1), {}, 413),
        ([], {"content_length": str(MOST + 1)}, 413),
        ([], {"content_length": "9" * 5_000}, 413),
        ([gzip.compress(b"x" * (MOST + 1), mtime=0)], {"content_encoding": "gzip"}, 413),
        ([b"x"], {"content_encoding": "br"}, 415),
        ([b"x"], {"content_encoding": "gzip, gzip"}, 415),
        ([b"no gzip"], {"content_encoding": "gzip"}, 400),
        ([gzip.compress(TEXT, mtime=0)[:-1]], {"content_encoding": "gzip"}, 400),
        ([gzip.compress(TEXT, mtime=0) + b"more"], {"content_encoding": "gzip"}, 400),
        ([gzip.compress(TEXT, mtime=0), b"more"], {"content_encoding": "gzip"}, 400),
    ],
)
def test_what_goes_beyond_is_refused(parts: Sequence[bytes], headers: dict[str, str], status: int) -> None:
    with pytest.raises(Refused) as refused:
        read(*parts, **headers)

    assert refused.value.status == status


def test_a_bomb_is_refused_before_it_goes_off() -> None:
    """64 MB in some hundred bytes: what is unpacked is counted as it comes."""
    inner = gzip.decompress(BOMB)
    with pytest.raises(Refused) as refused:
        read(inner, content_encoding="gzip", most=1 << 20)

    assert refused.value.status == 413


def test_what_never_ends_is_ended() -> None:
    """A client that sends nothing more has some time."""
    with pytest.raises(Refused) as refused:
        read(b"x", more=True)

    assert refused.value.status == 408


def test_a_client_that_leaves_is_told_nothing() -> None:
    with pytest.raises(Gone):
        read(b"x", None)


def test_all_together_have_a_limit_and_give_back_what_they_took() -> None:
    budget = Budget(100)

    async def take(size: int) -> bytes:
        with budget.share() as share:
            return await read_body(parts_of(b"x" * size), {}, most=MOST, seconds=1, share=share)

    for _ in range(3):
        assert len(asyncio.run(take(80))) == 80
        with pytest.raises(Refused) as refused:
            asyncio.run(take(101))
        assert (refused.value.status, budget.taken) == (503, 0)


@pytest.mark.parametrize("parts", [(b"x" * 2_000,), (b"x",), (None,), ()])
def test_reading_on_after_an_answer_ends(parts: tuple[bytes | None, ...]) -> None:
    asyncio.run(discard(parts_of(*parts, more=True), most=MOST, seconds=0.05))
