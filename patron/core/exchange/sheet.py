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
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from patron.core.errors import UsageError
from patron.core.files import atomic_target
from patron.core.formulas import guard

Out = str | Decimal
"""A cell: text, or a number."""

_PHONE = re.compile(r"\+[0-9]{7,15}(;\+[0-9]{7,15})*")
_EXACT = 15
"""Digits that a cell of a workbook keeps."""


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
            self._writer.writerows(
                [format(cell, "f") if isinstance(cell, Decimal) else guard(cell) for cell in row] for row in rows
            )
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
        self._last = -1
        self._book: Any = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False})
        self._sheet: Any = self._book.add_worksheet(title[:31] or None)
        self._bold: Any = self._book.add_format({"bold": True})
        # Excel's own way to say "this is text", which shows nothing.
        self._quoted: Any = self._book.add_format({"quote_prefix": True})

    def header(self, names: Sequence[str]) -> None:
        """Write the names of the columns."""
        for place, name in enumerate(names):
            self._sheet.write_string(0, place, guard(name), self._bold)
        self._sheet.freeze_panes(1, 0)
        self._last = len(names) - 1

    def rows(self, rows: Sequence[Sequence[Out]]) -> None:
        """Write rows."""
        for row in rows:
            self.count += 1
            for place, cell in enumerate(row):
                self._write(place, cell)

    def _write(self, place: int, cell: Out) -> None:
        if isinstance(cell, Decimal):
            if len(cell.as_tuple().digits) <= _EXACT:
                self._sheet.write_number(self.count, place, cell)
            else:
                self._sheet.write_string(self.count, place, format(cell, "f"), self._quoted)
        elif _PHONE.fullmatch(cell):
            self._sheet.write_string(self.count, place, cell, self._quoted)
        elif cell:
            self._sheet.write_string(self.count, place, guard(cell))

    def close(self) -> None:
        """Write the file, with a filter over its columns."""
        if self._last >= 0:
            self._sheet.autofilter(0, 0, self.count, self._last)
        self._book.close()


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
