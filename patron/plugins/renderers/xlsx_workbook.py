"""
A document as an Excel workbook: a sheet for each section, numbers as numbers, charts of Excel's own.

Text is always written as text, so that no cell becomes a formula or a link. Money is shown with two to four places and kept to
the fifteen digits that a spreadsheet has. What the charts are drawn from stands in a last sheet. The time of making is fixed, so
that the same document gives the same bytes.
"""

import io
from datetime import UTC, datetime

from patron import Block, Chart, ChartKind, Document, Figures, Format, Level, Note, RenderOptions, Table, Translator
from patron.plugins.renderers.formats import basis_line
from patron.plugins.renderers.needs import needed, words_for
from patron.plugins.renderers.xlsx_charts import DataSheet, draw_native, leave_room, write_heatmap
from patron.plugins.renderers.xlsx_sheet import Sheet, SheetNames, Styles

_MADE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def render(document: Document, options: RenderOptions) -> bytes:
    """
    Return the workbook.

    Raises:
        OutputError: XlsxWriter is not installed.
    """
    xlsxwriter = needed("xlsxwriter", "xlsx")
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, _OPTIONS)
    book.set_properties({"title": document.title, "subject": document.subtitle, "comments": document.footer, "created": _MADE})
    t, styles, names = words_for(document), Styles(book), SheetNames()
    charts: list[tuple[Sheet, int, Chart]] = []
    for place, section in enumerate(document.sections):
        sheet = Sheet(book.add_worksheet(names.take(section.title)), styles)
        sheet.headings([document.title, document.subtitle, section.title] if place == 0 else [section.title])
        for block in section.blocks:
            _write(sheet, block, t, charts)
        if place == 0 and document.footer:
            sheet.small(document.footer)
        sheet.finish()
    if charts:
        name = names.take(t("renderers.chart_data"))
        data = DataSheet(Sheet(book.add_worksheet(name), styles), name)
        for sheet, row, chart in charts:
            draw_native(book, sheet, row, chart, data)
    if not document.sections:
        Sheet(book.add_worksheet(names.take(document.title)), styles).headings([document.title])
    book.close()
    return out.getvalue()


def _write(sheet: Sheet, block: Block, t: Translator, charts: list[tuple[Sheet, int, Chart]]) -> None:
    """Write a block; for a native chart only room is left, since what it is drawn from comes in the last sheet."""
    match block:
        case Figures():
            _write_figures(sheet, block, t)
        case Table():
            sheet.caption(block.title)
            columns = block.columns
            titles, forms = [column.title for column in columns], [column.format for column in columns]
            sheet.table(titles, forms, block.rows, [column.bar for column in columns])
            sheet.small(basis_line(block.basis) if block.basis else "")
        case Chart() if block.kind is ChartKind.HEATMAP:
            sheet.caption(block.title)
            write_heatmap(sheet, block)
            sheet.small(basis_line(block.basis))
        case Chart():
            charts.append((sheet, leave_room(sheet), block))
            sheet.small(basis_line(block.basis))
        case Note():
            sheet.note(t("renderers.warned", text=block.text) if block.level is Level.WARNING else block.text)


def _write_figures(sheet: Sheet, block: Figures, t: Translator) -> None:
    names = ("figure", "value", "numerator", "denominator", "period")
    rows = [(f.label, f.value, f.basis.numerator, f.basis.denominator, f.basis.period) for f in block.figures]
    sheet.table([t(f"renderers.{name}") for name in names], [Format.TEXT] * len(names), rows, [False] * len(names))
    # Each figure has a format of its own.
    for row, figure in enumerate(block.figures, start=sheet.row - len(rows)):
        sheet.cell(row, 1, figure.value, figure.format)
    sheet.row += 1
