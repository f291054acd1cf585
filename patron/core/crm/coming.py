"""
Whether the day of what is told to have happened is still to come. Within the day clocks may differ.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from patron.core.clock import instant_of


def is_of_a_later_day(at: datetime, now: datetime, zone: ZoneInfo) -> bool:
    """Return whether the day of a time, in a zone, is still to come."""
    return at > now and at.astimezone(zone).date() > now.astimezone(zone).date()


def end_of_today(now: datetime, zone: ZoneInfo, minutes: int = 0) -> datetime:
    """Return when the first day begins that is still to come, though a clock were so many minutes ahead of ours."""
    today = (now + timedelta(minutes=minutes)).astimezone(zone).date()
    return instant_of(datetime.combine(today + timedelta(days=1), time()), zone)
