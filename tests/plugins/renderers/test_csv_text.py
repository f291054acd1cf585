"""CSV that spreadsheets open right and that starts nothing."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from patron.core.records import Document, Format, RenderOptions, Section, Table, TableColumn
from patron.plugins.renderers.csv_text import render


def rows_of(document: Document) -> list[list[str]]:
    content = render(document, RenderOptions())
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def one_cell(cell) -> Document:
    table = Table(
        code="t",
        title="T",
        columns=(TableColumn(key="a", title="A", format=Format.TEXT), TableColumn(key="b", title="B", format=Format.TEXT)),
        rows=((cell, "end"),),
        basis=None,
    )
    sections = (Section(code="s", title="S", blocks=(table,)),)
    return Document(code="d", title="D", subtitle="", lang="en", sections=sections)


def test_tables_figures_and_charts_are_all_there(shop_run, make_document, lang) -> None:
    rows = rows_of(make_document(shop_run, lang))
    firsts = [row[0] for row in rows if row]

    assert {"en": ["Figure", "Value", "Numerator", "Denominator", "Period"], "zh": ["指标", "数值", "分子", "分母", "期间"]}[
        lang
    ] in rows
    assert {"en": "Deciles by net sales, highest first", "zh": "按净销售额划分的十分位，从高到低"}[lang] in firsts
    assert ["5", "5", "412"] in rows
    assert ["1.0", "1.0"] in rows


def test_numbers_are_plain_and_exact(shop_run, make_document) -> None:
    tenth = next(row for row in rows_of(make_document(shop_run)) if row and row[0] == "10" and len(row) == 8)

    assert "-4287.63" == tenth[-1]
    assert repr(shop_run.groups[9].share) == tenth[3]


def test_what_there_is_none_of_is_empty() -> None:
    assert ["", "end"] in rows_of(one_cell(None))


@given(start=st.sampled_from("=+-@＝＋－＠"), rest=st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=20))
def test_no_text_becomes_a_formula(start, rest) -> None:
    assert [f"'{start}{rest}", "end"] in rows_of(one_cell(start + rest))


@given(text=st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=20))
def test_other_text_comes_back_as_it_was(text) -> None:
    expected = f"'{text}" if text.startswith(tuple("=+-@＝＋－＠")) else text

    assert [expected, "end"] in rows_of(one_cell(text))


def test_lines_end_as_the_standard_has_it() -> None:
    content = render(one_cell("x"), RenderOptions())

    assert content.count(b"\n") == content.count(b"\r\n")
