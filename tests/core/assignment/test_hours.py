"""
Working time: days of the week, holidays, days that are worked in exchange, and counting days of work.
"""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from patron.core.assignment import read_policy
from patron.core.assignment.hours import WorkingTime, days_after
from patron.core.config import read_settings
from patron.core.nouns import Vocabulary

SHANGHAI = ZoneInfo("Asia/Shanghai")
TEXT = """
timezone = "Asia/Shanghai"
[assignment.working]
days = ["mon", "tue", "wed", "thu", "fri"]
opens = 08:30:00
closes = "24:00"
closed_on = [2026-10-01, "2026-10-02"]
open_on = [2026-10-10]
"""


@pytest.fixture(name="working")
def _working(tmp_path: Path) -> WorkingTime:
    """Return the hours of a shop with a holiday and a Saturday that is worked in exchange; TOML's own days and hours do, too."""
    path = tmp_path / "patron.toml"
    path.write_text(TEXT, "utf-8")
    found = read_policy(read_settings(path, environ={}), Vocabulary()).working
    assert found is not None
    return found


def here(day: str, hour: str = "10:00") -> datetime:
    return datetime.fromisoformat(f"2026-{day}T{hour}").replace(tzinfo=SHANGHAI).astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "hour", "is_open"),
    [
        ("09-30", "08:29", False),
        ("09-30", "08:30", True),
        ("09-30", "23:59", True),
        ("10-01", "10:00", False),
        ("10-04", "10:00", False),
        ("10-10", "10:00", True),
    ],
)
def test_there_is_work_on_weekdays_and_other_days_that_are_named(
    working: WorkingTime, day: str, hour: str, is_open: bool
) -> None:
    assert is_open is working.is_open(here(day, hour))


def test_days_of_work_leave_out_the_others(working: WorkingTime) -> None:
    """From the Wednesday before the holiday to Tuesday; from Friday over the Saturday that is worked to Monday."""
    assert (here("10-06"), here("10-12")) == (working.after(here("09-30"), 2), working.after(here("10-09"), 2))
    assert here("10-02") == days_after(here("09-30"), 2, SHANGHAI)
