"""
Lists of small size that somebody keeps by hand, as text or as an Excel workbook: a day's receptions, a form that was filled in.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from patron.core.errors import PatronError
from patron.core.exchange.cells import text_of
from patron.core.exchange.source import InMemory, SourceFile, SourceOptions, open_rows
from patron.core.names import listed
from patron.core.payloads import aside_envelope, read_form, read_rows
from patron.core.records.intake import Envelope, Unreadable
from patron.core.records.reason import Reason

_WORKBOOK = b"PK\x03\x04"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def read_table(
    body: bytes,
    name: str = "",
    broken: list[Envelope] | None = None,
    *,
    content_type: str = "",
    asides: list[Envelope] | None = None,
) -> Sequence[Mapping[str, Any]]:
    """
    Return the rows of a list: heading → what stands below it, as text.

    Args:
        body: an Excel workbook, of which the first sheet with rows is read, or what `read_rows()` reads.
        name: what complaints call it.
        broken: takes up an envelope for each row that can't be read, as for `read_rows()`; a workbook has none such.
        content_type: what the bytes are said to be; those of a form are one row, of each field the first that says something.
        asides: takes up an envelope that tells whoever brought it which other sheets of a workbook have rows.

    Raises:
        Unreadable: it is no list, or a workbook that is damaged or beyond the bounds.
    """
    if content_type.partition(";")[0].strip().lower() in _FORMS:
        fields: dict[str, str] = {}
        for field, value in read_form(body, content_type):
            fields[field] = fields.get(field) or value
        return [fields]
    if not body.startswith(_WORKBOOK):
        return read_rows(body, broken)
    try:
        source = open_rows(InMemory(body, name or "–"), SourceOptions())
        try:
            if asides is not None:
                asides += map(aside_envelope, other_sheets(source))
            return [dict(zip(source.header, map(text_of, row.cells), strict=False)) for row in source.rows()]
        finally:
            source.close()
    except PatronError as error:
        raise Unreadable(Reason(error.key, **error.details), foreign=True) from error


def other_sheets(source: SourceFile) -> list[Reason]:
    """Return as a reason, if any, that a workbook has other sheets with rows beside the one that is read."""
    if not source.others:
        return []
    others = listed([f"{name} ({rows})" for name, rows in source.others.items()])
    return [Reason("payloads.one_sheet", sheet=source.sheet, others=others)]
