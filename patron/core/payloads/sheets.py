"""
Sheets of small size, as CSV: a day's receptions, a day's calls. Files of many rows are imported.
"""

import csv
import io
from collections.abc import Sequence

from patron.core.payloads.texts import read_text
from patron.core.records.intake import Unreadable


def read_sheet(body: bytes) -> Sequence[tuple[int, Sequence[str]]]:
    """
    Return number and cells of every line of a CSV file that isn't empty; separated by commas, semicolons or tabs.

    Raises:
        Unreadable: a quotation mark is never closed, or the bytes are no text.
    """
    text = read_text(body)
    if "\x00" in text:
        raise Unreadable("no text", foreign=True)
    first = text.partition("\n")[0]
    sign = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    rows = []
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                rows.append((reader.line_num, stripped))
    except csv.Error as error:
        raise Unreadable(f"line {reader.line_num}: {error}") from error
    return rows
