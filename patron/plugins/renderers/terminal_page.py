"""
A document for the terminal: tables with bars, small pictures of the charts, within the columns there are.

Widths are counted in terminal columns, in which a Chinese character takes two. Without colour everything is still said by digits
and bars. What a pipe or a file gets is the same text without styles.
"""

import io
from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from patron import Basis, Block, Chart, ChartKind, Document, Figures, Level, Note, RenderOptions, Section, Table, Translator
from patron.plugins.renderers.formats import basis_line, formula, show
from patron.plugins.renderers.needs import words_for
from patron.plugins.renderers.terminal_charts import draw_chart
from patron.plugins.renderers.terminal_tables import draw_table, shows_bars

NARROWEST = 40


def render(document: Document, options: RenderOptions) -> bytes:
    """Return the page as UTF-8 text, with escape sequences where the terminal shows colours."""
    width = max(options.width, NARROWEST)
    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=options.colour,
        color_system="256" if options.colour else None,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
        # The width is given; the environment must not change what the same document looks like.
        _environ={},
    )
    console.print(Text(document.title, "bold"), Text(document.subtitle, "dim"), sep="\n")
    t = words_for(document)
    for section in document.sections:
        console.print("", Text(section.title, "bold cyan"), sep="\n")
        for block in _worth_drawing(section, width):
            console.print(Padding(_draw(block, width, t), (1, 0, 0, 0)))
    if document.footer:
        console.print("", Text(document.footer, "dim"), sep="\n")
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines()).encode()


def _worth_drawing(section: Section, width: int) -> Iterator[Block]:
    """Leave out bar charts beside a table that draws bars: they would say the same twice."""
    has_bars = any(shows_bars(block, width) for block in section.blocks if isinstance(block, Table))
    for block in section.blocks:
        if not (has_bars and isinstance(block, Chart) and block.kind is ChartKind.BAR):
            yield block


def _draw(block: Block, width: int, t: Translator) -> RenderableType:
    match block:
        case Figures():
            return _figures(block, width)
        case Table():
            return Group(Text(block.title, "bold"), draw_table(block, width), *_basis(block.basis))
        case Chart():
            return Group(Text(block.title, "bold"), draw_chart(block, width), *_basis(block.basis))
        case Note():
            return Text(t("renderers.warned", text=block.text), "yellow") if block.level is Level.WARNING else Text(block.text)


def _figures(block: Figures, width: int) -> RenderableType:
    grid = Grid.grid(padding=(0, 2))
    grid.add_column()
    grid.add_column(justify="right", style="bold", no_wrap=True)
    grid.add_column(style="dim", ratio=1)
    periods = {figure.basis.period for figure in block.figures}
    for figure in block.figures:
        made_of = formula(figure.basis) if len(periods) == 1 else basis_line(figure.basis)
        grid.add_row(figure.label, show(figure.value, figure.format), made_of)
    return Group(grid, Text(periods.pop(), "dim")) if len(periods) == 1 else grid


def _basis(basis: Basis | None) -> list[Text]:
    return [Text(basis_line(basis), "dim")] if basis else []
