"""Columns of text by a pattern of the user's."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.core.scoring.days import pattern, read_days
from patron.core.scoring.days.moment import parse_pattern
from patron.core.scoring.status import MISSING, OK

PATTERNS = ["%d/%m/%Y %H:%M", "%m/%d/%Y %I:%M %p", "%d/%m/%Y", "%b %d %Y", "%H:%M %d/%m/%Y", " %Y%m%d  %H%M%S.%f "]
MOMENTS = st.datetimes()


def unpadded(moment):
    """Return a time as spreadsheets write it."""
    return f"{moment.day}/{moment.month}/{moment.year:04d} {moment.hour}:{moment.minute:02d}"


@given(
    st.lists(
        st.one_of(
            MOMENTS.map(unpadded),
            st.tuples(MOMENTS, st.sampled_from(PATTERNS)).map(lambda pair: pair[0].strftime(pair[1])),
            st.sampled_from(
                ["", " ", "x", " 1/2/2010  8:26 ", "1/2/2010", "1/2/2010 ", "31/2/2010 8:26", "1/2/2010 25:00", "NaT", "NaT 8:26"]
            ),
            st.none(),
        ),
        max_size=20,
    ),
    st.sampled_from(PATTERNS),
)
def test_a_column_reads_like_its_values_one_by_one(values, pattern_given):
    days = read_days(pa.array(values, pa.string()), "UTC", pattern_given)
    wanted = [parse_pattern(value or "", pattern_given) for value in values]
    assert [moment.status for moment in wanted] == days.status.tolist()
    assert [moment.day for moment in wanted] == days.values.tolist()


def test_dates_and_times_are_read_apart_once_each(monkeypatch):
    """Ten days of minutes: ten dates and 1,440 times are parsed, not fourteen thousand texts."""
    calls = []

    def counted(text, wanted):
        calls.append(text)
        return parse_pattern(text, wanted)

    pattern._remembered.cache_clear()
    monkeypatch.setattr(pattern, "parse_pattern", counted)
    values = [f"1/12/{year} {minute // 60}:{minute % 60:02d}" for year in range(2001, 2011) for minute in range(1440)]
    days = read_days(pa.array(values), "UTC", "%d/%m/%Y %H:%M")
    assert not days.status.any()
    assert 10 + 1440 == len(calls)


@pytest.mark.parametrize("text", ["2010-12-01 08:00 +0800", "2010-12-01 00:00 +0000"])
def test_an_offset_in_the_pattern_moves_the_day(text):
    days = read_days(pa.array([text, None]), "America/New_York", "%Y-%m-%d %H:%M %z")
    assert ([14943, 0], [OK, MISSING]) == (days.values.tolist(), days.status.tolist())
