"""
Sheets of small size, as CSV: a day's receptions, a day's calls. Files of many rows are imported.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from patron.core.formulas import unguard
from patron.core.payloads.envelopes import own_headings
from patron.core.payloads.texts import as_text, read_json, read_text
from patron.core.records.intake import Unreadable
from patron.core.records.reason import Reason


def read_sheet(body: bytes) -> Sequence[tuple[int, Sequence[str]]]:
    """
    Return number and cells of every line of a CSV file that isn't empty; separated by commas, semicolons or tabs; the guards of
    what we wrote ourselves are off.

    Raises:
        Unreadable: a quotation mark is never closed, or the bytes are no text.
    """
    text = read_text(body)
    if "\x00" in text:
        raise Unreadable("payloads.no_text", foreign=True)
    first = text.partition("\n")[0]
    sign = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    rows = []
    try:
        for cells in reader:
            stripped = [unguard(cell.strip()) for cell in cells]
            if any(stripped):
                rows.append((reader.line_num, stripped))
    except csv.Error as error:
        raise Unreadable(Reason("payloads.bad_line", line=reader.line_num)) from error
    return rows


def read_rows(body: bytes) -> Sequence[Mapping[str, Any]]:
    """
    Return the rows of a CSV file with a head, or the objects of JSON: heading → what stands below it.

    A file with a head and nothing below it has one row, of empty cells.

    Raises:
        Unreadable: there is no head, a line has more cells than it, or no object.
    """
    if body.lstrip()[:1] in {b"{", b"["}:
        said = read_json(body)
        rows = said if isinstance(said, list) else [said]
        if not all(isinstance(row, dict) for row in rows):
            raise Unreadable("payloads.no_object")
        return rows
    lines = read_sheet(body)
    if not lines:
        raise Unreadable("payloads.empty_sheet")
    head = lines[0][1]
    for number, cells in lines[1:]:
        if len(cells) > len(head) and any(cells[len(head) :]):
            raise Unreadable(Reason("payloads.long_line", line=number, cells=len(cells), headings=len(head)))
    return [dict(zip(head, cells, strict=False)) for _, cells in lines[1:]] or [dict.fromkeys(head, "")]


def by_headings(row: Mapping[str, Any], headings: Mapping[str, str]) -> dict[str, str]:
    """
    Return what a row says: field → text; what has no field stands under its heading, and so does what is said of a field again.

    Args:
        row: as `read_rows()` gives it.
        headings: field → headings that mean it, with `|` between them, in whatever case; what we call fields and schemes
            ourselves, in either language, is known besides.
    """
    known = _fields(headings)
    said: dict[str, str] = {}
    for name, value in row.items():
        if text := as_text(value):
            field = known.get(name.strip().lower(), name.strip())
            if said.setdefault(field, text) != text:
                said.setdefault(name.strip(), text)
    return said


def headings_of(row: Mapping[str, Any], headings: Mapping[str, str]) -> dict[str, str]:
    """Return under which heading a row says a field, as it was written; see `by_headings()`."""
    known = _fields(headings)
    written: dict[str, str] = {}
    for name, value in row.items():
        if as_text(value):
            written.setdefault(known.get(name.strip().lower(), name.strip()), name.strip())
    return written


def knows_heading(rows: Iterable[Mapping[str, Any]], headings: Mapping[str, str]) -> bool:
    """Return whether any heading of a list means a field; see `by_headings()`. A list without one is of something else."""
    known = _fields(headings)
    return any(name.strip().lower() in known for row in rows for name in row)


def _fields(headings: Mapping[str, str]) -> Mapping[str, str]:
    """Return heading, folded → field."""
    return _fields_of(tuple(headings.items()))


@lru_cache(maxsize=32)
def _fields_of(headings: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    said = {name.strip().lower(): field for field, names in headings for name in names.split("|")}
    return {**own_headings(dict(headings)), **said}
