"""
Tables of text, set by the columns that their cells take; Chinese characters take two.
"""

import sys
from collections.abc import Collection, Iterable, Sequence

import click

from patron.cli.formatting import columns

WIDEST = 40
"""Columns of a terminal that one cell may take in any case; where there is room, it takes more."""
_BETWEEN = "  "

_STEERING = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))


def print_table(rows: Iterable[Sequence[str]], *, right: Collection[int] = (), widest: int | None = None) -> None:
    """
    Print rows with every column as wide as its widest cell.

    On a terminal long cells are cut to what fits into its lines; whatever reads from a pipe has no lines, and gets them whole.

    Args:
        rows: the cells; the head is the first of the rows.
        right: the places of columns that are set to the right.
        widest: how many columns a cell that is to be cut has at least; None where none is.
    """
    lines = [[fitted(cell, None) for cell in row] for row in rows]
    widths = [max(columns(cell) for cell in cells) for cells in zip(*lines, strict=True)]
    if widest is not None and sys.stdout.isatty():
        most = _most(widths, widest)
        lines = [[fitted(cell, most) for cell in line] for line in lines]
        widths = [min(width, most) for width in widths]
    for line in lines:
        cells = (_set(cell, width, place in right) for place, (cell, width) in enumerate(zip(line, widths, strict=True)))
        click.echo(_BETWEEN.join(cells).rstrip())


def _most(widths: Sequence[int], least: int) -> int:
    """Return how many columns a cell may take, so that rows of such cells fit into a line; *least* where that is too much."""
    from shutil import get_terminal_size  # only for a terminal

    room = get_terminal_size().columns - len(_BETWEEN) * (len(widths) - 1)
    most = max(widths, default=least)
    while most > least and sum(min(width, most) for width in widths) > room:
        most -= 1
    return max(most, least)


def fitted(text: str, widest: int | None) -> str:
    """Return the text on one line without signs that turn the direction of reading, and cut to *widest* columns."""
    line = " ".join(text.translate(_STEERING).split())
    if widest is None or columns(line) <= widest:
        return line
    while line and columns(line) >= widest:
        line = line[:-1]
    return line + "…"


def _set(cell: str, width: int, right: bool) -> str:
    space = " " * (width - columns(cell))
    return space + cell if right else cell + space
