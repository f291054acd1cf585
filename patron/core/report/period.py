"""
The days that a report speaks about, in words.
"""

from patron.core.i18n import Translator
from patron.core.records import ScoreRun


def describe_period(run: ScoreRun, translator: Translator) -> str:
    """Return the days from the first to the last purchase and the day that the numbers are true for."""
    if run.first_day is None or run.last_day is None:
        return translator("reports.period_until", as_of=run.as_of, zone=run.zone)
    return translator("reports.period", first=run.first_day, last=run.last_day, as_of=run.as_of, zone=run.zone)
