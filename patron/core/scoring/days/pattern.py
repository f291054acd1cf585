"""
Columns of text → calendar days, by a pattern of the user's.

`strptime` takes microseconds, so each distinct text is read once. Times of a busy shop are nearly all distinct, but their dates
are few and so are their hours and minutes: where the pattern has the date before its first space and the time behind it, the two
are read apart.
"""

import re
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from patron.core.scoring.days.moment import Moment, parse_pattern
from patron.core.scoring.days.text import read_each
from patron.core.scoring.status import BAD, MISSING, OK
from patron.kernel.layout import Int64s, UInt8s

_DATE, _TIME = set("YymdbBjaA"), set("HIMSfp")


def read_pattern(array: pa.Array, zone: str, pattern: str) -> tuple[Int64s, UInt8s]:
    """Read a (large) string column by a `strptime` pattern: days in *zone* and statuses."""
    days, status = np.zeros(len(array), dtype=np.int64), np.zeros(len(array), dtype=np.uint8)
    if array.null_count:
        status[array.is_null().to_numpy(zero_copy_only=False)] = MISSING
    left = np.flatnonzero(status == OK)
    halves = _halves(pattern)
    if halves:
        left = _read_apart(array, left, halves, days, status)
    if len(left):
        read_each(array, left, lambda text: parse_pattern(text, pattern), zone, days, status)
    return days, status


def _halves(pattern: str) -> tuple[str, str] | None:
    """Return the patterns of date and time; None where the pattern does not part cleanly at its first space."""
    date, space, time = pattern.strip().partition(" ")
    directives = [set(re.findall("%(.)", half)) for half in (date, time)]
    clean = space and directives[0] <= _DATE and directives[1] <= _TIME
    return (date, time.strip()) if clean else None


def _read_apart(array: pa.Array, rows: Int64s, halves: tuple[str, str], days: Int64s, status: UInt8s) -> Int64s:
    """Read date and time of *rows*, each distinct half once; return the rows that do not part as the pattern does."""
    parts = pc.split_pattern(array.take(pa.array(rows)), " ", max_splits=1)
    parted = pc.equal(pc.list_value_length(parts), 2).to_numpy(zero_copy_only=False)
    texts = parts.filter(pa.array(parted)).flatten()
    found, left = rows[parted], rows[~parted]
    dates, date_status = _half(texts[::2], halves[0])
    _, time_status = _half(texts[1::2], halves[1])
    days[found] = dates
    status[found] = np.where((date_status == OK) & (time_status == OK), OK, BAD)
    # A space in front makes an empty date, which the careful reader strips.
    again = found[date_status == MISSING]
    status[again] = OK
    return np.concatenate([left, again])


@lru_cache(maxsize=2**17)
def _remembered(text: str, pattern: str) -> Moment:
    """Return what `parse_pattern` says; a day has 86,400 seconds, and every batch brings them again."""
    return parse_pattern(text, pattern)


def _half(texts: pa.Array, pattern: str) -> tuple[Int64s, UInt8s]:
    encoded = pc.dictionary_encode(texts)
    moments = [_remembered(text, pattern) for text in encoded.dictionary.to_pylist()]
    codes = encoded.indices.to_numpy()
    days = np.array([moment.day for moment in moments], dtype=np.int64)
    return days[codes], np.array([moment.status for moment in moments], dtype=np.uint8)[codes]
