"""
Times as people and programs write them: ISO 8601 with parts left out, the American and the Chinese way, and counts of seconds.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from patron.core.clock import instant_of

_ISO = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[T ]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,]\d+)?)?)?\s*(Z|[+-]\d{1,2}(?::?\d{1,2})?)?",
    re.IGNORECASE,
)
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AP]M)?)?", re.IGNORECASE)


_COUNT = re.compile(r"(\d{9,10})(?:\.\d+)?|(\d{12,13})")
"""Seconds, or milliseconds, since 1970; eleven digits are a phone number."""


def read_time(written: object, zone: str) -> datetime | None:
    """
    Return the instant that is meant; None for what is none (`0000-00-00`).

    Args:
        written: a text, or a count of seconds or milliseconds since 1970.
        zone: of times without an offset, an IANA name.
    """
    text = "" if written is None or isinstance(written, bool) else str(written).strip()
    try:
        if count := _COUNT.fullmatch(text):
            return datetime.fromtimestamp(int(count[1] or int(count[2]) // 1000), UTC)
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
