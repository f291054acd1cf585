"""
Instants → calendar days of a zone, by a table of the zone's transitions.

`zoneinfo` answers for one instant at a time; the table asks it about the days of the years that occur and finds each change of
the offset to the second, once a year and zone in a process. Millions of instants are then one look-up in a short sorted table.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from patron.kernel.layout import Int64s

DAY = 86400
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
"""What `date.toordinal` says of 1970-01-01."""

FIRST_DAY, LAST_DAY = 1 - EPOCH_ORDINAL, date(9999, 12, 31).toordinal() - EPOCH_ORDINAL
"""The days of the years 1 to 9999, counted from 1970-01-01."""


def local_days(instants: Int64s, zone: str) -> Int64s:
    """
    Return the calendar day in *zone* of each instant.

    Args:
        instants: seconds since 1970-01-01T00:00:00Z within the years 1 to 9999.
        zone: an IANA name.
    """
    if not len(instants):
        return np.zeros(0, dtype=np.int64)
    changes, offsets = _table(zone, _years(int(instants.min()), int(instants.max()), instants))
    shift = offsets[0] if len(offsets) == 1 else offsets[np.searchsorted(changes[1:], instants, side="right")]
    days: Int64s = (instants + shift) // DAY
    return days


def _years(first: int, last: int, instants: Int64s) -> tuple[int, ...]:
    """Return the years that occur, with all between them unless they are many."""
    begin, end = _year(first), _year(last)
    if end - begin < 100:
        return tuple(range(begin, end + 1))
    days = np.unique(instants // DAY)
    return tuple(sorted({_year(day * DAY) for day in days.tolist()}))


def _year(instant: int) -> int:
    return datetime.fromordinal(instant // DAY + EPOCH_ORDINAL).year


@lru_cache(maxsize=64)
def _table(zone: str, years: tuple[int, ...]) -> tuple[Int64s, Int64s]:
    """Return instants, ascending, and the offset in seconds that holds from each on; neighbours differ."""
    changes: list[int] = []
    offsets: list[int] = []
    for year in years:
        for change, offset in _transitions(zone, year):
            if not offsets or offsets[-1] != offset:
                changes.append(change)
                offsets.append(offset)
    return np.array(changes, dtype=np.int64), np.array(offsets, dtype=np.int64)


@lru_cache(maxsize=4096)
def _transitions(zone: str, year: int) -> tuple[tuple[int, int], ...]:
    """Return the beginning of *year* (UTC) and each change of the offset in it, with the offset from then on."""
    info = ZoneInfo(zone)
    start = (date(year, 1, 1).toordinal() - EPOCH_ORDINAL) * DAY
    end = (date(year, 12, 31).toordinal() - EPOCH_ORDINAL + 1) * DAY
    found = [(start, _offset(info, start))]
    for day in range(start, end, DAY):
        last = min(day + DAY, end - 1)
        while _offset(info, last) != found[-1][1]:
            change = _first_change(info, max(day, found[-1][0]), last)
            found.append((change, _offset(info, change)))
    return tuple(found)


def _first_change(info: ZoneInfo, low: int, high: int) -> int:
    """Return the first second after *low*, up to *high*, at which the offset is not that of *low*."""
    before = _offset(info, low)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(info, middle) == before:
            low = middle
        else:
            high = middle
    return high


def _offset(info: ZoneInfo, instant: int) -> int:
    # The first and last day of the calendar have no neighbours to convert to: take the offset a day further in.
    inside = min(max(instant, (FIRST_DAY + 1) * DAY), LAST_DAY * DAY - 1)
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=inside)
    local = moment.astimezone(info)
    return (local.replace(tzinfo=UTC) - moment) // timedelta(seconds=1)
