"""
Columns of text → calendar days.

ISO 8601 is read by the column: with the compiled kernel where numba is loaded already, else with Arrow. What they leave over
goes, each distinct text once, through `parse_moment`.
"""

from collections.abc import Callable
from typing import cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from patron.core.scoring.days.moment import Moment, parse_moment
from patron.core.scoring.days.zones import DAY, FIRST_DAY, LAST_DAY, local_days
from patron.core.scoring.status import BAD, MISSING, OK
from patron.core.scoring.strings import compiled_ready, data_of, offsets_of
from patron.kernel.layout import Bools, Int64s, UInt8s

_NAIVE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?)?$"
_WITH_OFFSET = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})$"


def read_iso(array: pa.Array, zone: str) -> tuple[Int64s, UInt8s]:
    """Read a (large) string column: days in *zone* and statuses."""
    days, status = np.zeros(len(array), dtype=np.int64), np.zeros(len(array), dtype=np.uint8)
    read = _read_compiled if compiled_ready() else _read_with_arrow
    left = read(array, zone, days, status)
    if len(left):
        read_each(array, left, parse_moment, zone, days, status)
    return days, status


def _read_compiled(array: pa.Array, zone: str, days: Int64s, status: UInt8s) -> Int64s:
    from patron.kernel.compiled.text import NO_OFFSET, parse_iso_times

    instants = np.zeros(len(array), dtype=np.int64)
    zoned = parse_iso_times(data_of(array), offsets_of(array), days, instants, status)
    left = np.flatnonzero(status == BAD)
    status[left] = OK
    if array.null_count:
        nulls = _nulls(array)
        status[nulls], days[nulls] = MISSING, 0
        left = left[~nulls[left]]
    if zoned:
        rows = np.flatnonzero(instants != NO_OFFSET)
        _convert(instants[rows], rows, zone, days, status)
    return left


def _read_with_arrow(array: pa.Array, zone: str, days: Int64s, status: UInt8s) -> Int64s:
    try:
        days[:] = _arrow_days(array)
    except pa.ArrowInvalid:
        return _read_mixed(array, zone, days, status)
    if array.null_count:
        status[_nulls(array)] = MISSING
    return np.zeros(0, dtype=np.int64)


def _read_mixed(array: pa.Array, zone: str, days: Int64s, status: UInt8s) -> Int64s:
    """Read the rows whose form Arrow knows; return the others."""
    nulls = _nulls(array)
    status[nulls] = MISSING
    left = ~nulls
    naive = np.flatnonzero(_matches(array, _NAIVE))
    try:
        days[naive] = _arrow_days(array.take(pa.array(naive)))
        left[naive] = False
    except pa.ArrowInvalid:
        # Some date is impossible: find out which, with the rest.
        pass
    zoned = np.flatnonzero(_matches(array, _WITH_OFFSET))
    try:
        instants = pc.cast(array.take(pa.array(zoned)), pa.timestamp("s", "UTC")).cast(pa.int64()).to_numpy()
        _convert(instants, zoned, zone, days, status)
        left[zoned] = False
    except pa.ArrowInvalid:
        pass
    return np.flatnonzero(left)


def _arrow_days(array: pa.Array) -> Int64s:
    stamps = pc.cast(array, pa.timestamp("s"))
    days = pc.cast(stamps, pa.date32()).cast(pa.int32()).fill_null(0).to_numpy()
    return cast(Int64s, days.astype(np.int64))


def _matches(array: pa.Array, pattern: str) -> Bools:
    return cast(Bools, pc.match_substring_regex(array, pattern).fill_null(False).to_numpy(zero_copy_only=False))


def read_each(array: pa.Array, rows: Int64s, parse: Callable[[str], Moment], zone: str, days: Int64s, status: UInt8s) -> None:
    """Read rows one by one, each distinct text once."""
    encoded = pc.dictionary_encode(array.take(pa.array(rows)))
    codes = encoded.indices.to_numpy()
    moments = [parse(text) for text in encoded.dictionary.to_pylist()]
    days[rows] = np.array([moment.day for moment in moments], dtype=np.int64)[codes]
    status[rows] = np.array([moment.status for moment in moments], dtype=np.uint8)[codes]
    zoned = np.array([moment.instant is not None for moment in moments], dtype=np.bool_)[codes]
    instants = np.array([moment.instant or 0 for moment in moments], dtype=np.int64)[codes[zoned]]
    _convert(instants, rows[zoned], zone, days, status)


def _convert(instants: Int64s, rows: Int64s, zone: str, days: Int64s, status: UInt8s) -> None:
    """Set the days of *rows* to those of their instants in *zone*; instants beyond the calendar are bad."""
    inside = (instants >= FIRST_DAY * DAY) & (instants < (LAST_DAY + 1) * DAY)
    days[rows[inside]] = local_days(instants[inside], zone)
    days[rows[~inside]], status[rows[~inside]] = 0, BAD


def _nulls(array: pa.Array) -> Bools:
    return cast(Bools, array.is_null().to_numpy(zero_copy_only=False))
