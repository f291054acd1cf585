"""
A table for the terminal, with bars where there is room for them.

Numbers are never cut. Titles and words are broken over several lines where they must; where not even that makes a table fit, it
is drawn in parts below each other, each with the first column.
"""

from collections.abc import Sequence
from math import ceil

import attrs
from rich import box
from rich.cells import cell_len
from rich.console import Group, JustifyMethod
from rich.table import Table as Grid
from rich.text import Text

from patron import Cell, Table, TableColumn
from patron.plugins.renderers.formats import is_number, show

SHORTEST_BAR = 6
LONGEST_BAR = 24
GAP = 2
_WORDS = 28
"""Columns that words get before bars do."""

_EIGHTHS = " ▏▎▍▌▋▊▉█"


@attrs.frozen(kw_only=True)
class _Lane:
    """
    A column on its way to the terminal.

    Attributes:
        column: what it shows.
        cells: its values.
        texts: the values as text.
        least: the width below which it is unreadable.
        word: the width at which no word of its title is broken.
        good: the width at which its title takes two lines.
        full: the width at which nothing in it is broken.
    """

    column: TableColumn
    cells: tuple[Cell, ...]
    texts: tuple[str, ...]
    least: int
    word: int
    good: int
    full: int


def draw_table(table: Table, width: int) -> Group:
    """Return the table in at most *width* columns."""
    return Group(*(_grid(part, width) for part in _parts(_lanes(table), width)))


def shows_bars(table: Table, width: int) -> bool:
    """Say whether the table has bars, and room for them."""
    return any(_widths(part, width)[1] for part in _parts(_lanes(table), width))


def draw_bar(cell: Cell, longest: float, width: int) -> str:
    """Return a bar as long as the value is beside the longest one, to an eighth of a column; empty for none and below 0."""
    value = as_number(cell)
    if longest <= 0 or value <= 0:
        return ""
    eighths = max(1, round(8 * width * value / longest))
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def as_number(cell: Cell) -> float:
    """Return the value as a float; 0 where it is none or no number."""
    return 0.0 if cell is None or not hasattr(cell, "__float__") else float(cell)


def _lanes(table: Table) -> list[_Lane]:
    has_bars = any(column.bar for column in table.columns)
    return [_lane(column, tuple(row[place] for row in table.rows), has_bars) for place, column in enumerate(table.columns)]


def _lane(column: TableColumn, cells: tuple[Cell, ...], has_bars: bool) -> _Lane:
    texts = tuple(show(cell, column.format) for cell in cells)
    widest, title = max(map(cell_len, texts), default=0), cell_len(column.title)
    full = max(widest, title)
    if is_number(column.format):
        least, word, good = min(title, 6), *_title_widths(column.title)
        return _Lane(
            column=column,
            cells=cells,
            texts=texts,
            least=max(widest, least),
            word=max(widest, word),
            good=max(widest, good),
            full=full,
        )
    good = min(full, _WORDS) if has_bars else full
    return _Lane(column=column, cells=cells, texts=texts, least=min(full, 12), word=good, good=good, full=full)


def _title_widths(title: str) -> tuple[int, int]:
    """Return the widths at which no word of the title is broken, and at which it takes two lines; Chinese breaks anywhere."""
    if not title.isascii():
        half = (cell_len(title) + 3) // 4 * 2
        return half, half
    words = title.split()
    halves = (max(len(" ".join(words[:place])), len(" ".join(words[place:]))) for place in range(1, len(words)))
    return max(map(len, words), default=0), min(halves, default=len(title))


def _parts(lanes: Sequence[_Lane], width: int) -> list[list[_Lane]]:
    """Return the columns in parts that fit; a first column of its own would not help, so each part holds at least two."""
    parts: list[list[_Lane]] = [[lanes[0]]]
    for lane in lanes[1:]:
        if len(parts[-1]) > 1 and _taken([*(other.least for other in parts[-1]), lane.least]) > width:
            parts.append([lanes[0]])
        parts[-1].append(lane)
    return parts


def _grid(lanes: Sequence[_Lane], width: int) -> Grid:
    widths, bar = _widths(lanes, width)
    grid = Grid(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, GAP - 1, 0, 0), header_style="dim")
    cells: list[Sequence[str]] = []
    for lane, columns in zip(lanes, widths, strict=True):
        side: JustifyMethod = "right" if is_number(lane.column.format) else "left"
        grid.add_column(Text(_folded(lane.column.title, columns), overflow="fold"), justify=side, width=columns, overflow="fold")
        cells.append(lane.texts)
        if lane.column.bar and bar:
            grid.add_column("", width=bar, no_wrap=True, style="cyan")
            longest = max(map(as_number, lane.cells), default=0.0)
            cells.append([draw_bar(cell, longest, bar) for cell in lane.cells])
    for row in zip(*cells, strict=True):
        grid.add_row(*(Text(text) for text in row))
    return grid


def _folded(title: str, width: int) -> str:
    """Return a title that breaks anywhere in lines of about equal length; one of words is left to break between them."""
    if " " in title or title.isascii() or cell_len(title) <= width:
        return title
    size = ceil(len(title) / ceil(cell_len(title) / (width - width % 2)))
    return "\n".join(title[start : start + size] for start in range(0, len(title), size))


def _widths(lanes: Sequence[_Lane], width: int) -> tuple[list[int], int]:
    """Return the width of each column and of the bars: first what must be, then good titles, then bars, then whole titles."""
    widths = _grown([lane.least for lane in lanes], [lane.word for lane in lanes], width)
    widths = _grown(widths, [lane.good for lane in lanes], width)
    bars = sum(lane.column.bar for lane in lanes)
    room = (width - _taken(widths)) // bars - GAP if bars else 0
    bar = min(room, LONGEST_BAR) if room >= SHORTEST_BAR else 0
    return _grown(widths, [lane.full for lane in lanes], width - bars * (bar + GAP if bar else 0)), bar


def _grown(widths: Sequence[int], wished: Sequence[int], width: int) -> list[int]:
    """Return the widths, enlarged as far as there is room, those that lack least first."""
    grown, room = list(widths), max(width - _taken(widths), 0)
    for place in sorted(range(len(grown)), key=lambda place: wished[place] - grown[place]):
        more = min(max(wished[place] - grown[place], 0), room)
        grown[place] += more
        room -= more
    return grown


def _taken(widths: Sequence[int]) -> int:
    return sum(widths) + GAP * (len(widths) - 1)
