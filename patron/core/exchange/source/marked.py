"""
Cells of a sheet of which more is known than the library that reads workbooks tells: looked up in the file itself, row by row.
"""

from collections.abc import Iterator
from typing import Generic, TypeVar

Cell = TypeVar("Cell")


class MarkedCells(Generic[Cell]):
    """
    What is known of some cells, asked for as the rows are read.

    Args:
        cells: the row of each, from 1, and what is known of it; in the order of the rows.
    """

    def __init__(self, cells: Iterator[tuple[int, Cell]]) -> None:
        self._cells = cells
        self._next = next(cells, None)

    def of_row(self, row: int) -> list[Cell]:
        """Return what is known of the cells of a row; rows are asked for in order, from 1."""
        found = []
        while self._next is not None and self._next[0] <= row:
            if self._next[0] == row:
                found.append(self._next[1])
            self._next = next(self._cells, None)
        return found
