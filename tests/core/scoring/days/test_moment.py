"""One date or time as text."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.core.scoring.days.moment import Moment, parse_moment, parse_pattern
from patron.core.scoring.status import BAD, MISSING, OK

ORDINAL = date(1970, 1, 1).toordinal()
DAY_2010 = date(2010, 12, 1).toordinal() - ORDINAL


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2010-12-01",
            "2010-12-01 08:26:00",
            "2010-12-01T08:26",
            "2010-12-01 08:26:00.123456789",
            "2010/12/1",
            "2010/12/1 8:26",
        ),
        *("2010.12.01", "20101201", "20101201 082600", "20101201T0826", "2010年12月1日", "2010年12月01日 8:26", " 2010-12-01 "),
        *("２０１０-12-01", "2010-12-01 23:59:59,5"),
    ],
)
def test_dates_that_begin_with_the_year_are_understood(text):
    assert Moment(OK, DAY_2010) == parse_moment(text)


@pytest.mark.parametrize(
    "text",
    [
        *("2010-02-30", "2011-02-29", "2010-13-01", "2010-00-01", "0000-01-01", "12/01/2010", "1/2/2010", "10-12-01", "201012"),
        *("2010-12/01", "2010-12-01 24:00:00", "2010-12-01 08:60", "2010-12-01 08:26:60", "2010-12-01x", "2010-12-01 08:26 PM"),
        *("1291161600", "yesterday", "2010-12-01T08:26:00+25:00", "2010-12-01Z", "2" * 100),
    ],
)
def test_impossible_and_ambiguous_dates_are_bad(text):
    assert BAD == parse_moment(text).status


@pytest.mark.parametrize("text", ["", " ", "NaT", "null", "\\N"])
def test_blanks_are_missing(text):
    assert MISSING == parse_moment(text).status == parse_pattern(text, "%Y").status


@given(st.datetimes(timezones=st.integers(-840, 840).map(lambda minutes: timezone(timedelta(minutes=minutes)))))
def test_times_with_an_offset_are_instants(moment):
    found = parse_moment(moment.isoformat())
    assert (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1) == found.instant
    assert moment.toordinal() - ORDINAL == found.day


@given(st.datetimes())
def test_naive_times_are_what_the_calendar_says(moment):
    for text in (moment.isoformat(), str(moment), str(moment.date())):
        assert Moment(OK, moment.toordinal() - ORDINAL) == parse_moment(text)


def test_a_pattern_reads_what_it_says():
    assert Moment(OK, DAY_2010) == parse_pattern("1/12/2010 8:26", "%d/%m/%Y %H:%M")
    assert Moment(BAD) == parse_pattern("2010-12-01", "%d/%m/%Y")
    assert Moment(OK, DAY_2010, DAY_2010 * 86400) == parse_pattern("2010-12-01 08:00 +0800", "%Y-%m-%d %H:%M %z")
