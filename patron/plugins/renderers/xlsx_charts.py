"""
Charts in a workbook: Excel's own for bars and curves, a colour scale over the numbers for a heat map.
"""

from typing import Any

from patron import Cell, Chart, ChartKind, Format
from patron.plugins.renderers.formats import show
from patron.plugins.renderers.palette import FILL, INK, LINES, MUTED, RULE, SHADES
from patron.plugins.renderers.xlsx_sheet import Sheet

_HEIGHT = 320
_WIDTH = 640
_ROWS = 18
"""Rows that a chart covers, with one to spare."""

_MOST = "#58a1a9"
"""The darkest shade on which a spreadsheet's black digits are easy to read."""

_AXIS_FORMATS = {
    Format.SHARE: "0%",
    Format.COUNT: "#,##0",
    Format.MONEY: "#,##0",
    Format.NUMBER: "General",
    Format.MINUTES: "#,##0",
}


class DataSheet:
    """
    The sheet that holds what native charts are drawn from: two columns for each.

    Args:
        sheet: the sheet to write to.
        name: its name.
    """

    def __init__(self, sheet: Sheet, name: str) -> None:
        self._sheet = sheet
        self._name = name
        self._column = 0

    def add(
        self, title: str, heads: tuple[str, str], forms: tuple[Format, Format], points: list[tuple[Cell, Cell]]
    ) -> tuple[list[Any], list[Any]]:
        """Write points, and return the places of their categories and values as XlsxWriter takes them."""
        sheet, column = self._sheet.sheet, self._column
        styles = self._sheet.styles
        sheet.write_string(0, column, title, styles.caption)
        for side in (0, 1):
            sheet.write_string(1, column + side, heads[side], styles.head_number)
            for row, point in enumerate(points, start=2):
                self._sheet.cell(row, column + side, point[side], forms[side])
        sheet.set_column(column, column + 1, 18)
        self._column += 3
        last = len(points) + 1
        return [self._name, 2, column, last, column], [self._name, 2, column + 1, last, column + 1]


def draw_native(book: Any, target: Sheet, row: int, chart: Chart, data: DataSheet) -> None:
    """Draw a bar chart or a curve at *row* of the sheet *target*."""
    x_form = chart.x.format if chart.kind is ChartKind.LINE else Format.TEXT
    lines = list(dict.fromkeys(point.series for point in chart.points)) or [""]
    places = [
        data.add(chart.title, (chart.x.title, name or chart.y.title), (x_form, chart.y.format), _points(chart, name))
        for name in lines
    ]
    native = book.add_chart({"type": "column"} if chart.kind is ChartKind.BAR else {"type": "scatter", "subtype": "straight"})
    for number, (name, (categories, values)) in enumerate(zip(lines, places, strict=True)):
        series = {"name": name or chart.y.title, "categories": categories, "values": values}
        if chart.kind is ChartKind.BAR:
            label = {"value": True, "num_format": "0.0%"} if chart.y.format is Format.SHARE else {"value": True}
            native.add_series({**series, "fill": {"color": FILL}, "gap": 40, "data_labels": label})
        else:
            dash = ("solid", "dash", "round_dot")[number % 3]
            native.add_series({**series, "line": {"color": LINES[number % len(LINES)], "width": 2.25, "dash_type": dash}})
    if chart.diagonal:
        equal = data.add("", ("x", "y"), (chart.x.format, chart.y.format), [(0.0, 0.0), (1.0, 1.0)])
        native.add_series({"categories": equal[0], "values": equal[1], "line": {"color": MUTED, "width": 1, "dash_type": "dash"}})
    native.set_title({"name": chart.title, "overlay": False, "name_font": {"size": 12, "color": INK}})
    native.set_x_axis(_axis(chart.x.title, chart.x.format, bounded=chart.diagonal))
    native.set_y_axis(_axis(chart.y.title, chart.y.format, bounded=False))
    native.set_legend({"position": "top"} if len(lines) > 1 else {"none": True})
    native.set_size({"width": _WIDTH, "height": _HEIGHT})
    target.sheet.insert_chart(row, 0, native, {"description": chart.description, "object_position": 1})


def _points(chart: Chart, series: str) -> list[tuple[Cell, Cell]]:
    own = (point for point in chart.points if point.series == series)
    return [(point.x if chart.kind is ChartKind.LINE else show(point.x, chart.x.format), point.y) for point in own]


def write_heatmap(sheet: Sheet, chart: Chart) -> None:
    """Write the numbers as a grid, shaded by a colour scale."""
    columns = list(dict.fromkeys(point.x for point in chart.points))
    rows = list(dict.fromkeys(point.y for point in chart.points))
    form = chart.value.format if chart.value else Format.NUMBER
    cells = {(point.x, point.y): point.value for point in chart.points}
    sheet.sheet.write_string(sheet.row, 1, chart.x.title, sheet.styles.small)
    sheet.row += 1
    sheet.head(sheet.row, 0, chart.y.title, number=False)
    for place, column in enumerate(columns, start=1):
        sheet.head(sheet.row, place, show(column, chart.x.format), number=True)
    first = sheet.row + 1
    for offset, row in enumerate(rows):
        sheet.sheet.write_string(first + offset, 0, show(row, chart.y.format), sheet.styles.cells[Format.TEXT])
        for place, column in enumerate(columns, start=1):
            sheet.cell(first + offset, place, cells.get((column, row)), form)
    last = first + len(rows) - 1
    scale = {"type": "3_color_scale", "min_color": SHADES[0], "mid_color": SHADES[1], "max_color": _MOST}
    sheet.sheet.conditional_format(first, 1, last, len(columns), scale)
    sheet.row = last + 1


def leave_room(sheet: Sheet) -> int:
    """Return the row at which a chart may stand, and go on below it."""
    row = sheet.row
    sheet.row += _ROWS
    return row


def _axis(title: str, form: Format, *, bounded: bool) -> dict[str, Any]:
    axis: dict[str, Any] = {
        "name": title,
        "name_font": {"bold": False, "color": MUTED, "size": 9},
        "num_font": {"color": MUTED, "size": 9},
        "num_format": _AXIS_FORMATS.get(form, "General"),
        "line": {"color": RULE},
        "major_gridlines": {"visible": True, "line": {"color": RULE, "width": 0.5}},
    }
    return {**axis, "min": 0, "max": 1} if bounded else axis
