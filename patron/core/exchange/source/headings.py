"""
Where the headings of a table are: sheets that people keep have a title above them, a line of who made it, headings of two lines.

What headings are called this module doesn't know; whoever opens a file says which texts it understands. A row in which some are
understood is taken for theirs as far as it has no values: a line "日期 2026-11-22" above a table is none. Nobody looks further
where the first row is one, as in nearly every file.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import islice
from typing import NamedTuple

import attrs

from patron.core.errors import PatronError
from patron.core.exchange.source.row import Above, Cell, SourceRow

_ENOUGH = 2
"""Headings of a row that are understood, which make it that of headings."""

_MORE = 3
"""The same below a row that has one, for a row of values has words, too, that may be headings."""

_LONGEST = 60
_VALUE = re.compile(r"[^A-Za-z\u00aa-\U0003ffff]*[0-9][^A-Za-z\u00aa-\U0003ffff]*")
_LEAST_DIGITS = 5
_DATE_SIGNS = str.maketrans("", "", "年月日号时分秒")


Knows = Callable[[str], bool]
"""Says whether a text is a heading that is understood."""


@attrs.frozen(kw_only=True)
class Wanted:
    """
    Which headings are looked for, and where.

    Attributes:
        knows: says which are understood; None to take the first row that says something.
        within: among how many rows, from the first.
        row: the number of their row, where somebody said it.
    """

    knows: Knows | None = None
    within: int = 1
    row: int | None = None


ANY = Wanted()


class Located(NamedTuple):
    """
    The headings.

    Attributes:
        taken: how many rows were above the first that is of the table.
        line: the row of the headings, the last of two.
        names: the headings.
        above: the rows above them that say something.
        problem: why their row can't be read.
    """

    taken: int
    line: int
    names: tuple[str, ...]
    above: tuple[Above, ...] = ()
    problem: PatronError | None = None


class _Candidate(NamedTuple):
    place: int
    row: SourceRow
    names: list[str]
    known: int
    filled: int
    has_values: bool


def locate(rows: Iterable[SourceRow], wanted: Wanted) -> Located | None:
    """
    Return the headings of a table; None where no row says anything, or not the one that was named.

    Args:
        rows: from the first, empty ones included; no more are drawn than are looked at.
        wanted: which headings are looked for.
    """
    drawn = iter(rows)
    seen: list[_Candidate] = []
    chosen = _named(drawn, seen, wanted.row) if wanted.row is not None else _found(drawn, seen, wanted)
    if chosen is None:
        return None
    names, taken, line = list(chosen.names), chosen.place + 1, chosen.row.line
    before = next((one for one in seen if one.place == chosen.place - 1 and one.filled > 1), None)
    if before is not None and "" in names and wanted.row is None:
        names = _laid_over(before.names, names)
    elif "" in names and chosen.filled > 1 and chosen.row.problem is None:
        seen += [_candidate(taken, row, wanted) for row in islice(drawn, max(0, taken + 1 - len(seen)))]
        below = seen[taken] if taken < len(seen) else None
        if below is not None and _is_second_line(names, below):
            names, taken, line = _laid_over(names, below.names), taken + 1, below.row.line
    while names and not names[-1]:
        names.pop()
    above = tuple(_above(one.row) for one in seen if one.place < chosen.place and one.filled)
    return Located(taken, line, tuple(names), above, chosen.row.problem)


def _named(rows: Iterable[SourceRow], seen: list[_Candidate], row: int) -> _Candidate | None:
    for place, one in enumerate(rows):
        seen.append(_candidate(place, one, Wanted()))
        if one.line >= row:
            return seen[-1] if one.line == row and seen[-1].filled else None
    return None


def _found(rows: Iterable[SourceRow], seen: list[_Candidate], wanted: Wanted) -> _Candidate | None:
    first: _Candidate | None = None
    best: _Candidate | None = None
    for place, row in enumerate(rows):
        one = _candidate(place, row, wanted)
        seen.append(one)
        if one.filled:
            first = first or one
            if not one.has_values:
                if one.known >= (_ENOUGH if best is None else _MORE):
                    return one
                # One alone is something in the first row, or where there is no other.
                if best is None and one.known and (one is first or one.known == one.filled):
                    best = one
        if first is not None and (wanted.knows is None or place + 1 >= wanted.within):
            break
    return best or first


def _candidate(place: int, row: SourceRow, wanted: Wanted) -> _Candidate:
    names = ["" if cell is None else str(cell).strip() for cell in row.cells]
    filled = [name for name in names if name]
    if row.problem is not None:
        return _Candidate(place, row, names, 0, len(filled), has_values=False)
    known = 0 if wanted.knows is None else sum(map(wanted.knows, filled))
    return _Candidate(place, row, names, known, len(filled), has_values=any(map(_is_value, row.cells)))


def _is_value(cell: Cell) -> bool:
    """Say whether a cell is no heading: a number, a day, a phone number."""
    if isinstance(cell, str):
        text = cell.translate(_DATE_SIGNS)
        return sum(map(str.isdigit, text)) >= _LEAST_DIGITS and _VALUE.fullmatch(text) is not None
    return isinstance(cell, int | float | date)


def _is_second_line(names: Sequence[str], below: _Candidate) -> bool:
    """Say whether the row below headings has more of them, of columns that these only put into groups."""
    apart = [place for place, name in enumerate(below.names) if name and not (place < len(names) and names[place])]
    known = below.known >= _ENOUGH or below.known == below.filled > 0
    return bool(apart) and known and not below.has_values and below.row.problem is None


def _laid_over(above: Sequence[str], below: Sequence[str]) -> list[str]:
    """Return the headings of two lines: those below, and where these say nothing, those above."""
    width = max(len(above), len(below))
    one, other = ([*names, *[""] * (width - len(names))] for names in (above, below))
    return [name or group for group, name in zip(one, other, strict=True)]


def _above(row: SourceRow) -> Above:
    told = " ".join(filter(None, ("" if cell is None else f"{cell}".removesuffix(".0").strip() for cell in row.cells)))
    return Above(row.line, " ".join(told.split())[:_LONGEST])
