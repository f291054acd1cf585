"""
The lines of a text file, as bytes in an encoding in which a line break is a line break.
"""

import codecs
from collections.abc import Iterable, Iterator

LONGEST = 2**20
"""Bytes of a line that are kept; of a longer one, the rest is passed over, so that no file fills the memory."""

BAD = "\udc80"
"""Stands where text of UTF-16 could not be decoded; no UTF-8 decodes to it, so that the line is refused."""


def lines_of(pieces: Iterable[bytes], encoding: str) -> Iterator[tuple[int, bytes]]:
    """
    Return (where it begins in bytes, line without its line break) of every line; a lone CR ends lines where no LF does.

    Text of UTF-16 comes as UTF-8.
    """
    if encoding.replace("_", "-").startswith("utf-16"):
        pieces = _as_utf8(pieces, encoding)
    return _split(_without_mark(pieces))


def _as_utf8(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    codecs.register_error("patron.bad", lambda error: (BAD, error.end))  # type: ignore[attr-defined]  # decoding errors have one
    decoder = codecs.getincrementaldecoder(encoding)("patron.bad")
    for piece in pieces:
        yield decoder.decode(piece).encode("utf-8", "surrogatepass")
    yield decoder.decode(b"", final=True).encode("utf-8", "surrogatepass")


def _without_mark(pieces: Iterable[bytes]) -> Iterator[bytes]:
    first = True
    for piece in pieces:
        yield piece.removeprefix(codecs.BOM_UTF8) if first else piece
        first = first and not piece


def _split(pieces: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    start, rest, line_break = 0, b"", b"\n"
    for number, piece in enumerate(pieces):
        if number == 0 and b"\n" not in piece and b"\r" in piece:
            line_break = b"\r"
        *lines, rest = (rest + piece).split(line_break) if len(rest) <= LONGEST else _passed_over(rest, piece, line_break)
        for line in lines:
            yield start, line
            start += len(line) + 1
    if rest:
        yield start, rest


def _passed_over(rest: bytes, piece: bytes, line_break: bytes) -> list[bytes]:
    """Return what `split` would, with a first line that stays longer than is allowed and no longer."""
    _, found, tail = piece.partition(line_break)
    return [rest, *tail.split(line_break)] if found else [rest]
