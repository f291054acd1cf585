"""Days that are still to come, in the zone of the house."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from patron.core.crm.coming import end_of_today, is_of_a_later_day
from patron.testing import NOW


@pytest.mark.parametrize(
    ("written", "zone", "later"),
    [
        ("2026-01-01T08:00Z", "UTC", False),
        ("2026-01-01T23:59Z", "UTC", False),
        ("2026-01-02T00:00Z", "UTC", True),
        ("2026-01-01T16:00Z", "Asia/Shanghai", True),
        ("2026-01-01T15:59Z", "Asia/Shanghai", False),
    ],
)
def test_the_day_is_that_of_the_zone(written: str, zone: str, later: bool) -> None:
    """It is nine o'clock in Greenwich, five in the afternoon in Shanghai."""
    assert is_of_a_later_day(datetime.fromisoformat(written), NOW, ZoneInfo(zone)) is later


def test_a_clock_may_be_ahead_of_ours() -> None:
    """One minute before midnight it is tomorrow already by a clock that is five minutes fast."""
    midnight = datetime.fromisoformat("2026-01-02T00:00Z")
    late = midnight - timedelta(minutes=1)

    assert [midnight, midnight + timedelta(days=1)] == [end_of_today(late, ZoneInfo("UTC"), minutes) for minutes in (0, 5)]
