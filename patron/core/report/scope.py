"""
Of what a report over the database speaks: period, time, cuts and how many rows.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

import attrs

from patron.core.config.settings import ReportSettings
from patron.core.i18n import Translator
from patron.core.records.view import ViewTimes
from patron.core.report.period import Period


@attrs.frozen(kw_only=True)
class ReportScope:
    """
    What was asked for.

    Attributes:
        period: the days in which things are counted.
        times: as of when, and as known when.
        by: the cuts of the tables that leave them free; those of the tables themselves where there are none.
        settings: thresholds of the configuration.
        most: rows of a table that lists the greatest; as each says where it is None, all for 0.
    """

    period: Period
    times: ViewTimes
    settings: ReportSettings = attrs.field(factory=ReportSettings)
    by: tuple[str, ...] = ()
    most: int | None = None

    def limit(self, most: int | None) -> int | None:
        """Return how many rows a table shows that would show *most*."""
        if most is None or self.most is None:
            return most
        return self.most or None

    @property
    def as_of(self) -> datetime:
        """The instant behind which nothing counts."""
        return self.times.as_of


def describe_times(scope: ReportScope, t: Translator) -> str:
    """Return as of when a report speaks, in words."""
    zone = ZoneInfo(scope.times.zone)
    as_of = f"{scope.times.as_of.astimezone(zone):%Y-%m-%d}"
    if scope.times.known_at is None:
        return t("reports.as_of", as_of=as_of)
    return t("reports.as_known", as_of=as_of, known=f"{scope.times.known_at.astimezone(zone):%Y-%m-%d %H:%M}")
