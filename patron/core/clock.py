"""
The one source of "now": a clock that is handed in, so that the same data and the same times give the same bytes. And what a clock
on the wall means.
"""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs

from patron.core.errors import UsageError


@attrs.frozen(kw_only=True)
class Clock:
    """
    Tells the time to a session.

    Attributes:
        now: returns the present instant, in UTC.
        elapsed: returns a monotonic count of seconds, for durations.
    """

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    elapsed: Callable[[], float] = time.perf_counter

    def today(self, zone: str) -> date:
        """Return the present day in *zone* (an IANA name such as `Asia/Shanghai`)."""
        return self.now().astimezone(ZoneInfo(zone)).date()


def instant_of(local: datetime, zone: str | tzinfo) -> datetime:
    """
    Return the instant of what a clock on the wall shows in *zone*, in UTC.

    A time that the wall shows twice, when clocks are put back, means the first. A time that it never shows, when they are put
    forward, means as long after the change as it lies behind it: 02:30 in a gap from 02:00 to 03:00 is 03:30.

    Args:
        local: a time without a zone; one with a zone is that instant.
        zone: an IANA name such as `Asia/Shanghai`, or the zone itself.

    Raises:
        OverflowError: the instant lies outside the years 1 to 9999.
    """
    if local.tzinfo is None:
        local = local.replace(tzinfo=ZoneInfo(zone) if isinstance(zone, str) else zone, fold=0)
    return local.astimezone(UTC)


def wall_time(at: datetime, zone: str) -> str:
    """
    Return an instant as people read it, on the wall of *zone*: `2026-01-31 14:30`.

    Whoever gives the text back means that instant or less than a second after it. Where it would mean an earlier one, in the hour
    that comes twice, the offset stands behind it.
    """
    if at.microsecond:
        at = at.replace(microsecond=0) + timedelta(seconds=1)
    local = at.astimezone(ZoneInfo(zone))
    plain = local.replace(tzinfo=None)
    shown = plain if instant_of(plain, zone) == at else local
    return shown.isoformat(" ", "seconds" if local.second else "minutes")


def checked_zone(zone: str) -> str:
    """
    Return the name of a time zone.

    Raises:
        UsageError: there is none of this name.
    """
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError("clock.no_zone", zone=zone[:60]) from error
    return zone


def fixed_clock(now: datetime) -> Clock:
    """Return a clock that always shows *now* and measures no time, for tests and reproducible demos."""
    return Clock(now=lambda: now, elapsed=lambda: 0.0)
