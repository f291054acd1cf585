"""
What a text file is written in: UTF-8, with or without a mark; UTF-16 with one; GB18030 where its text makes sense; else what the
detector takes it for, if it is sure.

GB18030 can decode nearly anything, so that decoding alone proves nothing: what it decodes must be made of the characters that
Chinese is written with. A few damaged or foreign lines don't change what a file is; they are refused one by one.
"""

import codecs
from collections.abc import Iterable

from patron.core.errors import InputError, UsageError

SAMPLE = 2**20
"""Bytes that are looked at, from the beginning."""

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_MOSTLY = 0.8
_LEAST_SENSE = 0.75
_LEVEL_ONE = range(0xB0, 0xD8)
"""First bytes of the 3,755 characters in daily use; GB 2312 has signs and punctuation before them."""

_TRUSTED = {
    "big5",
    "big5hkscs",
    "shift_jis",
    "cp932",
    "euc_jp",
    "euc_kr",
    "cp949",
    "cp1252",
    "cp1250",
    "cp1251",
    "latin_1",
    "utf_16",
}


def detect_encoding(file: str, pieces: Iterable[bytes], asked: str | None = None) -> str:
    """
    Return the encoding of a text file, a name of Python's codecs; `utf-8` for plain ASCII, too.

    Args:
        file: what messages call it.
        pieces: its bytes; only the beginning is read.
        asked: what the user says it is.

    Raises:
        InputError: it can't be told.
        UsageError: there is no encoding of the name *asked*.
    """
    if asked is not None:
        return _checked(asked)
    sample = _beginning(pieces)
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return name
    lines = [line for line in sample.split(b"\n") if not line.isascii()]
    if sum(_decodes(line, "utf-8") for line in lines) >= _MOSTLY * len(lines):
        return "utf-8"
    if _makes_sense([line for line in lines if not _decodes(line, "utf-8")]):
        return "gb18030"
    return _detected(file, sample)


def _checked(asked: str) -> str:
    try:
        name = codecs.lookup(asked).name
        "a".encode(name)  # refuses codecs such as base64, which turn bytes into bytes
    except (LookupError, TypeError, ValueError, UnicodeError):
        raise UsageError("source.unknown_encoding", encoding=asked[:40]) from None
    return {"utf-8-sig": "utf-8", "gbk": "gb18030", "gb2312": "gb18030"}.get(name, name)


def _beginning(pieces: Iterable[bytes]) -> bytes:
    sample = bytearray()
    for piece in pieces:
        sample += piece
        if len(sample) >= SAMPLE:
            return bytes(sample[: sample.rfind(b"\n") + 1] or sample)
    return bytes(sample)


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _makes_sense(lines: list[bytes]) -> bool:
    """Say whether lines, read as GB18030, are mostly of everyday characters."""
    readable = [line.decode("gb18030") for line in lines if _decodes(line, "gb18030")]
    if len(readable) < _MOSTLY * len(lines):
        return False
    characters = [one for line in readable for one in line if one > "\x7f"]
    return sum(map(_is_everyday, characters)) >= _LEAST_SENSE * len(characters)


def _is_everyday(character: str) -> bool:
    code = character.encode("gb18030", "replace")
    return len(code) == 2 and code[1] >= 0xA1 and (code[0] in _LEVEL_ONE or code[0] in (0xA1, 0xA3))


def _detected(file: str, sample: bytes) -> str:
    from charset_normalizer import from_bytes  # loaded for the rare file that is none of the above

    best = from_bytes(sample[: 2**16]).best()
    if best is None or best.encoding not in _TRUSTED or best.chaos > 0.1:
        raise InputError("exchange.unknown_encoding", file=file)
    return best.encoding
