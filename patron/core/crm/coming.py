"""
Whether the day of what is told to have happened is still to come. Within the day clocks may differ.
"""

from datetime import datetime
from zoneinfo import ZoneInfo


def is_of_a_later_day(at: datetime, now: datetime, zone: ZoneInfo) -> bool:
    """Return whether the day of a time, in a zone, is still to come."""
    return at > now and at.astimezone(zone).date() > now.astimezone(zone).date()
