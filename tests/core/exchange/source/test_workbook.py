"""
Workbooks: cells as they were typed.
"""

import builtins
from datetime import date, datetime
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest

from patron.core.errors import InputError, UsageError
from patron.core.exchange.source import SourceOptions, open_rows

AFTERNOON = datetime(2026, 3, 2, 14, 30)  # noqa: DTZ001  # cells of a spreadsheet have no zone


@pytest.fixture(name="book")
def _book(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "线索"
    sheet.append(["姓名", "手机", "日期", "时间", "金额"])
    sheet.append(["张三", 13800138000, date(2026, 3, 2), AFTERNOON, 12.5])
    sheet.append([None] * 5)
    sheet.append(["  ", None, None, None, None])
    sheet.append(["'=1+1", "010-62345678", "2026/3/2", 46083, None])
    book.create_sheet("其他").append(["a"])
    path = tmp_path / "in.xlsx"
    book.save(path)
    return path


def test_errors_of_formulas_are_seen_and_other_sheets_are_counted(tmp_path: Path) -> None:
    """The library takes them for empty cells; a sheet of which it was said that it is meant is not compared with others."""
    book = openpyxl.Workbook()
    for row in (["姓名", "单价"], ["张三", "=1/0"], ["李四", "#N/A"], ["王五", 3]):
        book.active.append([None, *row])
    other = book.create_sheet("五月")
    for row in (["姓名"], ["赵六"], [None], ["孙七"]):
        other.append(row)
    book.create_sheet("空").append(["姓名"])
    book.save(tmp_path / "plain.xlsx")
    with ZipFile(tmp_path / "plain.xlsx") as plain, ZipFile(tmp_path / "in.xlsx", "w") as computed:
        for entry in plain.infolist():
            text = plain.read(entry)
            text = text.replace(b'<c r="C2"><f>1/0</f><v /></c>', b'<c r="C2" t="e"><f>1/0</f><v>#DIV/0!</v></c>')
            computed.writestr(
                entry, text.replace(b'<c r="C2"><f>1/0</f><v></v></c>', b'<c r="C2" t="e"><f>1/0</f><v>#DIV/0!</v></c>')
            )
    source, named = (open_rows(tmp_path / "in.xlsx", SourceOptions(sheet=sheet)) for sheet in (None, "五月"))

    assert [["张三", "#DIV/0!"], ["李四", "#N/A"], ["王五", 3]] == [row.cells[-2:] for row in source.rows()]
    assert ({"五月": 2}, {}) == (source.others, named.others)


def test_rows_come_as_they_were_typed_with_their_place(book: Path) -> None:
    source = open_rows(book, SourceOptions())

    assert ("姓名", "手机", "日期", "时间", "金额") == source.header
    first, second = source.rows()
    assert (2, ["张三", 13800138000.0, date(2026, 3, 2), AFTERNOON, 12.5]) == (first.line, first.cells)
    assert (5, ["=1+1", "010-62345678", "2026/3/2", 46083.0]) == (second.line, second.cells[:4])
    assert 2 == source.blank


def test_a_sheet_is_chosen_by_name(book: Path) -> None:
    assert ("a",) == open_rows(book, SourceOptions(sheet="其他")).header
    with pytest.raises(UsageError) as refused:
        open_rows(book, SourceOptions(sheet="missing"))
    assert "线索" in refused.value.message()


def test_the_first_sheet_with_rows_is_read(tmp_path: Path) -> None:
    """An empty one and one with a header alone are passed over; where there is no other, the sheets are named."""
    path, book = tmp_path / "in.xlsx", openpyxl.Workbook()
    book.active.title = "封面"
    book.create_sheet("head").append(["name"])
    book.save(path)
    with pytest.raises(InputError) as refused:
        open_rows(path, SourceOptions())
    assert "封面, head" in refused.value.message()
    with pytest.raises(InputError) as refused:
        open_rows(path, SourceOptions(sheet="封面"))
    assert "'封面' is empty" in refused.value.message()

    sheet = book.create_sheet("data")
    sheet.append(["tel"])
    sheet.append(["13800138000"])
    book.save(path)
    source = open_rows(path, SourceOptions())
    assert ("data", ("tel",), 1) == (source.sheet, source.header, len(list(source.rows())))


def test_an_empty_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "in.xlsx"
    openpyxl.Workbook().save(path)
    with pytest.raises(InputError):
        open_rows(path, SourceOptions())


def test_without_the_extra_the_message_says_what_to_do(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest):
        if name.startswith("python_calamine"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UsageError) as refused:
        open_rows(book, SourceOptions())
    assert "patron[excel]" in refused.value.message()
