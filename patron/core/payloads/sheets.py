"""
Sheets of small size, as CSV: a day's receptions, a day's calls. Files of many rows are imported.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from patron.core.formulas import unguard
from patron.core.payloads.broken import broken_envelope
from patron.core.payloads.envelopes import own_headings
from patron.core.payloads.texts import as_text, read_json, read_text
from patron.core.records.intake import Envelope, Unreadable
from patron.core.records.reason import Reason


def read_sheet(body: bytes, broken: list[Envelope] | None = None) -> Sequence[tuple[int, Sequence[str]]]:
    """
    Return number and cells of every line of a CSV file that isn't empty; separated by commas, semicolons or tabs; the guards of
    what we wrote ourselves are off.

    Args:
        body: the file.
        broken: takes up an envelope for each line that can't be read, while the others are; without it one is in the way of all.

    Raises:
        Unreadable: a line can't be read, such as one with a quotation mark that is never closed, or the bytes are no text.
    """
    found = []
    for number, cells in _lines(body):
        if isinstance(cells, Envelope):
            _break(cells, broken)
        else:
            found.append((number, cells))
    return found


def read_rows(body: bytes, broken: list[Envelope] | None = None) -> Sequence[Mapping[str, Any]]:
    """
    Return the rows of a CSV file with a head, or the objects of JSON: heading → what stands below it.

    A file with a head and nothing below it has one row, of empty cells.

    Args:
        body: the file.
        broken: takes up an envelope for each row that can't be read, as for `read_sheet()`.

    Raises:
        Unreadable: there is no head, a line has more cells than it or can't be read at all, or no object.
    """
    if body.lstrip()[:1] in {b"{", b"["}:
        said = read_json(body)
        rows = []
        for place, row in enumerate(said if isinstance(said, list) else [said], 1):
            if isinstance(row, dict):
                rows.append(row)
            else:
                reason = Reason("payloads.no_object_at", place=place)
                _break(broken_envelope(reason if broken is not None else "payloads.no_object", as_text(row)), broken)
        return rows
    head: Sequence[str] | None = None
    rows = []
    for number, cells in _lines(body):
        if isinstance(cells, Envelope):
            _break(cells, broken if head is not None else None)
        elif head is None:
            head = cells
        elif any(cells[len(head) :]):
            reason = Reason("payloads.long_line", line=number, cells=len(cells), headings=len(head))
            _break(broken_envelope(reason, *cells), broken)
        else:
            rows.append(dict(zip(head, cells, strict=False)))
    if head is None:
        raise Unreadable("payloads.empty_sheet")
    return rows or ([] if broken else [dict.fromkeys(head, "")])


def _break(one: Envelope, broken: list[Envelope] | None) -> None:
    if broken is None:
        raise Unreadable(one.broken)
    broken.append(one)


class _Physical:
    """The lines of a text as they stand there, for a reader of CSV that may have to go back."""

    def __init__(self, text: str) -> None:
        self.all = list(io.StringIO(text, newline=""))
        self.place = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.place == len(self.all):
            raise StopIteration
        self.place += 1
        return self.all[self.place - 1]


def _lines(body: bytes) -> Iterator[tuple[int, Sequence[str] | Envelope]]:
    """Yield number and cells of every line that isn't empty; an envelope in their place where it can't be read."""
    text = read_text(body)
    if "\x00" in text:
        raise Unreadable("payloads.no_text", foreign=True)
    first = text.partition("\n")[0]
    lines = _Physical(text)
    reader = csv.reader(lines, delimiter=max(",;\t", key=first.count), strict=True)
    while lines.place < len(lines.all):
        begin = lines.place
        try:
            stripped = [unguard(cell.strip()) for cell in next(reader)]
        except csv.Error:
            # A quotation mark that is never closed takes in the lines behind it, which have nothing to do with it.
            lines.place = begin + 1
            yield begin + 1, broken_envelope(Reason("payloads.bad_line", line=begin + 1), lines.all[begin].strip())
        else:
            if any(stripped):
                yield lines.place, stripped


def added_headings(headings: Mapping[str, str], own: Mapping[str, str] | None) -> Mapping[str, str]:
    """
    Return headings with those that a connection adds; what it says goes before what is usual.

    Args:
        headings: field → headings that mean it, as `by_headings()` takes them.
        own: the same, of the connection; None for none. A heading that it gives to a field means no other any more.
    """
    said = {field: [name.strip() for name in str(names).split("|") if name.strip()] for field, names in (own or {}).items()}
    taken = {name.lower() for names in said.values() for name in names}
    kept = {field: [one for one in names.split("|") if one.strip().lower() not in taken] for field, names in headings.items()}
    return {field: "|".join([*said.get(field, ()), *kept.get(field, ())]) for field in {**headings, **said}}


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
    said = {name.strip().lower(): field for field, names in headings for name in names.split("|") if name.strip()}
    return {**own_headings(dict(headings)), **said}
