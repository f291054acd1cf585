"""
Excel workbooks: the rows of one sheet, their cells as they were formatted; a percent and an error are the text that is shown.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

from patron.core.errors import InputError, UsageError
from patron.core.exchange.source.broken_cells import broken_cells
from patron.core.exchange.source.headings import ANY, Located, Wanted, locate
from patron.core.exchange.source.memory import Place
from patron.core.exchange.source.packing import check_workbook
from patron.core.exchange.source.percents import as_percent, percent_cells
from patron.core.exchange.source.row import Cell, SourceRow
from patron.core.formulas import unguard
from patron.core.names import listed

_LOOKED_INTO = 50
"""Sheets that are looked into, from the first, where nobody said which is meant."""


class Workbook:
    """
    One sheet of a workbook.

    Args:
        path: where it is.
        sheet: the sheet's name; None for the first that has rows below headings that are understood, else below any.
        wanted: which headings are looked for, and where.

    Attributes:
        sheet: the name of the one that is read.
        sheets: the names of all.
        header: the headings.
        heading_row: their row.
        above: the rows above it that say something.
        untitled: columns without a heading in which something stands.
        others: of the other sheets that have rows below a header how many, where nobody said which is meant.
        blank: how many rows said nothing among those that were read.

    Raises:
        InputError: it is no workbook, is damaged, or beyond all measure; no sheet has rows below a header.
        UsageError: there is no such sheet, or row of headings; what reads workbooks is not installed.
    """

    encoding = None

    def __init__(self, path: Place, *, sheet: str | None = None, wanted: Wanted = ANY) -> None:
        try:
            from python_calamine import CalamineError, CalamineWorkbook
        except ImportError as error:
            raise UsageError("exchange.no_excel", file=str(path)) from error
        check_workbook(path)
        self._path = path
        self.blank = 0
        self.untitled: set[int] = set()
        try:
            book = (
                CalamineWorkbook.from_path(str(path)) if isinstance(path, Path) else CalamineWorkbook.from_filelike(path.open())
            )
            if sheet is not None and sheet not in book.sheet_names:
                raise UsageError("exchange.no_sheet", file=str(path), sheet=sheet[:60], known=listed(book.sheet_names))
            self.sheets = tuple(book.sheet_names)
            chosen = _first_with_rows(book, wanted) if sheet is None else (sheet, book.get_sheet_by_name(sheet))
            if chosen is None:
                raise InputError("exchange.no_sheet_with_rows", file=str(path), known=listed(self.sheets))
            name, found = chosen
            # Which sheet is meant nobody said: what the others have is told.
            self.others = {} if sheet is not None else _others(book, name)
        except CalamineError as error:
            raise InputError("exchange.no_workbook", file=str(path), reason=str(error)[:100]) from error
        self.sheet: str | None = name
        self.size = found.total_height
        self.position = 0
        self._left = found.start[1] if found.start else 0  # of rows above the first the library keeps count, of columns not
        self._percents = percent_cells(path, name)
        self._broken = broken_cells(path, name)
        self._rows = found.iter_rows()
        located = self._locate(wanted)
        self.header, self.heading_row, self.above = located.names, located.line, located.above
        self._nameless = [place for place, one in enumerate(self.header) if not one]

    def close(self) -> None:
        """Let go of the file."""
        del self._rows

    def rows(self) -> Iterator[SourceRow]:
        """Return the rows below the header."""
        width, blank = len(self.header), 0
        for cells in self._numbered():
            read = [_read(cell) for cell in cells]
            for column in self._percents.of_row(self.position):
                cell = read[column - self._left]
                if isinstance(cell, float):
                    read[column - self._left] = as_percent(cell)
            for column, error in self._broken.of_row(self.position):
                if 0 <= column - self._left < len(read):
                    read[column - self._left] = error
            if not any(map(_says, read)):
                blank += 1
                continue
            self.blank, blank = self.blank + blank, 0
            if len(read) > width or self._nameless:
                nameless = (*self._nameless, *range(width, len(read)))
                self.untitled.update(place + self._left for place in nameless if place < len(read) and _says(read[place]))
            yield SourceRow(self.position, (read + [None] * width)[:width])

    def _numbered(self) -> Iterator[Sequence[Cell]]:
        for cells in self._rows:
            self.position += 1
            yield cells

    def _locate(self, wanted: Wanted) -> Located:
        """Read down to the headings; what was read beyond them is read again."""
        drawn: list[Any] = []
        found = locate(_noted(self._rows, drawn), wanted)
        if found is None and wanted.row is not None:
            raise UsageError("exchange.no_header_row", file=str(self._path), row=wanted.row)
        if found is None:
            raise InputError("exchange.empty_sheet", file=str(self._path), sheet=self.sheet, known=listed(self.sheets))
        self._rows = chain(drawn[found.taken :], self._rows)
        self.position = found.taken
        return found


def _noted(rows: Iterator[Sequence[Cell]], drawn: list[Any]) -> Iterator[SourceRow]:
    """Yield the rows of a sheet with their numbers, and note their cells."""
    for number, cells in enumerate(rows, 1):
        drawn.append(cells)
        yield SourceRow(number, list(map(_read, cells)))


def _first_with_rows(book: Any, wanted: Wanted) -> tuple[str, Any] | None:
    """Return the first sheet with rows below headings that are understood; else the first with rows at all."""
    first: tuple[str, Any] | None = None
    for name in book.sheet_names[:_LOOKED_INTO]:
        sheet = book.get_sheet_by_name(name)
        if _has_rows(sheet):
            found = locate(_noted(iter(sheet.iter_rows()), []), wanted)
            if wanted.knows is None or (found is not None and any(map(wanted.knows, found.names))):
                return name, sheet
            first = first or (name, sheet)
    return first


def _others(book: Any, name: str) -> dict[str, int]:
    """Return how many rows that say something the other sheets have below a header."""
    filled = {
        one: sum(any(map(_says, row)) for row in book.get_sheet_by_name(one).iter_rows()) - 1
        for one in book.sheet_names
        if one != name
    }
    return {one: rows for one, rows in filled.items() if rows > 0}


def _has_rows(sheet: Any) -> bool:
    """Say whether a sheet has a row below its first one that says something."""
    filled = (True for row in sheet.iter_rows() if any(map(_says, row)))
    return len(tuple(islice(filled, 2))) == 2


def _says(cell: Cell) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def _read(cell: Cell) -> Cell:
    return unguard(cell) if isinstance(cell, str) else cell
