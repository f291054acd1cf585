"""
Rows that are no records: sums, notes, signatures, headings once more; and that nothing else is taken for one, nor lost.
"""

import csv
from io import BytesIO, StringIO

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patron.core.config.sheets import ImportSettings
from patron.core.exchange.asides import AsideKind, Asides, Sifted
from patron.core.exchange.mapping import Wishes, known_headings, map_columns
from patron.core.exchange.source import Cell, InMemory, SourceFile, SourceOptions, SourceRow, open_rows
from patron.core.nouns import Vocabulary

HEADER = ("序号", "姓名", "手机", "渠道", "来店日期", "备注")


def asides_of(header: tuple[str, ...] = HEADER, noun: str = "lead", words: ImportSettings = ImportSettings()) -> Asides:  # noqa: B008
    return Asides(header, map_columns("x", header, noun, Vocabulary(), Wishes()), words)


def kind_of(*cells: Cell, header: tuple[str, ...] = HEADER, noun: str = "lead") -> str | None:
    return asides_of(header, noun).kind(SourceRow(9, list(cells)))


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        ("total", ["合计", 58, None, None, None, None]),
        ("total", ["", "合 计：", "58", "", "", ""]),
        ("total", [None, "共计58人", None, None, None, None]),
        ("total", ["11月合计", "", "58", "", "12.5%", ""]),
        ("total", ["【小计】", "3人", "", "", "2026年11月", ""]),
        ("total", ["Grand Total", "58", "", "", "", ""]),
        ("total", ["Total: 58"]),
        ("total", ["总计", "58", "", "", "", "签字："]),
        ("note", ["制表人：张三", "", "", "审核：李四", "", ""]),
        ("note", ["制表人", "张三", "", "审核人", "李四", ""]),
        ("note", ["Prepared by: Eve", "", "", "Checked by", "Mr. Fox", ""]),
        ("note", ["备注：以上数据来自前台，请勿外传", "", "", "", "", ""]),
        ("note", ["签字", "______", "", "", "", ""]),
        ("note", ["第1页 共3页"]),
        ("note", ["Page 1 of 3"]),
        ("headings", list(HEADER)),
        (None, ["1", "张三", "13800138000", "店面", "2026-11-01", ""]),
        (None, ["", "合计", "13800138000", "", "", ""]),
        (None, ["", "合计", "138****8000", "", "", ""]),
        (None, ["", "总计划", "", "店面", "", ""]),
        (None, ["", "Total Energies", "", "", "", ""]),
        (None, ["", "Noteboom", "", "店面", "2026-11-01", ""]),
        (None, ["", "合计", "", "店面", "2026-11-01", "看了两次"]),
        (None, ["备注：看了两次", "张三", "", "店面", "", ""]),
        (None, ["3月来过", "张三", "", "", "", ""]),
        (None, ["13800138000", "", "", "", "", ""]),
    ],
)
def test_rows_are_known_by_words_and_shape(kind: str | None, cells: list[Cell]) -> None:
    assert kind == kind_of(*cells)


def test_what_a_record_is_found_by_makes_a_row_one() -> None:
    """A contact whose first words are a note is of its lead; of a company that is called Total, its number tells."""
    contacts = ("备注", "线索", "来访时间")

    assert kind_of("备注：请回电", "#12", "2026-11-01", header=contacts, noun="interaction") is None
    assert kind_of("Total", "C-17", header=("客户名称", "客户编号"), noun="customer") is None
    assert "total" == kind_of("Total", "17", header=("客户名称", "出生年"), noun="customer")


def test_words_are_configured() -> None:
    row = SourceRow(9, ["Somme", "58"])

    assert asides_of(("姓名", "手机")).kind(row) is None
    assert AsideKind.TOTAL is asides_of(("姓名", "手机"), words=ImportSettings(total_words=("somme",))).kind(row)
    assert asides_of(("姓名", "手机"), words=ImportSettings(total_words=())).kind(SourceRow(9, ["合计", "58"])) is None


NAMES = st.sampled_from(["张三", "合计划", "Anna Total", "备注宝", "Page", "注册员", "李四"])
RECORDS = st.tuples(
    st.sampled_from(["", "1", "17"]),
    NAMES,
    st.integers(13800000000, 13800009999).map(str),
    st.sampled_from(["", "店面"]),
    st.sampled_from(["", "2026-11-01", "2026年11月1日"]),
    st.sampled_from(["", "看了两次", "合计三次", 'a "quoted", word', "two\nlines"]),
)
BLANK = ("",) * len(HEADER)
OTHERS = st.sampled_from(
    [BLANK, HEADER, ("合计", "3", "", "", "", ""), ("", "总 计", "58", "", "", ""), ("制表人：李娜", "", "", "审核", "王", "")]
)
ABOVE = st.lists(st.sampled_from([("登记表",), ("",), ("门店：朝阳", "", "日期", "2026-11-22"), ("", "填表说明")]), max_size=4)


def as_text(table: list[tuple[str, ...]]) -> bytes:
    text = StringIO()
    csv.writer(text).writerows(table)
    return text.getvalue().encode()


def as_workbook(table: list[tuple[str, ...]]) -> bytes:
    book, made = openpyxl.Workbook(), BytesIO()
    for place, row in enumerate(table, 1):
        for column, cell in enumerate(row, 1):
            if cell:
                book.active.cell(place, column, cell)
    book.save(made)
    return made.getvalue()


def read(body: bytes) -> tuple[SourceFile, list[SourceRow], Sifted]:
    source = open_rows(InMemory(body, "x"), SourceOptions(), known_headings("lead", Vocabulary(), Wishes()))
    sifted = Sifted(source.rows(), asides_of(source.header))
    return source, list(sifted), sifted


@settings(max_examples=60, deadline=None)
@given(
    ABOVE,
    st.lists(st.one_of(RECORDS, RECORDS, OTHERS), min_size=1, max_size=12),
    st.permutations(range(len(HEADER))),
    st.booleans(),
)
def test_every_row_is_taken_or_told(
    above: list[tuple[str, ...]], below: list[tuple[str, ...]], order: list[int], text: bool
) -> None:
    """Rows in are rows taken and rows told, of every untidy table, and whoever has a phone number is taken."""
    ordered = [tuple(row[place] for place in order) for row in (HEADER, *below)]
    moved = [
        one if row[2] == "手机" or row[2].startswith("138") else row for row, one in zip((HEADER, *below), ordered, strict=True)
    ]
    source, taken, sifted = read((as_text if text else as_workbook)([*above, *moved, ("张三",) * len(HEADER)]))

    told = {one.line for one in source.above} | {one.row for one in sifted.found} | {source.heading_row}
    lines = [one.line for one in taken]
    filled = 1 + sum(any(map(str.strip, row)) for row in [*above, *moved])
    assert filled == len(told) + len(lines)
    assert told.isdisjoint(lines)
    phones = [row[HEADER.index("手机")] for row in below]
    place = source.header.index("手机")
    assert [phone for phone in phones if phone.startswith("138")] == [str(row.cells[place]) for row in taken[:-1]]
