"""
A document as CSV: every section one below the other, for spreadsheets and scripts.

Before each table stand its title and what its numbers are made of; an empty line ends it. Figures become a table, charts that of
their points. Numbers are plain and exact (no thousands separators, shares as fractions). The text is UTF-8 with a byte order
mark, without which Excel takes Chinese for something else, and lines end as RFC 4180 has it. A cell of text that a spreadsheet
would take for a formula gets an apostrophe in front (`patron.core.formulas`).
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from patron import Block, Cell, Chart, ChartKind, Document, Figures, RenderOptions, Table, Translator
from patron.core.formulas import guard
from patron.plugins.renderers.formats import basis_line
from patron.plugins.renderers.needs import words_for


def render(document: Document, options: RenderOptions) -> bytes:
    """Return the whole document as one CSV text."""
    t = words_for(document)
    lines: list[Sequence[Cell]] = [[document.title], [document.subtitle], []]
    for section in document.sections:
        lines += [[section.title], []]
        for block in section.blocks:
            lines += [*_lines(block, t), []]
    if document.footer:
        lines.append([document.footer])
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([_cell(cell) for cell in line] for line in lines)
    return text.getvalue().encode("utf-8-sig")


def _lines(block: Block, t: Translator) -> Iterator[Sequence[Cell]]:
    match block:
        case Figures():
            yield [t(f"renderers.{name}") for name in ("figure", "value", "numerator", "denominator", "period")]
            for figure in block.figures:
                basis = figure.basis
                yield [figure.label, figure.value, basis.numerator, basis.denominator, basis.period]
        case Table():
            yield [block.title]
            if block.basis is not None:
                yield [basis_line(block.basis)]
            yield [column.title for column in block.columns]
            yield from block.rows
        case Chart():
            yield [block.title]
            yield [basis_line(block.basis)]
            yield from _points(block)
        case _:
            yield [block.text]


def _points(chart: Chart) -> Iterable[Sequence[Cell]]:
    titles = [chart.x.title, chart.y.title]
    if any(point.series for point in chart.points):
        return [["", *titles], *([point.series, point.x, point.y] for point in chart.points)]
    if chart.kind is not ChartKind.HEATMAP:
        return [titles, *([point.x, point.y] for point in chart.points)]
    value = chart.value.title if chart.value else ""
    return [[*titles, value], *([point.x, point.y, point.value] for point in chart.points)]


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return guard(cell)
    if isinstance(cell, Decimal):
        return format(cell, "f")
    return cell.isoformat() if isinstance(cell, date) else repr(cell)
