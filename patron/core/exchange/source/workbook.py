"""
Excel workbooks: the rows of one sheet, their cells as they were formatted; a percent and an error are the text that is shown.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from patron.core.errors import InputError, UsageError
from patron.core.exchange.source.broken_cells import broken_cells
from patron.core.exchange.source.memory import Place
from patron.core.exchange.source.packing import check_workbook
from patron.core.exchange.source.percents import as_percent, percent_cells
from patron.core.exchange.source.row import Cell, SourceRow
from patron.core.formulas import unguard
from patron.core.names import listed


class Workbook:
    """
    One sheet of a workbook.

    Args:
        path: where it is.
        sheet: the sheet's name; None for the first that has rows below a header.

    Attributes:
        sheet: the name of the one that is read.
        sheets: the names of all.
        others: of the other sheets that have rows below a header how many, where nobody said which is meant.
        blank: how many rows said nothing among those that were read.

    Raises:
        InputError: it is no workbook, is damaged, or beyond all measure; no sheet has rows below a header.
        UsageError: there is no such sheet, or what reads workbooks is not installed.
    """

    encoding = None

    def __init__(self, path: Place, *, sheet: str | None = None) -> None:
        try:
            from python_calamine import CalamineError, CalamineWorkbook
        except ImportError as error:
            raise UsageError("exchange.no_excel", file=str(path)) from error
        check_workbook(path)
        self._path = path
        self.blank = 0
        try:
            book = (
                CalamineWorkbook.from_path(str(path)) if isinstance(path, Path) else CalamineWorkbook.from_filelike(path.open())
            )
            if sheet is not None and sheet not in book.sheet_names:
                raise UsageError("exchange.no_sheet", file=str(path), sheet=sheet[:60], known=listed(book.sheet_names))
            self.sheets = tuple(book.sheet_names)
            name = sheet or next((one for one in self.sheets if _has_rows(book.get_sheet_by_name(one))), None)
            if name is None:
                raise InputError("exchange.no_sheet_with_rows", file=str(path), known=listed(self.sheets))
            found = book.get_sheet_by_name(name)
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
        self.header = self._read_header()

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
            yield SourceRow(self.position, (read + [None] * width)[:width])

    def _numbered(self) -> Iterator[Sequence[Cell]]:
        for cells in self._rows:
            self.position += 1
            yield cells

    def _read_header(self) -> tuple[str, ...]:
        for cells in self._numbered():
            names = ["" if cell is None else str(cell).strip() for cell in cells]
            while names and not names[-1]:
                names.pop()
            if names:
                return tuple(names)
        raise InputError("exchange.empty_sheet", file=str(self._path), sheet=self.sheet, known=listed(self.sheets))


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
