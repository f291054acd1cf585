"""
Times as portals write them: ISO 8601 with parts left out, and the American way.
"""

import re
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from patron import instant_of

_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,]\d+)?)?)?\s*(Z|[+-]\d{1,2}(?::?\d{1,2})?)?",
    re.IGNORECASE,
)
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AP]M)?)?", re.IGNORECASE)


def read_time(written: str, zone: str) -> datetime | None:
    """Return the instant that is meant, one without an offset in *zone*; None for what is none (`0000-00-00`)."""
    text = written.strip()
    try:
        if iso := _ISO.fullmatch(text):
            year, month, day, hour, minute, second = (int(part or 0) for part in iso.groups()[:6])
            return instant_of(datetime(year, month, day, hour, minute, second), _offset(iso[7]) or ZoneInfo(zone))  # noqa: DTZ001
        if other := _AMERICAN.fullmatch(text):
            month, day, year, hour, minute, second = (int(part or 0) for part in other.groups()[:6])
            if other[7]:
                hour = hour % 12 + (12 if other[7].upper() == "PM" else 0)
            return instant_of(datetime(year, month, day, hour, minute, second), ZoneInfo(zone))  # noqa: DTZ001
    except (ValueError, OverflowError):
        return None
    return None


def _offset(written: str | None) -> timezone | None:
    """Return an offset from UTC; digits that are missing (`-08:0`) are noughts."""
    if not written:
        return None
    if written in "Zz":
        return timezone(timedelta(0))
    hours, _, minutes = written[1:].partition(":")
    if not minutes and len(hours) > 2:
        hours, minutes = hours[:-2], hours[-2:]
    span = timedelta(hours=int(hours), minutes=int((minutes or "0").ljust(2, "0")))
    return timezone(-span if written[0] == "-" else span)
