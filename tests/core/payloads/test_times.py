"""Times as they are written."""

import pytest

from patron import read_time


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-03-02T15:30:20-08:00", "2026-03-02T23:30:20+00:00"),
        ("2000-03-30T8:47:50-08:0", "2000-03-30T16:47:50+00:00"),
        ("2026-03-02T15:30:20Z", "2026-03-02T15:30:20+00:00"),
        ("2026-03-02 15:30", "2026-03-02T07:30:00+00:00"),
        ("2026-03-02", "2026-03-01T16:00:00+00:00"),
        ("3/30/2000 3:30 PM", "2000-03-30T07:30:00+00:00"),
        ("0000-00-00", None),
        ("2026/3/2 15:30", "2026-03-02T07:30:00+00:00"),
        ("2026年3月2日 15:30:00", "2026-03-02T07:30:00+00:00"),
        (1772465420, "2026-03-02T15:30:20+00:00"),
        ("1772465420123", "2026-03-02T15:30:20+00:00"),
        ("13800138000", None),
        (True, None),
        (None, None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_times_as_they_are_written(written, expected):
    """ISO with parts left out, the American way, and nonsense, which is no time."""
    found = read_time(written, "Asia/Shanghai")

    assert (found and found.isoformat()) == expected
