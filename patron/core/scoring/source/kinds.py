"""
What a file is, told by its first bytes: a name says only what somebody took it for.

Text has no signature. Bytes that are not UTF-8 and are full of control characters, which no text has, are no text; only for the
others is an encoding worth suggesting.
"""

from codecs import getincrementaldecoder

PARQUET = b"PAR1"
FEATHER = b"ARROW1"
GZIP = b"\x1f\x8b"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")

HEAD = 4096
"""Bytes that are looked at."""

_FOREIGN = {
    b"PK\x03\x04": "spreadsheet",
    b"PK\x05\x06": "spreadsheet",
    b"\xd0\xcf\x11\xe0": "spreadsheet",
    b"PARE": "encrypted",
    b"FEA1": "old_feather",
    b"\xff\xff\xff\xff": "arrow_stream",
    b"BZh": "compressed",
    b"\x28\xb5\x2f\xfd": "compressed",
    b"\x04\x22\x4d\x18": "compressed",
    b"\xfd7zXZ": "compressed",
    b"7z\xbc\xaf": "compressed",
    b"Rar!\x1a\x07": "compressed",
    b"SQLite format 3": "database",
    b"%PDF": "no_table",
    b"\x89PNG": "no_table",
    b"\xff\xd8\xff": "no_table",
    b"\x89HDF": "no_table",
    b"Obj\x01": "no_table",
}
"""First bytes of what can't be read → the message that says what to do instead."""

_MARKUP = (b"<!doctype", b"<html", b"<?xml")
_JSON = (b'{"', b'[{"')
_CONTROLS = frozenset(range(0x20)) - frozenset(b"\t\n\v\f\r\x1a\x1b")
_MOST_CONTROLS = 1 / 50


def foreign(head: bytes) -> str | None:
    """Return the message for a file that is of another kind than can be read; None for one that may be text."""
    for magic, key in _FOREIGN.items():
        if head.startswith(magic):
            return f"source.{key}"
    begin = b"".join(head[:80].removeprefix(b"\xef\xbb\xbf").split()).lower()
    if begin.startswith(_MARKUP):
        return "source.markup"
    return "source.json" if begin.startswith(_JSON) else None


def packed(head: bytes) -> str | None:
    """Return the message for what gzip packs, where it is not text."""
    return "source.packed_table" if head.startswith((PARQUET, FEATHER)) else foreign(head)


def no_text(head: bytes) -> str | None:
    """Return the message for bytes without a mark that are no text in any encoding that is worth a guess; else None."""
    try:
        getincrementaldecoder("utf-8")().decode(head)  # the last character may be cut off
    except UnicodeDecodeError:
        controls = sum(byte in _CONTROLS for byte in head)
        return _binary(head) if controls > len(head) * _MOST_CONTROLS else None
    return _binary(head) if b"\x00" in head.partition(b"\n")[0] else None


def _binary(head: bytes) -> str:
    """Tell text in UTF-16, where every other byte of a sign is zero, from bytes that are no text at all."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    text = head.decode("utf-16-le" if odd else "utf-16-be", "replace")
    likely = (even == 0) != (odd == 0) and not any(ord(character) in _CONTROLS for character in text)
    return "source.unmarked_utf16" if likely else "source.no_text"
