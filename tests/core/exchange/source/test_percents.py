"""
Cells that show percents: 40% is forty, however the workbook keeps it.
"""

from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from patron.core.exchange.source import SourceOptions, open_rows
from patron.core.exchange.source.percents import as_percent


def rows(path: Path) -> list[list[object]]:
    return [row.cells for row in open_rows(path, SourceOptions()).rows()]


def test_what_shows_a_percent_is_read_as_one(tmp_path: Path) -> None:
    """Whatever writes the workbook, wherever the table begins, and whichever of several sheets it is."""
    book = openpyxl.Workbook()
    sheet = book.active
    for place, cell in {"C4": "a", "D4": "b", "C5": 0.4, "D5": 0.4, "C6": 1, "D6": 1, "C7": "60%", "C8": 0.07, "D8": 2}.items():
        sheet[place] = cell
    for place, shown in {"C5": "0%", "C6": "0.00%", "C7": "0%", "C8": '0.0" of "%', "D6": '0"%"', "D8": "0.00"}.items():
        sheet[place].number_format = shown
    book.create_sheet("other")["D5"].number_format = "0%"
    book.save(tmp_path / "a.xlsx")
    assert [5, 6, 7, 8] == [row.line for row in open_rows(tmp_path / "a.xlsx", SourceOptions()).rows()]
    assert [["40%", 0.4], ["100%", 1.0], ["60%", ""], ["7%", 2.0]] == rows(tmp_path / "a.xlsx")

    with xlsxwriter.Workbook(str(tmp_path / "b.xlsx")) as written:
        page = written.add_worksheet("线索")
        page.write_row(0, 0, ["a", "b"])
        for line in range(1, 4000):
            page.write_number(line, 0, line / 100, written.add_format({"num_format": 10}) if line == 1 else None)
            page.write_number(line, 1, 0.5)
        page.set_column(1, 1, 10)
        page.write_formula(4000, 1, "=2/3", written.add_format({"num_format": "0%"}), 2 / 3)
    found = rows(tmp_path / "b.xlsx")
    assert ([["1%", 0.5], [0.02, 0.5]], ["", "66.6666666666667%"]) == (found[:2], found[-1])


@pytest.mark.parametrize(
    ("number", "text"), [(0.07, "7%"), (1.0, "100%"), (0.0, "0%"), (-0.125, "-12.5%"), (12345.0, "1234500%")]
)
def test_a_percent_has_all_its_digits(number: float, text: str) -> None:
    assert text == as_percent(number)
