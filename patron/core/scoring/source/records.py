"""
Where records begin and end in delimited text: line breaks count only outside quotes.

A field is quoted when a quote is its first character; inside, a quote is written twice, and line breaks and delimiters are plain
characters. A quote elsewhere is a plain character (`5" pipe`). Line breaks are LF, CR LF or a lone CR.
"""

import attrs
import numpy as np

from patron.core.scoring.source.parity import ends_inside
from patron.kernel.layout import Bools, Int64s, UInt8s

_LF, _CR, _QUOTE = 10, 13, 34


def record_end(data: bytearray, length: int, delimiter: int, line_break: bytes) -> int:
    """
    Return the end of the last complete record in *data*, which begins with a record; 0 where none is complete.

    Args:
        data: the bytes, of which the last record may be cut off.
        length: how many of the bytes count.
        delimiter: the byte between fields.
        line_break: the byte that ends lines.
    """
    end = data.rfind(line_break, 0, length) + 1
    if end == 0 or data.find(b'"', 0, end) < 0:
        return end
    array = np.frombuffer(data, dtype=np.uint8, count=end)
    inside = ends_inside(array, delimiter)
    if inside is None:
        return _end_outside(data, end, enclosing_quotes(array, delimiter), line_break)
    while inside:
        # The line break stands inside the field that the last quote before it opens.
        earlier = data.rfind(line_break, 0, data.rfind(b'"', 0, end)) + 1
        inside = data.count(b'"', earlier, end) % 2 == 0
        end = earlier
    return end


def _end_outside(data: bytearray, end: int, quotes: Int64s, line_break: bytes) -> int:
    """Return the last end of a line, at or before *end*, that no enclosing quotes hold; 0 where there is none."""
    while end:
        # An odd number of quotes before a line break: it stands inside the field that the last of them opens.
        before = int(np.searchsorted(quotes, end))
        if before % 2 == 0:
            return end
        end = data.rfind(line_break, 0, int(quotes[before - 1])) + 1
    return 0


def enclosing_quotes(data: UInt8s, delimiter: int) -> Int64s:
    """Return where quotes open and close fields, in turn; a doubled quote may stand among them as a close and an open."""
    quotes = np.flatnonzero(data == _QUOTE)
    if not len(quotes):
        return quotes
    begins = _begins_field(data, quotes, delimiter)
    opening = begins[::2].copy()
    opening[1:] |= (quotes[2::2] - quotes[1:-1:2]) == 1
    return quotes if opening.all() else _one_by_one(quotes, begins)


def _begins_field(data: UInt8s, quotes: Int64s, delimiter: int) -> Bools:
    before = data[np.maximum(quotes - 1, 0)]
    begins: Bools = (quotes == 0) | (before == delimiter) | (before == _LF) | (before == _CR)
    return begins


def _one_by_one(quotes: Int64s, begins: Bools) -> Int64s:
    """Find the enclosing quotes where some quotes are plain characters."""
    places, opens = quotes.tolist(), begins.tolist()
    enclosing: list[int] = []
    number = 0
    while number < len(places):
        if opens[number]:
            enclosing.append(places[number])
            number += 1
            while number + 1 < len(places) and places[number + 1] == places[number] + 1:
                number += 2
            enclosing.extend(places[number : number + 1])
        number += 1
    return np.array(enclosing, dtype=np.int64)


@attrs.frozen(eq=False)
class Records:
    """
    The records of a piece of text, without blank lines.

    Attributes:
        starts: where each begins; shape (records,).
        ends: where each ends, before its line break; shape (records,).
        lines: the line on which each begins, counted from 0; shape (records,).
        fields: how many fields each has; shape (records,).
    """

    starts: Int64s
    ends: Int64s
    lines: Int64s
    fields: Int64s


def find_records(data: bytes | bytearray | memoryview, delimiter: int, line_break: bytes) -> Records:
    """Take apart a piece of text that begins and ends with whole records."""
    array = np.frombuffer(data, dtype=np.uint8)
    quotes = enclosing_quotes(array, delimiter)
    ends = _outside(np.flatnonzero((array == _LF) | (array == _CR)), quotes)
    starts = np.concatenate([[0], ends + 1])
    ends = np.concatenate([ends, [len(array)]])
    # Blank lines are no records, and neither is what stands between CR and LF.
    filled = ends > starts
    starts, ends = starts[filled], ends[filled]
    delimiters = _outside(np.flatnonzero(array == delimiter), quotes)
    fields = np.searchsorted(delimiters, ends) - np.searchsorted(delimiters, starts) + 1
    lines = np.searchsorted(np.flatnonzero(array == line_break[0]), starts)
    return Records(starts, ends, lines, fields)


def _outside(places: Int64s, quotes: Int64s) -> Int64s:
    """Return the places that do not stand inside quotes."""
    outside: Int64s = places[np.searchsorted(quotes, places) % 2 == 0]
    return outside


def count_lines(data: bytes | bytearray | memoryview, line_break: bytes) -> int:
    """Return how many lines end in *data*."""
    return int(np.count_nonzero(np.frombuffer(data, dtype=np.uint8) == line_break[0]))
