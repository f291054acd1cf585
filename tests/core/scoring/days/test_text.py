"""Columns of text: the fast ways agree with the careful reader."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patron.core.scoring.days import read_days, text
from patron.core.scoring.days.moment import parse_moment
from patron.core.scoring.days.zones import local_days
from patron.core.scoring.status import BAD, MISSING, OK

MOMENTS = st.datetimes()
TEXTS = st.one_of(
    MOMENTS.map(lambda moment: moment.replace(microsecond=0).isoformat(" ")),
    MOMENTS.map(lambda moment: moment.isoformat()),
    MOMENTS.map(lambda moment: moment.isoformat(timespec="minutes")),
    st.dates().map(str),
    MOMENTS.map(lambda moment: moment.replace(microsecond=0).isoformat() + "Z"),
    st.tuples(MOMENTS, st.sampled_from(["+08:00", "-0330", "+05", " +08:00", "+99:00", "+08:0"])).map(
        lambda pair: pair[0].isoformat() + pair[1]
    ),
    st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{0,10})?)?)?", fullmatch=True),
    st.from_regex(r"[0-9:TZ +./-]{8,22}", fullmatch=True),
    st.sampled_from(
        ["", " ", "x", "20101201", "2010/1/2", "2010-12-01 8:26", "2010年1月2日", "NaT", "2010-12-01T", "2010-12-01 08"]
    ),
)


@pytest.fixture(params=["compiled", "arrow"])
def way(request, monkeypatch):
    """Read with the compiled kernel, then with Arrow."""
    monkeypatch.setattr(text, "compiled_ready", lambda: request.param == "compiled")
    return request.param


def expected(value, zone):
    """Return status and day of one text by the careful reader."""
    moment = parse_moment(value or "")
    if moment.status != OK or moment.instant is None:
        return moment.status, moment.day
    try:
        return OK, int(local_days(np.array([moment.instant]), zone)[0])
    except (OverflowError, ValueError):
        return BAD, 0


@given(st.lists(TEXTS | st.none(), max_size=20), st.sampled_from(["UTC", "Asia/Shanghai", "America/New_York"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
def test_a_column_reads_like_its_values_one_by_one(way, values, zone):
    days = read_days(pa.array(values, pa.string()), zone)
    assert [expected(value, zone) for value in values] == list(zip(days.status.tolist(), days.values.tolist(), strict=True))


@given(st.lists(MOMENTS, min_size=1, max_size=20))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_iso_columns_never_reach_the_careful_reader(way, moments):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text, "parse_moment", None)
        values = [moment.replace(microsecond=0).isoformat(" ") for moment in moments]
        assert not read_days(pa.array(values), "UTC").status.any()


def test_an_offset_moves_the_day_into_the_zone(way):
    values = ["2010-12-01T23:30:00Z", "2010-12-01T23:30:00-05:00", "2010-12-01 23:30:00"]
    days = read_days(pa.array(values), "Asia/Shanghai").values
    assert [1, 1, 0] == (days - days[2]).tolist()


def test_an_instant_beyond_the_calendar_is_bad(way):
    days = read_days(pa.array(["9999-12-31T23:30:00-05:00", "0001-01-01T00:00:00+05:00", None]), "UTC")
    assert [BAD, BAD, MISSING] == days.status.tolist()
