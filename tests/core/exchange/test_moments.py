"""
Days and times as they are written.
"""

from datetime import date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.core.exchange.moments import Moment, is_vaguer, read_moment

DAY = date(2026, 3, 2)
AFTERNOON = time(14, 30)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-03-02",
        "2026/3/2",
        "2026.3.2",
        "2026年3月2日",
        "2026年3月2号",
        "20260302",
        "２０２６/３/２",
        DAY,
        46083,
        46083.0,
        "46083",
    ],
)
def test_a_day_is_read_however_it_is_written(cell: object) -> None:
    assert Moment(DAY) == read_moment(cell)


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "2026-03-02 14:30",
            "2026-03-02T14:30:00",
            "2026/3/2 14:30:00",
            "2026年3月2日14时30分",
            "2026年3月2日 下午2:30",
            "20260302 1430",
        ),
        *("2026-03-02 2:30 PM", "2026年3月2日 14点30分"),
        *(datetime.combine(DAY, AFTERNOON), datetime.combine(DAY, time(14, 29, 59, 999_999))),
        *(46083 + 14.5 / 24, "46083.604166666664"),
    ],
)
def test_a_time_is_read_however_it_is_written(cell: object) -> None:
    assert Moment(DAY, AFTERNOON) == read_moment(cell)


@pytest.mark.parametrize(
    ("cell", "hours"), [("2026-03-02T14:30Z", 0), ("2026-03-02 14:30+08:00", 8), ("2026-03-02 14:30:00-0330", -3.5)]
)
def test_an_offset_is_kept(cell: str, hours: float) -> None:
    assert Moment(DAY, AFTERNOON, timezone(timedelta(hours=hours))) == read_moment(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "3/2/2026",
        "02.03.2026",
        "2026-13-01",
        "2026-02-30",
        "2026-03-02 25:00",
        "26-03-02",
        "tomorrow",
        "",
        0,
        3e9,
        True,
        "2026-03",
        None,
    ],
)
def test_what_could_be_two_days_or_none_is_not_read(cell: object) -> None:
    assert read_moment(cell) is None


@given(st.datetimes())
def test_iso_text_is_read_exactly(moment: datetime) -> None:
    assert Moment(moment.date(), moment.time()) == read_moment(moment.isoformat(" ", "microseconds"))


@given(st.text(max_size=30))
def test_any_text_is_read_or_not(text: str) -> None:
    read_moment(text)


@pytest.mark.parametrize(
    ("said", "known", "vaguer"),
    [
        (0, 5, True),
        (0, 0, True),
        (5, 5, False),
        (5, 0, False),
        (4, 5, False),
        (0, 1_000_000, False),
        (0, -1, False),
    ],
)
def test_a_time_to_the_second_may_be_one_that_is_known_more_exactly(said: int, known: int, vaguer: bool) -> None:
    begin = datetime(2026, 3, 2, 14, 30)  # noqa: DTZ001  # zones change nothing here
    assert vaguer == is_vaguer(begin + timedelta(microseconds=said), begin + timedelta(microseconds=known))
    assert not is_vaguer(begin.date(), begin)
    assert not is_vaguer(begin, None)
