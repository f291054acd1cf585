"""Time columns of every Arrow type."""

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest

from patron.core.errors import InputError, UsageError
from patron.core.scoring.days import check_time_format, read_days
from patron.core.scoring.status import BAD, MISSING, OK

ORDINAL = date(1970, 1, 1).toordinal()


def got(days):
    """Return the days, None where there is none."""
    return [value if status == OK else None for value, status in zip(days.values.tolist(), days.status.tolist(), strict=True)]


@pytest.mark.parametrize("kind", [pa.date32(), pa.date64()])
def test_dates_are_the_day_they_say(kind):
    values = [date(1, 1, 1), date(1969, 12, 31), None, date(9999, 12, 31)]
    wanted = [value and value.toordinal() - ORDINAL for value in values]
    assert wanted == got(read_days(pa.array(values, kind), "America/New_York"))
    assert wanted[1:] == got(read_days(pa.array(values, kind)[1:], "UTC"))


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_naive_times_are_the_date_as_it_stands(unit):
    values = [-1, None, 14944 * 86400, 14944 * 86400 + 82800]
    days = read_days(pa.array(values, pa.timestamp("s")).cast(pa.timestamp(unit)), "Pacific/Apia")
    assert [-1, None, 14944, 14944] == got(days)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_times_with_a_zone_fall_on_the_day_of_the_run_s_zone(unit):
    values = (
        pa.array([-1, None, 57599, 57600, 86399], pa.int64())
        .cast(pa.timestamp("s", "Europe/Paris"))
        .cast(pa.timestamp(unit, "UTC"))
    )
    assert [0, None, 0, 1, 1] == got(read_days(values, "Asia/Shanghai"))
    assert [-1, None, 0, 0, 0] == got(read_days(values, "UTC"))


def test_times_beyond_the_calendar_are_bad():
    values = pa.array([2**62, -(2**62), 0], pa.timestamp("s"))
    assert [BAD, BAD, OK] == read_days(values, "UTC").status.tolist()
    zoned = values.cast(pa.int64()).cast(pa.timestamp("s", "UTC"))
    assert [BAD, BAD, OK] == read_days(zoned, "Asia/Shanghai").status.tolist()


@pytest.mark.parametrize(
    ("time_format", "count"),
    [("epoch_s", 57600), ("epoch_ms", 57600_000), ("epoch_us", 57600_000_000), ("epoch_ns", 57600 * 10**9), ("epoch_days", 1)],
)
def test_counts_since_1970_are_instants(time_format, count):
    for array in (pa.array([count, None]), pa.array([str(count), ""]), pa.array([Decimal(count), None])):
        assert [1, None] == got(read_days(array, "Asia/Shanghai", time_format))


def test_fractions_and_seconds_before_1970_round_down():
    assert [-1, 0, None, None] == got(read_days(pa.array([-0.5, 0.5, float("inf"), 1e300]), "UTC", "epoch_s"))
    assert [MISSING, BAD] == read_days(pa.array(["", "soon"]), "UTC", "epoch_s").status.tolist()


def test_seconds_with_long_fractions_are_instants_too():
    texts = ["86400.1234567890123456789", "1e400", "86399.5", "99999999999999999999"]
    assert [1, None, 0, None] == got(read_days(pa.array(texts), "UTC", "epoch_s"))


def test_numbers_that_spell_a_date_need_its_pattern():
    assert [14944, None] == got(read_days(pa.array([20101201, 20101301]), "UTC", "%Y%m%d"))


def test_dictionaries_and_chunks_and_nulls():
    array = pa.array(["1970-01-02", None, "x", "1970-01-02"]).dictionary_encode()
    assert [1, None, None, 1] == got(read_days(array, "UTC"))
    assert [1, 1] == got(read_days(pa.chunked_array([["1970-01-02"], ["1970-01-02"]]), "UTC"))
    assert [None, None] == got(read_days(pa.nulls(2), "UTC"))
    assert [None] == got(read_days(pa.nulls(1).dictionary_encode(), "UTC"))


def test_plain_numbers_without_a_format_are_refused_with_the_option():
    with pytest.raises(InputError, match="--time-format") as caught:
        read_days(pa.array([1291161600]), "UTC", name="ts")
    assert "'ts'" in str(caught.value)
    assert "--time-format" in caught.value.message("zh")


def test_a_type_that_holds_no_time_is_refused():
    with pytest.raises(InputError, match="bool"):
        read_days(pa.array([True]), "UTC")


@pytest.mark.parametrize("time_format", ["%d/%m/%Y %H:%M", "epoch_ms", "%Y%m%d", "%b %d, %Y", "%y-%m-%d"])
def test_formats_that_say_a_day_are_taken(time_format):
    check_time_format(time_format)


@pytest.mark.parametrize("time_format", ["%H:%M", "%Y-%m", "%Q", "epoch", "", "2010", "%Y-%m-%d %"])
def test_formats_that_do_not_are_refused(time_format):
    with pytest.raises(UsageError, match="pattern"):
        check_time_format(time_format)
