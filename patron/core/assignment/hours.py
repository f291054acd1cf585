"""
Working time, as `[assignment.working]` of `patron.toml` says it: on which days there is work, and from when until when.
"""

from datetime import date, datetime, time, timedelta
from typing import Any, Literal, NamedTuple, get_args, get_type_hints
from zoneinfo import ZoneInfo

import attrs

from patron.core.assignment.written import dotted, table_values
from patron.core.clock import instant_of
from patron.core.config import Settings
from patron.core.errors import ConfigurationError
from patron.core.names import shorten

_WORKING = ("assignment", "working")
_MIDNIGHT = "24:00"


class WorkingSettings(NamedTuple):
    """
    The table `[assignment.working]`.

    Attributes:
        days: of the week.
        opens: from when, `09:00`.
        closes: until when, `18:00`; `24:00` for the end of the day.
        closed_on: days without work all the same, `2026-10-01`.
        open_on: days with work all the same.
    """

    days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = ("mon", "tue", "wed", "thu", "fri")
    opens: str = "09:00"
    closes: str = "18:00"
    closed_on: tuple[str, ...] = ()
    open_on: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class WorkingTime:
    """
    When there is work.

    Attributes:
        weekdays: on which days of the week, Monday as 0.
        opens: from which minute of the day.
        closes: until which one.
        closed_on: days without work all the same: holidays.
        open_on: days with work all the same: those that are worked in exchange.
        zone: of the days.
    """

    weekdays: frozenset[int]
    opens: int
    closes: int
    closed_on: frozenset[date] = frozenset()
    open_on: frozenset[date] = frozenset()
    zone: ZoneInfo

    def works_on(self, day: date) -> bool:
        """Return whether there is work on a day."""
        return day in self.open_on or (day.weekday() in self.weekdays and day not in self.closed_on)

    def is_open(self, at: datetime) -> bool:
        """Return whether there is work at a time."""
        here = at.astimezone(self.zone)
        return self.works_on(here.date()) and self.opens <= 60 * here.hour + here.minute < self.closes

    def after(self, at: datetime, days: int) -> datetime:
        """Return the same hour so many days of work later."""
        here, left = at.astimezone(self.zone), days
        day = here.date()
        while left:
            day += timedelta(days=1)
            left -= self.works_on(day)
        return instant_of(datetime.combine(day, here.time()), self.zone)


def days_after(at: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Return the same hour so many days of the calendar later."""
    here = at.astimezone(zone)
    return instant_of(datetime.combine(here.date() + timedelta(days=days), here.time()), zone)


def read_working(settings: Settings) -> WorkingTime | None:
    """
    Return the working time of a configuration; None where it names none.

    Raises:
        ConfigurationError: something in it was refused.
    """
    tree = settings.assignment.working
    if not tree:
        return None
    # TOML has days and hours of its own, and who writes them so means the same.
    said = {key: _plain(value) for key, value in tree.items()}
    read = WorkingSettings(**dict(table_values(settings, WorkingSettings, said, _WORKING)))
    opens, closes = (_minute(settings, getattr(read, key), (*_WORKING, key)) for key in ("opens", "closes"))
    if not read.days or opens >= closes:
        key = "opens" if read.days else "days"
        raise ConfigurationError("assignment.never_open", where=settings.source.place(*_WORKING, key), key=dotted(*_WORKING, key))
    closed_on, open_on = (
        frozenset(_day(settings, one, (*_WORKING, key)) for one in getattr(read, key)) for key in ("closed_on", "open_on")
    )
    week = get_args(get_args(get_type_hints(WorkingSettings)["days"])[0])
    return WorkingTime(
        weekdays=frozenset(map(week.index, read.days)),
        opens=opens,
        closes=closes,
        closed_on=closed_on,
        open_on=open_on,
        zone=ZoneInfo(settings.timezone),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date | time) else value


def _minute(settings: Settings, written: str, where: tuple[str, ...]) -> int:
    try:
        at = time() if written == _MIDNIGHT else time.fromisoformat(written)
    except ValueError as error:
        raise _no_moment("assignment.no_hour", settings, written, where) from error
    return 24 * 60 if written == _MIDNIGHT else 60 * at.hour + at.minute


def _day(settings: Settings, written: str, where: tuple[str, ...]) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise _no_moment("assignment.no_day", settings, written, where) from error


def _no_moment(problem: str, settings: Settings, written: str, where: tuple[str, ...]) -> ConfigurationError:
    return ConfigurationError(problem, where=settings.source.place(*where), key=dotted(*where), got=shorten(written))
