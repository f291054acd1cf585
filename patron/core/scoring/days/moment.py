"""
One date or time as text: the careful reader for what the fast ways leave over.

Read without being told: year first, then month and day, with `-`, `/`, `.` or 年月日 between them or nothing at all (`20101201`);
then, behind a space or `T`, hours, minutes, seconds and a fraction; then an offset from UTC. A date that begins with day or month
is ambiguous and needs a pattern.
"""

import re
from datetime import date, datetime

import attrs

from patron.core.scoring.days.zones import DAY, EPOCH_ORDINAL
from patron.core.scoring.status import BAD, MISSING, OK

LONGEST = 64
"""Characters beyond which nothing is a date."""

_BLANKS = {"", "nat", "nan", "null", "none", "na", "n/a", "#n/a", "\\n"}
_HALF_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(94)} | {0x3000: " "}

_MOMENT = re.compile(
    r"""(?P<year>[0-9]{4})
    (?:(?P<separator>[-/.])(?P<month>[0-9]{1,2})(?P=separator)(?P<day>[0-9]{1,2})
      |年\s?(?P<month_zh>[0-9]{1,2})月\s?(?P<day_zh>[0-9]{1,2})日
      |(?P<month_compact>[0-9]{2})(?P<day_compact>[0-9]{2}))
    (?:(?:[ ]{1,2}|T|(?<=日))(?P<hour>[0-9]{1,2})
      (?::?(?P<minute>[0-9]{2})(?::?(?P<second>[0-9]{2})(?:[.,][0-9]{1,9})?)?)?
      [ ]?(?:Z|(?P<sign>[+-])(?P<offset_hours>[0-9]{2})(?::?(?P<offset_minutes>[0-9]{2}))?)?)?""",
    re.VERBOSE,
)


@attrs.frozen
class Moment:
    """
    What a piece of text says.

    Attributes:
        status: a code of `patron.core.scoring.status`.
        day: days since 1970-01-01 of the date as written.
        instant: seconds since 1970-01-01T00:00:00Z where an offset is written, else None.
    """

    status: int
    day: int = 0
    instant: int | None = None


def parse_moment(text: str) -> Moment:
    """Return the date or time that *text* says."""
    text = text.strip() if text.isascii() else text.translate(_HALF_WIDTH).strip()
    if text.lower() in _BLANKS:
        return Moment(MISSING)
    match = _MOMENT.fullmatch(text) if len(text) <= LONGEST else None
    if match is None:
        return Moment(BAD)
    month = match["month"] or match["month_zh"] or match["month_compact"]
    day = match["day"] or match["day_zh"] or match["day_compact"]
    hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    offset_hours, offset_minutes = int(match["offset_hours"] or 0), int(match["offset_minutes"] or 0)
    if hour > 23 or minute > 59 or second > 59 or offset_hours > 23 or offset_minutes > 59:
        return Moment(BAD)
    try:
        days = date(int(match["year"]), int(month), int(day)).toordinal() - EPOCH_ORDINAL
    except ValueError:
        return Moment(BAD)
    if not (match["sign"] or text.endswith("Z")):
        return Moment(OK, days)
    offset = (offset_hours * 60 + offset_minutes) * 60 * (-1 if match["sign"] == "-" else 1)
    return Moment(OK, days, days * DAY + hour * 3600 + minute * 60 + second - offset)


def parse_pattern(text: str, pattern: str) -> Moment:
    """Return the date or time that *text* says, read by a `strptime` pattern."""
    text = text.strip()
    if text.lower() in _BLANKS:
        return Moment(MISSING)
    try:
        moment = datetime.strptime(text, pattern)  # noqa: DTZ007  a time without an offset is meant to stay naive
    except ValueError:
        return Moment(BAD)
    day = moment.toordinal() - EPOCH_ORDINAL
    offset = moment.utcoffset()
    if offset is None:
        return Moment(OK, day)
    seconds = (moment.hour * 60 + moment.minute) * 60 + moment.second
    return Moment(OK, day, day * DAY + seconds - round(offset.total_seconds()))
