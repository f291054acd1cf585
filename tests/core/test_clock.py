"""
The clock on the wall: one rule for the hour that comes twice and for the one that doesn't come.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.core.clock import Clock, checked_zone, fixed_clock, instant_of, wall_time
from patron.core.errors import UsageError

ZONES = ("UTC", "Asia/Shanghai", "Asia/Kolkata", "Australia/Lord_Howe", "Europe/Berlin", "America/New_York")


@pytest.mark.parametrize(
    ("local", "zone", "instant"),
    [
        ("2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:30+00:00"),  # a gap: 03:30 summer time
        ("2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30+00:00"),  # comes twice: the first, still summer time
        ("2026-10-04T02:15", "Australia/Lord_Howe", "2026-10-03T15:45+00:00"),  # a gap of half an hour
        ("2026-04-05T01:45", "Australia/Lord_Howe", "2026-04-04T14:45+00:00"),  # half an hour that comes twice
        ("2026-01-01T02:30", "Asia/Kolkata", "2025-12-31T21:00+00:00"),
        ("2026-01-01T08:00+08:00", "Europe/Berlin", "2026-01-01T00:00+00:00"),
    ],
)
def test_f13_times_of_the_wall_have_one_meaning(local: str, zone: str, instant: str) -> None:
    assert instant_of(datetime.fromisoformat(local), zone) == datetime.fromisoformat(instant)


@given(local=st.datetimes(*map(datetime.fromisoformat, ("1990-01-01", "2037-12-31"))), zone=st.sampled_from(ZONES))
def test_f13_a_time_that_the_wall_shows_is_shown_again(local: datetime, zone: str) -> None:
    """There and back; in a gap the wall shows a later time, by no more than the gap."""
    shown = instant_of(local, zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert timedelta(0) <= shown - local <= timedelta(hours=1)


def test_the_present_day_is_that_of_the_zone() -> None:
    clock = fixed_clock(datetime(2026, 1, 1, 20, tzinfo=UTC))
    assert clock.today("Asia/Shanghai") == date(2026, 1, 2)
    assert clock.today("UTC") == date(2026, 1, 1)


def test_the_real_clock_speaks_utc() -> None:
    assert Clock().now().tzinfo is UTC


@pytest.mark.parametrize("zone", ["Nowhere", "../etc/passwd", "", "Europe/", "a\0b"])
def test_a_zone_that_is_none_is_refused(zone: str) -> None:
    with pytest.raises(UsageError):
        checked_zone(zone)


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        ("2026-01-31T13:30+00:00", "2026-01-31 14:30"),
        ("2026-01-31T13:30:15+00:00", "2026-01-31 14:30:15"),
        ("2026-01-31T13:30:59.000001+00:00", "2026-01-31 14:31"),
        ("2026-10-25T00:30+00:00", "2026-10-25 02:30"),
        ("2026-10-25T01:30+00:00", "2026-10-25 02:30+01:00"),
    ],
)
def test_times_are_told_so_that_they_can_be_given_again(instant: str, text: str) -> None:
    assert wall_time(datetime.fromisoformat(instant), "Europe/Berlin") == text
