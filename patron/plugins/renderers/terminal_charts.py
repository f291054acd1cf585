"""
Charts drawn with characters: bars in lines, curves in Braille dots, heat maps as a grid of numbers on shades.
"""

from collections.abc import Iterable
from itertools import pairwise

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.table import Table as Grid
from rich.text import Text

from patron import Axis, Cell, Chart, ChartKind, Point
from patron.plugins.renderers.formats import show
from patron.plugins.renderers.terminal_tables import LONGEST_BAR, as_number, draw_bar

ROWS = 14
MOST_COLUMNS = 64
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Bits of the eight dots of a Braille character, by row and column."""

_SHADES = ("default", "white on color(24)", "white on color(30)", "black on color(37)", "black on color(44)")
"""From few to many; the ink goes with the shade, so that numbers are readable on dark and on light terminals."""


def draw_chart(chart: Chart, width: int) -> RenderableType:
    """Return the chart in at most *width* columns."""
    shapes = {ChartKind.BAR: _bars, ChartKind.LINE: _curve, ChartKind.HEATMAP: _heatmap}
    return shapes[chart.kind](chart, width)


def _bars(chart: Chart, width: int) -> RenderableType:
    longest = max((as_number(point.y) for point in chart.points), default=0.0)
    grid = Grid.grid(padding=(0, 1))
    grid.add_column()
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(style="cyan", no_wrap=True)
    length = max(4, min(2 * LONGEST_BAR, width // 2))
    for point in chart.points:
        grid.add_row(show(point.x, chart.x.format), show(point.y, chart.y.format), draw_bar(point.y, longest, length))
    return grid


def _curve(chart: Chart, width: int) -> RenderableType:
    points = [(as_number(point.x), as_number(point.y)) for point in chart.points if point.x is not None and point.y is not None]
    equal = [(0.0, 0.0), (1.0, 1.0)] if chart.diagonal else []
    xs, ys = [x for x, _ in points + equal] or [0.0], [y for _, y in points + equal] or [0.0]
    low, high = min(0.0, *ys), max(ys) if max(ys) > min(0.0, *ys) else 1.0
    left, right = min(xs), max(xs) if max(xs) > min(xs) else min(xs) + 1.0
    top, bottom = show(high, chart.y.format), show(low, chart.y.format)
    margin = max(cell_len(top), cell_len(bottom))
    columns = max(10, min(MOST_COLUMNS, width - margin - 2))
    canvas = _Canvas(columns, ROWS)
    for place, series in enumerate(_series(chart)):
        draw = canvas.line if place % 2 == 0 else canvas.dotted
        draw(((x - left) / (right - left), (y - low) / (high - low)) for x, y in series)
    canvas.dotted(((x - left) / (right - left), (y - low) / (high - low)) for x, y in equal)
    marks = {0: top, ROWS - 1: bottom}
    lines = [
        Text.assemble((marks.get(row, "").rjust(margin) + " │", "dim"), (line, "cyan")) for row, line in enumerate(canvas.lines())
    ]
    first, last = show(left, chart.x.format), show(right, chart.x.format)
    axis = " " * margin + " └" + "─" * columns
    labels = " " * (margin + 2) + first + last.rjust(columns - cell_len(first))
    names = f"{' ' * (margin + 2)}x: {chart.x.title}; y: {chart.y.title}{_key(chart)}"
    return Group(*lines, Text(axis, "dim"), Text(labels, "dim"), Text(names, "dim"))


def _series(chart: Chart) -> list[list[tuple[float, float]]]:
    """Return the points of each line, in the order in which the lines first appear."""
    found: dict[str, list[tuple[float, float]]] = {}
    for point in chart.points:
        if point.x is not None and point.y is not None:
            found.setdefault(point.series, []).append((as_number(point.x), as_number(point.y)))
    return list(found.values())


def _key(chart: Chart) -> str:
    """Return which line is which; empty for a single one."""
    names = list(dict.fromkeys(point.series for point in chart.points))
    return "" if len(names) < 2 else "".join(f"; {'─┄'[place % 2]} {name}" for place, name in enumerate(names))


def _heatmap(chart: Chart, width: int) -> RenderableType:
    columns = list(dict.fromkeys(point.x for point in chart.points))
    rows = list(dict.fromkeys(point.y for point in chart.points))
    cells = {(point.x, point.y): point for point in chart.points}
    most = max((as_number(point.value) for point in chart.points), default=0.0)
    grid = Grid.grid(padding=(0, 0))
    grid.add_column(justify="right", style="dim")
    for _ in columns:
        grid.add_column(justify="right", no_wrap=True)
    for row in rows:
        shades = [_shaded(cells.get((column, row)), chart.value, most) for column in columns]
        grid.add_row(f"{show(row, chart.y.format)} ", *shades)
    grid.add_row("", *(Text(f"{show(column, chart.x.format)} ", "dim") for column in columns))
    return Group(grid, Text(f"→ {chart.x.title}; ↑ {chart.y.title}", "dim"))


def _shaded(point: Point | None, axis: Axis | None, most: float) -> Text:
    value: Cell = point.value if point else None
    text = f"  {show(value, axis.format)} " if axis else f"  {value} "
    if value is None or most <= 0:
        return Text(text)
    shade = min(int(as_number(value) / most * len(_SHADES)), len(_SHADES) - 1)
    return Text(text, _SHADES[max(shade, 0)])


class _Canvas:
    """
    Draws in Braille dots, two across and four down in each character.

    Args:
        columns: characters across.
        rows: characters down.
    """

    def __init__(self, columns: int, rows: int) -> None:
        self.across, self.down = 2 * columns, 4 * rows
        self._cells = [[0] * columns for _ in range(rows)]

    def line(self, points: Iterable[tuple[float, float]]) -> None:
        """Join points, given as parts of width and height from the lower left corner."""
        self._draw(points, every=1)

    def dotted(self, points: Iterable[tuple[float, float]]) -> None:
        """Join points by single dots."""
        self._draw(points, every=4)

    def lines(self) -> list[str]:
        """Return the rows of characters, top first."""
        return ["".join(chr(0x2800 + bits) if bits else " " for bits in row) for row in self._cells]

    def _draw(self, points: Iterable[tuple[float, float]], every: int) -> None:
        placed = [(x * (self.across - 1), y * (self.down - 1)) for x, y in points]
        for (x0, y0), (x1, y1) in pairwise(placed):
            steps = max(1, round(max(abs(x1 - x0), abs(y1 - y0))))
            for step in range(0, steps + 1, every):
                self._dot(round(x0 + (x1 - x0) * step / steps), round(y0 + (y1 - y0) * step / steps))

    def _dot(self, across: int, up: int) -> None:
        down = self.down - 1 - up
        self._cells[down // 4][across // 2] |= _DOTS[down % 4][across % 2]
