"""
Calendar days: a time column of any type read as the days of one zone.
"""

from patron.core.scoring.days.reading import EPOCHS, Days, check_time_format, read_days

__all__ = ["EPOCHS", "Days", "check_time_format", "read_days"]
