"""
Files that an export is written to: CSV and Excel, whole or not at all.

Spreadsheets run text that begins as a formula does, so such text is guarded (`patron.core.formulas`); an import takes the guard
off again. Numbers are numbers and need none. In a workbook text is typed as text, and a phone number shows as it is.
"""

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from unicodedata import east_asian_width

from patron.core.errors import UsageError
from patron.core.files import atomic_target
from patron.core.formulas import guard

Out = str | Decimal | date
"""A cell: text, a number, a day, or a time of the clock (a `datetime` without a zone)."""

_PHONE = re.compile(r"\+[0-9]{7,15}(;\+[0-9]{7,15})*")
_EXACT = 15
"""Digits that a cell of a workbook keeps."""

_FIRST_YEAR = 1900
_ARROW = 3
"""Characters that the button of a column's filter covers."""

_WIDEST = 50
"""Characters of a column of a workbook; what is longer is read in its cell."""


class RowWriter(Protocol):
    """Takes the rows of an export."""

    @property
    def count(self) -> int:
        """How many rows were written."""

    def header(self, names: Sequence[str]) -> None:
        """Write the names of the columns."""

    def rows(self, rows: Sequence[Sequence[Out]]) -> None:
        """Write rows."""


class CsvWriter:
    """
    Writes CSV.

    Args:
        stream: where to; it stays its owner's, who closes it.
        encoding: a codec of Python.

    Attributes:
        count: how many rows were written.

    Raises:
        UsageError: there is no such encoding of text.
    """

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self.count = 0
        self._encoding = encoding
        try:
            "".encode(encoding)  # a codec that makes bytes of bytes is refused, too
        except LookupError as error:
            raise UsageError("source.unknown_encoding", encoding=encoding[:40]) from error
        self._text = codecs.getwriter(encoding)(stream)
        self._writer = csv.writer(self._text)

    def header(self, names: Sequence[str]) -> None:
        """
        Write the names of the columns.

        Raises:
            UsageError: the encoding has no sign for something.
        """
        self._write([names])

    def rows(self, rows: Sequence[Sequence[Out]]) -> None:
        """
        Write rows.

        Raises:
            UsageError: the encoding has no sign for something.
        """
        self._write(rows)
        self.count += len(rows)

    def _write(self, rows: Sequence[Sequence[Out]]) -> None:
        try:
            self._writer.writerows([_text(cell) for cell in row] for row in rows)
        except UnicodeEncodeError as error:
            got = str(error.object)[error.start : error.end][:20]
            raise UsageError("exchange.not_encodable", encoding=self._encoding, got=got) from error

    def close(self) -> None:
        """Write what the encoding itself needs at the end of a text."""
        self._text.reset()


class WorkbookWriter:
    """
    Writes an Excel workbook.

    Args:
        path: the file.
        title: the name of its sheet.

    Attributes:
        count: how many rows were written.
    """

    def __init__(self, path: Path, title: str = "") -> None:
        try:
            import xlsxwriter
        except ImportError as error:
            raise UsageError("exchange.no_excel", file=str(path)) from error
        self.count = 0
        self._widths: list[int] = []
        self._book: Any = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False})
        self._sheet: Any = self._book.add_worksheet(title[:31] or None)
        self._bold: Any = self._book.add_format({"bold": True})
        self._day: Any = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._time: Any = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        # Excel's own way to say "this is text", which shows nothing.
        self._quoted: Any = self._book.add_format({"quote_prefix": True})

    def header(self, names: Sequence[str]) -> None:
        """Write the names of the columns."""
        for place, name in enumerate(names):
            self._sheet.write_string(0, place, guard(name), self._bold)
        self._sheet.freeze_panes(1, 0)
        self._widths = [_width(name) + _ARROW for name in names]

    def rows(self, rows: Sequence[Sequence[Out]]) -> None:
        """Write rows."""
        for row in rows:
            self.count += 1
            for place, cell in enumerate(row):
                self._write(place, cell)
                self._widths[place] = max(self._widths[place], _width(cell))

    def _write(self, place: int, cell: Out) -> None:
        if isinstance(cell, Decimal):
            if len(cell.as_tuple().digits) <= _EXACT:
                self._sheet.write_number(self.count, place, cell)
            else:
                self._sheet.write_string(self.count, place, format(cell, "f"), self._quoted)
        elif isinstance(cell, date):
            self._write_date(place, cell)
        elif _PHONE.fullmatch(cell):
            self._sheet.write_string(self.count, place, cell, self._quoted)
        elif cell:
            self._sheet.write_string(self.count, place, guard(cell))

    def _write_date(self, place: int, cell: date) -> None:
        # Excel counts days from 1900, wrongly until March of that year.
        if cell.year <= _FIRST_YEAR:
            self._sheet.write_string(self.count, place, _text(cell))
        elif isinstance(cell, datetime):
            # It shows no fractions of a second and keeps few: an import knows a time by its second.
            self._sheet.write_datetime(self.count, place, cell.replace(microsecond=0), self._time)
        else:
            self._sheet.write_datetime(self.count, place, cell, self._day)

    def close(self) -> None:
        """Write the file, with a filter over its columns, which are as wide as what stands in them."""
        for place, width in enumerate(self._widths):
            self._sheet.set_column(place, place, min(width, _WIDEST) + 1)
        if self._widths:
            self._sheet.autofilter(0, 0, self.count, len(self._widths) - 1)
        self._book.close()


def _width(cell: Out) -> int:
    """Return about how many characters wide a cell is; those of Chinese are two wide."""
    if isinstance(cell, datetime):
        return len("yyyy-mm-dd hh:mm:ss")
    text = _text(cell)
    return len(text) if text.isascii() else sum(2 if east_asian_width(one) in "WF" else 1 for one in text[:_WIDEST])


def _text(cell: Out) -> str:
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "auto" if cell.second or cell.microsecond else "minutes")
    return cell.isoformat() if isinstance(cell, date) else guard(cell)


@contextmanager
def writing_to(path: Path, encoding: str = "utf-8-sig", title: str = "") -> Iterator[RowWriter]:
    """
    Give what writes rows to a file; the file takes its name when the block ends well. A workbook's sheet is called *title*.

    Raises:
        OutputError: it can't be written.
        UsageError: the ending is neither .csv nor .xlsx, or an extra is missing.
    """
    ending = path.suffix.lower()
    if ending not in {".csv", ".xlsx"}:
        raise UsageError("exchange.bad_target", path=str(path))
    with atomic_target(path) as draft:
        if ending == ".xlsx":
            book = WorkbookWriter(draft, title)
            yield book
            book.close()
        else:
            with draft.open("wb") as stream:
                text = CsvWriter(stream, encoding)
                yield text
                text.close()
