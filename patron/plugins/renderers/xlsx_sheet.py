"""
A sheet of the workbook, written from top to bottom: headings, tables, notes, and room for charts.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from math import ceil
from typing import Any

from rich.cells import cell_len

from patron import Cell, Format
from patron.plugins.renderers.formats import NOTHING, is_number, show
from patron.plugins.renderers.palette import FILL, INK, MUTED, RULE, SHADES

LONGEST_NAME = 31
WIDEST, NARROWEST = 60, 11
_LINE = 15
_NOTE_COLUMNS = 6
_NUMBER_FORMATS = {
    Format.COUNT: "#,##0",
    Format.MONEY: "#,##0.00##",
    Format.SHARE: "0.0%",
    Format.NUMBER: "#,##0.00",
    Format.MINUTES: '#,##0" min"',
    Format.DATE: "yyyy-mm-dd",
    Format.TEXT: "@",
}
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")


class SheetNames:
    """Makes names that Excel takes: at most 31 characters, no brackets and slashes, unique whatever their case."""

    def __init__(self) -> None:
        self._taken = {"history"}  # Excel keeps it for itself

    def take(self, title: str) -> str:
        """Return a name for the sheet *title*."""
        plain = _FORBIDDEN.sub(" ", title).strip(" '") or "–"
        name, number = _shortened(plain, LONGEST_NAME), 1
        while name.lower() in self._taken:
            number += 1
            name = f"{_shortened(plain, LONGEST_NAME - 4)} ({number})"
        self._taken.add(name.lower())
        return name


class Styles:
    """
    The cell formats of a workbook.

    Args:
        book: the XlsxWriter workbook.
    """

    def __init__(self, book: Any) -> None:
        self.title = book.add_format({"bold": True, "font_size": 16, "font_color": INK})
        self.heading = book.add_format({"bold": True, "font_size": 13, "font_color": FILL})
        self.caption = book.add_format({"bold": True, "font_color": INK})
        self.note = book.add_format({"text_wrap": True, "valign": "top", "font_color": INK})
        self.small = book.add_format({"font_size": 9, "font_color": MUTED})
        self.head = book.add_format({"indent": 1, "text_wrap": True, "valign": "bottom", "font_color": MUTED, "bottom": 1})
        self.head_number = book.add_format(
            {"text_wrap": True, "valign": "bottom", "align": "right", "font_color": MUTED, "bottom": 1}
        )
        line = {"bottom": 1, "bottom_color": RULE, "valign": "top"}
        self.cells = {
            form: book.add_format(
                {**line, "num_format": code, "text_wrap": form is Format.TEXT, "indent": int(form is Format.TEXT)}
            )
            for form, code in _NUMBER_FORMATS.items()
        }
        self.nothing = book.add_format({**line, "align": "right", "font_color": MUTED})


class Sheet:
    """
    A worksheet and the row that comes next.

    Args:
        sheet: the XlsxWriter worksheet.
        styles: the formats of its workbook.
    """

    def __init__(self, sheet: Any, styles: Styles) -> None:
        self.sheet = sheet
        self.styles = styles
        self.row = 0
        self._widths: dict[int, int] = {}
        self._heads: list[int] = []
        self._wrapped: list[tuple[int, int, int]] = []

    def headings(self, titles: Sequence[str]) -> None:
        """Write the titles at the top: the first in the largest letters, those between in small ones, the last as a heading."""
        for place, title in enumerate(titles, start=1):
            style = self.styles.heading if place == len(titles) else self.styles.title if place == 1 else self.styles.small
            self.sheet.write_string(self.row, 0, title, style)
            self.row += 1
        self.row += 1

    def caption(self, title: str) -> None:
        """Write the title of a table or chart."""
        self.sheet.write_string(self.row, 0, title, self.styles.caption)
        self.row += 1

    def small(self, text: str) -> None:
        """Write a line in small letters, and leave one empty."""
        self.sheet.write_string(self.row, 0, text, self.styles.small)
        self.row += 2

    def note(self, text: str) -> None:
        """Write a paragraph over several columns, and leave a line empty."""
        self.sheet.merge_range(self.row, 0, self.row, _NOTE_COLUMNS - 1, "", self.styles.note)
        self.sheet.write_string(self.row, 0, text, self.styles.note)
        self.sheet.set_row(self.row, _LINE * ceil((cell_len(text) + 1) / (NARROWEST * _NOTE_COLUMNS)))
        self.row += 2

    def table(self, titles: Sequence[str], forms: Sequence[Format], rows: Sequence[Sequence[Cell]], bars: Sequence[bool]) -> None:
        """Write a head and rows; columns with bars get Excel's own data bars."""
        self._heads.append(self.row)
        for column, (title, form) in enumerate(zip(titles, forms, strict=True)):
            self.head(self.row, column, title, number=is_number(form))
        first = self.row + 1
        for offset, row in enumerate(rows):
            for column, (cell, form) in enumerate(zip(row, forms, strict=True)):
                self.cell(first + offset, column, cell, form)
                self._widen(column, cell_len(show(cell, form)) + 2)
                if isinstance(cell, str):
                    self._wrapped.append((first + offset, column, cell_len(cell) + 2))
        last = first + len(rows) - 1
        for column, bar in enumerate(bars):
            if bar and rows:
                style = {"type": "data_bar", "bar_color": SHADES[1], "bar_solid": True, "min_type": "num", "min_value": 0}
                self.sheet.conditional_format(first, column, last, column, style)
        self.row = last + 1

    def head(self, row: int, column: int, title: str, *, number: bool) -> None:
        """Write the head of a column, in two lines where it is long."""
        self.sheet.write_string(row, column, title, self.styles.head_number if number else self.styles.head)
        self._widen(column, ceil(cell_len(title) / 2) + 2)
        self._wrapped.append((row, column, cell_len(title) + 1))

    def cell(self, row: int, column: int, cell: Cell, form: Format) -> None:
        """Write one value as what it is."""
        style = self.styles.cells[form]
        if cell is None:
            self.sheet.write_string(row, column, NOTHING, self.styles.nothing)
        elif isinstance(cell, str):
            self.sheet.write_string(row, column, cell, self.styles.cells[Format.TEXT])
        elif isinstance(cell, date):
            self.sheet.write_datetime(row, column, datetime.combine(cell, time()), self.styles.cells[Format.DATE])
        else:
            self.sheet.write_number(row, column, float(cell), style)

    def finish(self) -> None:
        """Set widths and heights, keep the head of the only table in view, and fit the sheet to the width of a page."""
        widths = {column: min(max(width, NARROWEST), WIDEST) for column, width in self._widths.items()}
        for column, width in widths.items():
            self.sheet.set_column(column, column, width)
        lines: dict[int, int] = {}
        for row, column, length in self._wrapped:
            lines[row] = max(lines.get(row, 1), ceil(length / widths[column]))
        for row, count in lines.items():
            self.sheet.set_row(row, _LINE * count)  # a program that makes a workbook has to say how high wrapped text is
        if len(self._heads) == 1:
            self.sheet.freeze_panes(self._heads[0] + 1, 0)
        self.sheet.hide_gridlines(2)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)

    def _widen(self, column: int, width: int) -> None:
        self._widths[column] = max(self._widths.get(column, 0), width)


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
