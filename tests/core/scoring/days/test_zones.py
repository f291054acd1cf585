"""Instants to days, compared with zoneinfo one by one."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.core.scoring.days.zones import DAY, FIRST_DAY, LAST_DAY, local_days

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ORDINAL = date(1970, 1, 1).toordinal()
ZONES = [
    *("UTC", "Asia/Shanghai", "America/New_York", "Europe/London", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia"),
    *("Africa/Casablanca", "America/St_Johns", "Antarctica/Troll"),
]


def one_by_one(instants, zone):
    """Return the days by zoneinfo."""
    info = ZoneInfo(zone)
    return [(EPOCH + timedelta(seconds=instant)).astimezone(info).toordinal() - ORDINAL for instant in instants]


@pytest.mark.parametrize("zone", ZONES)
def test_every_hour_around_every_change_falls_on_the_right_day(zone):
    """Two years with summer time, among them those of China (1986 to 1991), in steps that hit midnight from both sides."""
    for year in (1986, 1991, 2011, 2024, 2040):
        start = (date(year, 1, 1).toordinal() - ORDINAL) * DAY
        hours = np.arange(start, start + 366 * DAY, 3600)
        instants = np.concatenate([hours - 1, hours])
        assert one_by_one(instants.tolist(), zone) == local_days(instants, zone).tolist()


@given(st.lists(st.integers(FIRST_DAY * DAY + 2 * DAY, (LAST_DAY - 1) * DAY), min_size=1, max_size=20), st.sampled_from(ZONES))
def test_any_instant_of_the_calendar_falls_on_the_right_day(instants, zone):
    assert one_by_one(instants, zone) == local_days(np.array(instants), zone).tolist()


def test_the_ends_of_the_calendar_are_reached():
    ends = np.array([FIRST_DAY * DAY, (LAST_DAY + 1) * DAY - 1])
    assert [FIRST_DAY, LAST_DAY] == local_days(ends, "UTC").tolist()
    assert len(local_days(np.zeros(0, dtype=np.int64), "UTC")) == 0
