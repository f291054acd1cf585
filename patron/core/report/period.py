"""
The days that a report speaks about: read from what people write, cut into calendar periods, said in words.

A day belongs to a period by the calendar of the business zone. Months and quarters are those of the calendar; a week begins on
Monday.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

import attrs

from patron.core.errors import UsageError
from patron.core.i18n import Translator
from patron.core.names import shorten
from patron.core.records import ScoreRun

UNITS = ("day", "week", "month", "quarter", "year")
"""What a period can be cut into."""

MOST_CUTS = 400
"""Parts of a period beyond which nobody reads a table of them."""

_MONTHS = MappingProxyType({"month": 1, "quarter": 3, "year": 12})
_NAMED = re.compile(r"(\d{4})(?:-(?:(\d\d)|[Qq]([1-4])))?")
_LAST = re.compile(r"(\d{1,4})([dwmqy])")
_LETTERS = MappingProxyType({"d": "day", "w": "week", "m": "month", "q": "quarter", "y": "year"})


@attrs.frozen
class Period:
    """
    Days of the calendar.

    Attributes:
        first: the first day.
        last: the last day; it belongs to the period.
        zone: whose days they are, an IANA name.
    """

    first: date
    last: date
    zone: str

    @property
    def begin(self) -> datetime:
        """The first instant."""
        return first_instant(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """The first instant behind it."""
        return first_instant(self.last + timedelta(days=1), self.zone)

    def cut(self, unit: str) -> tuple[date, ...]:
        """
        Return the first day of each part, and behind the last the day after the period.

        Raises:
            UsageError: there would be too many.
        """
        days = [self.first]
        while (following := next_begin(days[-1], unit)) <= self.last:
            days.append(following)
            if len(days) > MOST_CUTS:
                raise UsageError("reports.too_many_cuts", unit=unit, first=self.first, last=self.last, most=MOST_CUTS)
        return (*days, self.last + timedelta(days=1))

    def __str__(self) -> str:
        return f"{self.first} – {self.last}"


def read_period(
    today: date,
    zone: str,
    *,
    named: str | None = None,
    first: str | None = None,
    last: str | None = None,
    latest: str | None = None,
) -> Period:
    """
    Return the period that is meant; the twelve months that end with the present one where nothing is said.

    Args:
        today: the present day, or the day as of which is asked.
        zone: whose days they are.
        named: a year, a quarter or a month: `2026`, `2026-Q1`, `2026-01`.
        first: a first day.
        last: a last day; *today* where only the first one is given.
        latest: so many days, weeks, months, quarters or years up to now: `12m`, `4q`, `90d`; the one we are in counts.

    Raises:
        UsageError: it is written otherwise, said in two ways, or ends before it begins.
    """
    if sum(one is not None for one in (named, latest, first or last)) > 1:
        raise UsageError("reports.period_twice")
    if named is not None:
        return _named(named, zone)
    if first is not None or last is not None:
        return _between(first, last, today, zone)
    return _latest("12m" if latest is None else latest, today, zone)


def first_instant(day: date, zone: str) -> datetime:
    """Return the first instant of a day."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def name_of_part(day: date, unit: str) -> str:
    """Return what the part of a period is called that begins on a day: `2026-01`, `2026-Q1`, `2026`, the day itself."""
    if unit == "month":
        return f"{day:%Y-%m}"
    if unit == "quarter":
        return f"{day.year}-Q{(day.month + 2) // 3}"
    return f"{day.year}" if unit == "year" else day.isoformat()


def next_begin(day: date, unit: str) -> date:
    """Return the first day of the next calendar part after that of a day."""
    if unit == "day":
        return day + timedelta(days=1)
    if unit == "week":
        return day + timedelta(days=7 - day.weekday())
    size = _MONTHS[unit]
    begin = date(day.year, (day.month - 1) // size * size + 1, 1)
    return _month(begin, size)


def describe_period(run: ScoreRun, translator: Translator) -> str:
    """Return the days from the first to the last purchase and the day that the numbers are true for."""
    if run.first_day is None or run.last_day is None:
        return translator("reports.period_until", as_of=run.as_of, zone=run.zone)
    return translator("reports.period", first=run.first_day, last=run.last_day, as_of=run.as_of, zone=run.zone)


def _named(text: str, zone: str) -> Period:
    found = _NAMED.fullmatch(text.strip())
    if found is None or not 1 <= int(found[2] or 1) <= 12 or not 1 <= int(found[1]) < date.max.year:
        raise UsageError("reports.bad_period", got=shorten(text))
    year, month, quarter = int(found[1]), found[2], found[3]
    begin = int(month) if month else 3 * int(quarter) - 2 if quarter else 1
    size = 1 if month else 3 if quarter else 12
    first = date(year, begin, 1)
    return Period(first, _month(first, size) - timedelta(days=1), zone)


def _between(first: str | None, last: str | None, today: date, zone: str) -> Period:
    if first is None:
        raise UsageError("reports.no_first_day")
    begin, end = _day("--from", first), today if last is None else _day("--to", last)
    if end < begin:
        raise UsageError("reports.period_backwards", first=begin, last=end)
    return Period(begin, end, zone)


def _day(option: str, text: str) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as error:
        raise UsageError("reports.bad_day", option=option, got=shorten(text)) from error
    if not 1 < day.year < date.max.year:
        raise UsageError("reports.bad_day", option=option, got=shorten(text))
    return day


def _latest(text: str, today: date, zone: str) -> Period:
    found = _LAST.fullmatch(text.strip().lower())
    if found is None or int(found[1]) < 1:
        raise UsageError("reports.bad_last", got=shorten(text))
    count, unit = int(found[1]), _LETTERS[found[2]]
    try:
        return Period(_BACK[unit](today, count - 1), today, zone)
    except (ValueError, OverflowError) as error:
        raise UsageError("reports.bad_last", got=shorten(text)) from error


def _month(day: date, more: int) -> date:
    """Return the first day of the month so many months later."""
    number = day.year * 12 + day.month - 1 + more
    return date(number // 12, number % 12 + 1, 1)


_BACK: Mapping[str, Callable[[date, int], date]] = MappingProxyType(
    {
        "day": lambda day, count: day - timedelta(days=count),
        "week": lambda day, count: day - timedelta(days=day.weekday() + 7 * count),
        "month": lambda day, count: _month(day, -count),
        "quarter": lambda day, count: _month(day, -((day.month - 1) % 3) - 3 * count),
        "year": lambda day, count: date(day.year - count, 1, 1),
    }
)
"""Unit → the first day of the part in which a day lies, so many parts earlier."""
