"""The workbook, read back: numbers are numbers, text is text, charts are Excel's own."""

import io
import warnings
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from patron.core.records import Document, Format, RenderOptions, Section, Table, TableColumn
from patron.plugins.renderers.xlsx_workbook import render


def read(document: Document) -> Workbook:
    with warnings.catch_warnings():
        # openpyxl leaves out the part of Excel 2010 that makes data bars of one colour, and says so.
        warnings.filterwarnings("ignore", ".*xtension is not supported", UserWarning)
        return openpyxl.load_workbook(io.BytesIO(render(document, RenderOptions())))


def cells(sheet) -> list[list[object]]:
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def test_a_sheet_for_each_section_named_in_the_language(shop_run, make_document, lang) -> None:
    document = make_document(shop_run, lang)
    names = read(document).sheetnames

    assert [section.title for section in document.sections] == names[:-1]
    assert {"en": "Chart data", "zh": "图表数据"}[lang] == names[-1]


def test_numbers_are_numbers_with_formats(shop_run, make_document) -> None:
    sheet = read(make_document(shop_run))["Customers in groups"]
    row = next(row for row in sheet.iter_rows() if row[0].value == 10)

    assert [437, -4287.63] == [row[1].value, row[7].value]
    assert ["#,##0", "#,##0.00##", "0.0%"] == [row[place].number_format for place in (1, 2, 3)]
    assert pytest.approx(shop_run.groups[9].share) == row[3].value


def test_figures_have_formats_of_their_own_and_say_what_they_are_made_of(shop_run, make_document) -> None:
    sheet = read(make_document(shop_run))["At a glance"]
    rows = {row[0].value: row for row in sheet.iter_rows()}

    assert ["#,##0", "#,##0.00##", "0.0%"] == [
        rows[label][1].number_format for label in ("Customers", "Net sales", "Net sales from the best 20%")
    ]
    assert "net sales of the best 874 customers by net sales" == rows["Net sales from the best 20%"][2].value
    assert "net sales of all 4,372 customers" == rows["Net sales from the best 20%"][3].value
    assert "2010-12-01" in rows["Customers"][4].value


def test_charts_are_native(shop_run, make_document) -> None:
    content = zipfile.ZipFile(io.BytesIO(render(make_document(shop_run), RenderOptions())))
    charts = sorted(name for name in content.namelist() if name.startswith("xl/charts/"))
    xml = [content.read(name).decode() for name in charts]

    assert 2 == len(charts)
    assert "barChart" in xml[0]
    assert "scatterChart" in xml[1]
    assert "'Chart data'!" in xml[0]
    drawings = [content.read(name).decode() for name in content.namelist() if name.startswith("xl/drawings/drawing")]
    assert any("Decile 1 brings 52.2% of net sales" in drawing for drawing in drawings)


def test_the_heat_map_is_shaded_by_a_colour_scale(shop_run, make_document) -> None:
    sheet = read(make_document(shop_run))["Recency and frequency"]
    rules = [rule.type for found in sheet.conditional_formatting for rule in found.rules]

    assert ["colorScale"] == rules
    assert any(row[1:6] == [64, 104, 132, 205, 412] for row in cells(sheet))


def test_bars_are_data_bars_and_the_head_of_an_only_table_stays_in_view(shop_run, make_document) -> None:
    book = read(make_document(shop_run))
    sheet = book["Customers in groups"]

    assert ["dataBar"] == [rule.type for found in sheet.conditional_formatting for rule in found.rules]
    head = next(row[0].row for row in sheet.iter_rows() if row[0].value == "Decile")
    assert f"A{head + 1}" == sheet.freeze_panes
    assert None is book["Tiers and groups"].freeze_panes


def table_document(title: str, *rows: tuple[object, ...], titles: tuple[str, ...] = ("S",)) -> Document:
    columns = tuple(TableColumn(key=f"c{place}", title=title, format=Format.TEXT) for place in range(len(rows[0])))
    table = Table(code="t", title=title, columns=columns, rows=rows, basis=None)
    sections = tuple(Section(code=f"s{place}", title=name, blocks=(table,)) for place, name in enumerate(titles))
    return Document(code="d", title=title, subtitle=title, lang="en", sections=sections, footer=title)


@pytest.mark.parametrize(
    "hostile", ["=1+1", "=cmd|' /C calc'!A0", "@SUM(A1)", "http://example.org/", "mailto:a@example.org", "{=1}", "007", "1e5"]
)
def test_text_never_becomes_a_formula_a_link_or_a_number(hostile) -> None:
    content = render(table_document(hostile, (hostile,)), RenderOptions())
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    found = [cell for row in sheet.iter_rows() for cell in row if cell.value == hostile]

    assert len(found) >= 4
    assert not [cell for cell in found if cell.hyperlink]
    archive = zipfile.ZipFile(io.BytesIO(content))
    xml = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml
    assert "hyperlink" not in xml


def test_sheet_names_are_such_as_excel_takes() -> None:
    long = "A title that is longer than thirty-one characters"
    names = read(table_document("t", ("x",), titles=(long, long.upper(), "a/b:c?*[x]\\y", "''", "History"))).sheetnames

    assert 5 == len({name.lower() for name in names})
    assert all(0 < len(name) <= 31 for name in names)
    assert not any(set(name) & set("[]:*?/\\") for name in names)
    assert "history" not in {name.lower() for name in names}


def test_what_there_is_none_of_is_a_dash(refunds_run, make_document) -> None:
    sheet = read(make_document(refunds_run))["At a glance"]

    assert "–" in [row[1] for row in cells(sheet)]


def test_amounts_keep_fifteen_digits() -> None:
    amount = Decimal("99999999999.9999")
    sheet = read(table_document("t", (amount,))).worksheets[0]

    assert float(amount) in [value for row in cells(sheet) for value in row]
