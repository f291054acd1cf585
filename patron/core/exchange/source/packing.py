"""
What must be sure of a workbook before a library opens it: that it stays within bounds however it was made.

A workbook is a zip of XML files. Its directory can lie, so that every entry is inflated here, in small pieces, and counted; the
scan stops at the first excess. The library keeps a sheet as a rectangle of all cells up to the last, so the size of that
rectangle counts, not the number of cells.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from patron.core.errors import InputError
from patron.core.exchange.source.memory import Place

MOST_ENTRIES = 2_000
MOST_BYTES = 400 * 2**20
"""Bytes of all entries together."""

RATIO = 200
"""How many times its size an entry may inflate to, beyond `FREE`; sheets of real tables come to 10 to 40."""

FREE = 4 * 2**20
MOST_CELLS = 12_000_000
"""Cells of the rectangle that holds a sheet; a million rows of twelve columns."""

_PIECE = 2**17
_OVERLAP = 64
_LOCAL = struct.Struct("<4s22xHH")
_CELL = re.compile(rb"[\s]r\s*=\s*[\"']\s*([A-Za-z]{1,7})([0-9]{1,12})\s*[\"']")
_STARTS = re.compile(rb"<(?:\w+:)?(row|c)[\s/>]")
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def check_workbook(path: Place) -> None:
    """
    Refuse a workbook that would fill the memory, or that is none.

    Raises:
        InputError: it is damaged, beyond the bounds, or has what no spreadsheet program writes.
    """
    try:
        with path.open("rb") as packed, zipfile.ZipFile(packed) as archive, path.open("rb") as file:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES:
                raise _refused(path, "entries")
            if "[Content_Types].xml" not in {entry.filename for entry in entries}:
                raise InputError("exchange.no_workbook", file=str(path), reason="[Content_Types].xml")
            _check_overlaps(path, file, entries)
            total = 0
            for entry in entries:
                total = _check_entry(path, file, entry, total)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, struct.error, ValueError, NotImplementedError) as error:
        raise InputError("exchange.no_workbook", file=str(path), reason=str(error)[:100] or type(error).__name__) from error


def _check_overlaps(path: Place, file: BinaryIO, entries: list[zipfile.ZipInfo]) -> None:
    end = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        if entry.header_offset < end:
            raise _refused(path, "overlap")
        end = _start_of(file, entry) + entry.compress_size


def _start_of(file: BinaryIO, entry: zipfile.ZipInfo) -> int:
    file.seek(entry.header_offset)
    mark, name, extra = _LOCAL.unpack(file.read(_LOCAL.size))
    if mark != b"PK\x03\x04" or entry.flag_bits & 1:
        raise zipfile.BadZipFile(entry.filename[:80])
    return entry.header_offset + _LOCAL.size + int(name) + int(extra)


def _check_entry(path: Place, file: BinaryIO, entry: zipfile.ZipInfo, total: int) -> int:
    """Inflate an entry; return the bytes of all entries so far."""
    markup = entry.filename.lower().endswith((".xml", ".rels", ".vml"))
    sheet = _Sheet() if "worksheets/" in entry.filename.lower() else None
    inflated, before = 0, b""
    for piece in _inflated(file, entry):
        inflated += len(piece)
        if total + inflated > MOST_BYTES:
            raise _refused(path, "bytes")
        if inflated > FREE and inflated > RATIO * entry.compress_size:
            raise _refused(path, "ratio")
        if markup:
            _check_markup(path, piece, before, first=inflated == len(piece))
            if sheet is not None and sheet.grow(before + piece, len(before)) > MOST_CELLS:
                raise _refused(path, "cells")
            before = piece[-_OVERLAP:]
    return total + inflated


def _check_markup(path: Place, piece: bytes, before: bytes, *, first: bool) -> None:
    # Spreadsheet programs write UTF-8 and no document type; in UTF-16 one could be hidden from the search.
    if b"\0" in piece or (first and piece.startswith((b"\xff\xfe", b"\xfe\xff", b"+/v"))):
        raise _refused(path, "markup")
    if _DOCTYPE.search(before + piece):
        raise _refused(path, "markup")


class _Sheet:
    """How far the cells of a sheet reach, told by their names where they have some, else by counting."""

    def __init__(self) -> None:
        self.rows = self.columns = 0
        self._counted_rows = self._cells = 0

    def grow(self, text: bytes, seen: int) -> int:
        """Look at more of the sheet, of which the first *seen* bytes were looked at; return the size of the rectangle."""
        for column, row in {(found[1], found[2]) for found in _CELL.finditer(text)}:
            self.columns = max(self.columns, _column(column))
            self.rows = max(self.rows, int(row))
        for found in _STARTS.finditer(text):
            if found.start() < seen and found.end() <= seen:
                continue
            if found[1] == b"row":
                self._counted_rows += 1
                self._cells = 0
            else:
                self._cells += 1
                self.columns = max(self.columns, self._cells)
        return max(self.rows, self._counted_rows) * max(self.columns, 1)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _inflated(file: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Return what an entry really holds, whatever the directory says of its size."""
    file.seek(_start_of(file, entry))
    left = entry.compress_size
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise NotImplementedError(entry.filename[:80])
    inflater = zlib.decompressobj(-15) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0:
        packed = file.read(min(left, _PIECE))
        if not packed:
            raise EOFError(entry.filename[:80])
        left -= len(packed)
        if inflater is None:
            yield packed
            continue
        while packed and not inflater.eof:
            yield inflater.decompress(packed, _PIECE)
            packed = inflater.unconsumed_tail


def _refused(path: Place, reason: str) -> InputError:
    return InputError(
        f"exchange.workbook_{reason}",
        file=str(path),
        bytes=MOST_BYTES // 2**20,
        cells=f"{MOST_CELLS:,}",
        entries=MOST_ENTRIES,
    )
