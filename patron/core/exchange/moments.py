"""
Days and times as people and spreadsheets write them.

Read without being told: year first, then month and day, with `-`, `/`, `.` or 年月日 between them or nothing at all; then a time
of day, perhaps with 上午 or 下午; then an offset from UTC. A date that begins with day or month could be either, and is
refused. A number is a spreadsheet's count of days.
"""

import re
import unicodedata
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import NamedTuple

_LONGEST = 64
_SERIAL_BEGIN = date(1899, 12, 30)
_SERIALS = range(1, 2_958_466)
"""Days from 1899-12-31 to 9999-12-31, as spreadsheets count them."""

_MOMENT = re.compile(
    r"""(?P<year>[0-9]{4})
    (?:(?P<separator>[-/.])(?P<month>[0-9]{1,2})(?P=separator)(?P<day>[0-9]{1,2})
      |\s?年\s?(?P<month_zh>[0-9]{1,2})\s?月\s?(?P<day_zh>[0-9]{1,2})\s?[日号]
      |(?P<month_compact>[0-9]{2})(?P<day_compact>[0-9]{2}))
    (?:(?:[ ]{1,2}|T|(?<=[日号]))(?P<half>上午|下午|晚上|中午|凌晨)?[ ]?(?P<hour>[0-9]{1,2})
      (?:[:时点]?(?P<minute>[0-9]{2})分?(?:[:]?(?P<second>[0-9]{2})秒?(?:[.,](?P<fraction>[0-9]{1,9}))?)?|[时点])
      [ ]?(?P<meridian>[AaPp][Mm])?
      [ ]?(?P<offset>Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?""",
    re.VERBOSE,
)
_SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")


class Moment(NamedTuple):
    """
    A day, and the time of day where one is written.

    Attributes:
        day: the day as written.
        clock: the time of day; None where only a day is written.
        zone: the offset from UTC; None where none is written.
    """

    day: date
    clock: time | None = None
    zone: timezone | None = None


def read_moment(cell: object) -> Moment | None:
    """Return what a cell says; None where it says no day."""
    if isinstance(cell, datetime):
        # Spreadsheets keep fractions of a day in binary: what is a millisecond off was none.
        rounded = (cell + timedelta(microseconds=500)).replace(tzinfo=None)
        rounded = rounded.replace(microsecond=rounded.microsecond // 1000 * 1000)
        return Moment(rounded.date(), rounded.time() if rounded.time() != time() else None)
    if isinstance(cell, date):
        return Moment(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _read_serial(Decimal(repr(cell)))
    return _read_text(cell) if isinstance(cell, str) and len(cell) <= _LONGEST else None


def is_vaguer(said: object, known: object) -> bool:
    """Say whether a time is told to the second alone, as workbooks show it, and is the one that is known more exactly."""
    if not isinstance(said, datetime) or not isinstance(known, datetime) or said.microsecond:
        return False
    return said == known.replace(microsecond=0)


def _read_text(cell: str) -> Moment | None:
    text = cell.strip() if cell.isascii() else unicodedata.normalize("NFKC", cell).strip()
    found = _MOMENT.fullmatch(text)
    if found is None:
        return _read_serial(Decimal(text)) if _SERIAL.fullmatch(text) else None
    month = found["month"] or found["month_zh"] or found["month_compact"]
    day = found["day"] or found["day_zh"] or found["day_compact"]
    try:
        that_day = date(int(found["year"]), int(month), int(day))
        return Moment(that_day, _time_of(found), _zone_of(found["offset"])) if found["hour"] else Moment(that_day)
    except ValueError:
        return None


def _time_of(found: re.Match[str]) -> time:
    hour, half = int(found["hour"]), found["half"] or (found["meridian"] or "").lower()
    if half in {"下午", "晚上", "中午", "pm"} and hour < 12 and not (half == "中午" and hour > 10):
        hour += 12
    elif half in {"上午", "凌晨", "am"} and hour == 12:
        hour = 0
    microsecond = int((found["fraction"] or "").ljust(6, "0")[:6] or 0)
    return time(hour, int(found["minute"] or 0), int(found["second"] or 0), microsecond)


def _zone_of(offset: str | None) -> timezone | None:
    if offset is None:
        return None
    if offset == "Z":
        return timezone(timedelta(0))
    digits = offset[1:].replace(":", "").ljust(4, "0")
    distance = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-distance if offset[0] == "-" else distance)


def _read_serial(number: Decimal) -> Moment | None:
    if int(number) not in _SERIALS:
        return None
    day = _SERIAL_BEGIN + timedelta(days=int(number))
    milliseconds = round((number % 1) * 86_400_000)
    if not milliseconds:
        return Moment(day)
    if milliseconds == 86_400_000:
        return Moment(day + timedelta(days=1))
    return Moment(day, (datetime.combine(day, time()) + timedelta(milliseconds=milliseconds)).time())
