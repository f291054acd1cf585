"""
Where headings are: in the first row of nearly every file, below titles and lines of who made it in those that people keep.
"""

import csv
from datetime import date
from io import StringIO

import pytest

from patron.core.errors import InputError, UsageError
from patron.core.exchange.source import Cell, InMemory, SourceOptions, SourceRow, open_rows
from patron.core.exchange.source.headings import Located, Wanted, locate

HEADINGS = {"姓名", "手机", "渠道", "日期", "备注", "name", "phone"}


def rows(*cells: list[Cell]) -> list[SourceRow]:
    return [SourceRow(line, list(row)) for line, row in enumerate(cells, 1)]


def located(*cells: list[Cell], within: int = 20, row: int | None = None) -> Located | None:
    return locate(rows(*cells), Wanted(knows=HEADINGS.__contains__, within=within, row=row))


@pytest.mark.parametrize(
    ("line", "table"),
    [
        pytest.param(1, [["姓名", "手机"], ["张三", "1"]], id="the first row of a tidy file"),
        pytest.param(3, [["登记表", None], [None, None], ["姓名", "手机"]], id="below a title and an empty row"),
        pytest.param(2, [["日期", date(2026, 11, 22), "备注"], ["姓名", "手机"]], id="below a line with a day"),
        pytest.param(2, [["日期", "2026-11-22", "备注"], ["姓名", "手机"]], id="below a day as text"),
        pytest.param(2, [["客户", "名单"], ["手机"]], id="alone, where every cell of a row is one"),
        pytest.param(1, [["color", "size"], ["red", "L"]], id="the first row where none is understood"),
        pytest.param(1, [["姓名", "顾客"], ["日期", "手机"]], id="one that is understood, above values that read like some"),
        pytest.param(1, [["张三", "手机", "1380013"], ["李四", "手机", "1390013"]], id="the first row where there are none"),
    ],
)
def test_headings_are_the_first_row_in_which_enough_are_understood(line: int, table: list[list[Cell]]) -> None:
    found = located(*table)

    assert found is not None
    assert line == found.line == found.taken


def test_nobody_looks_beyond_the_first_row_of_a_tidy_file() -> None:
    """What pays for untidy files is untidy files."""
    drawn = iter(rows(["姓名", "手机"], ["张三", "1"], ["李四", "2"]))
    found = locate(drawn, Wanted(knows=HEADINGS.__contains__, within=20))

    assert (1, 2) == (found.taken if found else 0, next(drawn).line)


def test_rows_above_are_told_with_their_numbers() -> None:
    found = located(["十一月 登记表"], [None], ["店名", "朝阳店"], ["姓名", "手机"])

    assert [(1, "十一月 登记表"), (3, "店名 朝阳店")] == list(found.above if found else ())


def test_headings_are_looked_for_so_far_and_no_further() -> None:
    table = [["一"], ["二"], ["姓名", "手机"]]

    assert [1, 3] == [found.line for within in (2, 3) if (found := located(*table, within=within))]


@pytest.mark.parametrize(
    "table",
    [
        pytest.param([["序号", "客户", None, "备注"], [None, "姓名", "手机", None]], id="groups above"),
        pytest.param([["序号", "姓名", "手机", "备注"]], id="one line"),
        pytest.param([["序号", "姓名", "到店", "备注"], [None, None, "手机", None]], id="no group without a blank heading"),
    ],
)
def test_headings_of_two_lines_are_laid_over_each_other(table: list[list[Cell]]) -> None:
    found = located(*table)

    assert found is not None
    assert found.names[0] == "序号"
    assert ("姓名" in found.names, "备注" in found.names) == (True, True)


def test_a_second_line_is_one_below_blank_headings_alone() -> None:
    """A row of values is none, whatever it says."""
    grouped = located(["姓名", "手机", "来访", None], [None, None, "日期", "渠道"], ["张三", "1", "2", "3"])
    valued = located(["姓名", "手机", None], ["张三", "13800138000", "电话"], ["李四", "1", ""])

    assert ("姓名", "手机", "日期", "渠道") == (grouped.names if grouped else ())
    assert (2, 1) == (grouped.taken if grouped else 0, valued.taken if valued else 0)


def test_the_row_can_be_said() -> None:
    found = located(["姓名", "手机"], ["name", "phone"], row=2)

    assert ("name", "phone") == (found.names if found else ())
    assert [located(["姓名"], [None], row=row) for row in (2, 3)] == [None, None]


@pytest.mark.parametrize("title", ["登记表", "登记表,,", '"十一月\n登记表",,', "a;b|c", '"unclosed'])
def test_text_below_a_title_is_read_as_without_it(title: str) -> None:
    """Delimiter, numbers of rows and cells are those of the table, whatever stands above it."""
    table = "姓名;手机\n张三;1\n\n李四;2\n"
    read = []
    for text in (table, f"{title}\n\n{table}"):
        source = open_rows(InMemory(text.encode(), "x"), SourceOptions(), HEADINGS.__contains__)
        read.append([(row.line - source.heading_row, row.cells) for row in source.rows()])

    assert read[0] == read[1] == [(1, ["张三", "1"]), (3, ["李四", "2"])]


def test_what_was_looked_at_in_vain_is_read() -> None:
    """Where no headings are found, the first row has them, and each of the others is a row."""
    text = StringIO()
    csv.writer(text).writerows([["color", "size"], *([f"{number}", 'a "quoted"\nline'] for number in range(30))])
    source = open_rows(InMemory(text.getvalue().encode(), "x"), SourceOptions(), HEADINGS.__contains__)

    assert [f"{number}" for number in range(30)] == [row.cells[0] for row in source.rows()]


def test_a_row_that_is_said_and_empty_is_refused() -> None:
    for row in (2, 9):
        with pytest.raises(UsageError) as refused:
            open_rows(InMemory("姓名,手机\n\n张三,1\n".encode(), "x"), SourceOptions(header_row=row), HEADINGS.__contains__)
        assert "exchange.no_header_row" == refused.value.key


def test_a_header_that_is_no_text_is_refused_as_before() -> None:
    with pytest.raises(InputError) as refused:
        open_rows(InMemory(b"a\x00b,c\n1,2\n", "x"), SourceOptions(), HEADINGS.__contains__)

    assert "exchange.bad_header" == refused.value.key


def test_columns_without_a_heading_that_say_something_are_told() -> None:
    source = open_rows(InMemory("姓名,,手机,\n张三,,1,\n李四,x,2,\n".encode(), "x"), SourceOptions())

    assert (2, {1}) == (len(list(source.rows())), source.untitled)
