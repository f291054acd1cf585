"""
Tables of text, set by the columns that their cells take; Chinese characters take two.
"""

from collections.abc import Collection, Iterable, Sequence

import click

from patron.cli.formatting import columns

WIDEST = 40
"""Columns of a terminal that one cell may take."""

_STEERING = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))


def print_table(rows: Iterable[Sequence[str]], *, right: Collection[int] = (), widest: int | None = None) -> None:
    """
    Print rows with every column as wide as its widest cell.

    Args:
        rows: the cells; the head is the first of the rows.
        right: the places of columns that are set to the right.
        widest: longer cells are cut.
    """
    lines = [[fitted(cell, widest) for cell in row] for row in rows]
    widths = [max(columns(cell) for cell in cells) for cells in zip(*lines, strict=True)]
    for line in lines:
        cells = (_set(cell, width, place in right) for place, (cell, width) in enumerate(zip(line, widths, strict=True)))
        click.echo("  ".join(cells).rstrip())


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
