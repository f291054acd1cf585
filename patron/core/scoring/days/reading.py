"""
Any Arrow column → calendar days of a zone.

A date is the day it says. A time without a zone is taken to be in the zone of the run, so its day is the date as it stands; a
time with a zone, or a count of seconds since 1970, is an instant and falls on the day that the zone of the run has then.
"""

from datetime import UTC, datetime

import attrs
import numpy as np
import pyarrow as pa

from patron.core.errors import InputError, UsageError
from patron.core.scoring.days.moment import parse_pattern
from patron.core.scoring.days.pattern import read_pattern
from patron.core.scoring.days.text import read_iso
from patron.core.scoring.days.zones import DAY, EPOCH_ORDINAL, FIRST_DAY, LAST_DAY, local_days
from patron.core.scoring.decimals import read_decimals
from patron.core.scoring.decimals.column import LIMIT, POWERS, Decimals
from patron.core.scoring.status import BAD, MISSING, OK
from patron.core.scoring.strings import is_text, to_text
from patron.kernel.layout import Int64s, UInt8s

EPOCHS = {"epoch_s": 1, "epoch_ms": 10**3, "epoch_us": 10**6, "epoch_ns": 10**9, "epoch_days": 0}
"""Time formats for plain numbers → how many of the unit make a second; 0 for days."""

_UNITS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


@attrs.frozen(kw_only=True, eq=False)
class Days:
    """
    The calendar day of every row.

    Attributes:
        values: shape (rows,) int64 days since 1970-01-01; 0 where the status is not OK.
        status: shape (rows,) uint8, codes of `patron.core.scoring.status`.
    """

    values: Int64s
    status: UInt8s

    def __len__(self) -> int:
        return len(self.values)


def check_time_format(time_format: str) -> None:
    """
    Refuse a time format that can't say a day.

    Raises:
        UsageError: it is neither one of `EPOCHS` nor a `strptime` pattern with year, month and day.
    """
    if time_format in EPOCHS:
        return
    moment = datetime(2011, 10, 27, 23, 58, 59, 123456, tzinfo=UTC)
    day = moment.toordinal() - EPOCH_ORDINAL
    if "%" not in time_format or parse_pattern(moment.strftime(time_format), time_format).day != day:
        raise UsageError("days.bad_format", time_format=time_format[:80], epochs=", ".join(EPOCHS))


def read_days(array: pa.Array | pa.ChunkedArray, zone: str, time_format: str | None = None, *, name: str = "") -> Days:
    """
    Read a column of any type as calendar days.

    Args:
        array: dates, timestamps, text, or numbers with a time format.
        zone: an IANA name: the zone of naive times, and of the days.
        time_format: a `strptime` pattern for text, one of `EPOCHS` for numbers; None: ISO 8601.
        name: the column's name, for messages.

    Raises:
        InputError: the column's type holds no days, or holds numbers and no time format says what they count.
    """
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if pa.types.is_dictionary(array.type):
        return _read_dictionary(array, zone, time_format, name)
    values, status = _read(array, zone, time_format, name)
    values[status != OK] = 0
    return Days(values=values, status=status)


def _read(array: pa.Array, zone: str, time_format: str | None, name: str) -> tuple[Int64s, UInt8s]:
    kind = array.type
    if pa.types.is_date(kind):
        return _read_dates(array)
    if pa.types.is_timestamp(kind):
        return _read_timestamps(array, zone)
    if pa.types.is_null(kind):
        return np.zeros(len(array), dtype=np.int64), np.full(len(array), MISSING, dtype=np.uint8)
    number = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    if time_format in EPOCHS and (number or is_text(kind)):
        return _read_epoch(read_decimals(array), EPOCHS[time_format], zone)
    if pa.types.is_integer(kind) and time_format is not None:
        return read_pattern(array.cast(pa.string()), zone, time_format)
    if is_text(kind):
        text = to_text(array)
        return read_iso(text, zone) if time_format is None else read_pattern(text, zone, time_format)
    key = "days.number_without_format" if number else "days.not_a_time"
    raise InputError(key, column=name, type=str(kind)[:80], epochs=", ".join(EPOCHS))


def _read_dates(array: pa.Array) -> tuple[Int64s, UInt8s]:
    values = _integers(array)
    if pa.types.is_date64(array.type):
        values = values // (DAY * 1000)
    return _checked(values, array)


def _read_timestamps(array: pa.Array, zone: str) -> tuple[Int64s, UInt8s]:
    values, units = _integers(array), _UNITS[array.type.unit]
    if array.type.tz is None:
        return _checked(values // (DAY * units), array)
    _, status = _checked(values // (DAY * units), array)
    if status.any():
        values = np.where(status == OK, values, 0)
    return local_days(values // units if units > 1 else values, zone), status


def _read_epoch(numbers: Decimals, units: int, zone: str) -> tuple[Int64s, UInt8s]:
    status = numbers.status.copy()
    whole = numbers.mantissa // POWERS[numbers.scale]
    if numbers.wide is not None:
        exact = [value // 10**numbers.wide.scale for value in numbers.wide.values]
        whole[numbers.wide.rows] = [value if abs(value) <= LIMIT else LIMIT for value in exact]
    days = whole // (DAY * units) if units else whole
    outside = (days < FIRST_DAY) | (days > LAST_DAY)
    status[outside & (status == OK)] = BAD
    days[status != OK] = 0
    if units:
        days = local_days(np.where(status == OK, whole, 0) // units, zone)
    return days, status


def _checked(days: Int64s, array: pa.Array) -> tuple[Int64s, UInt8s]:
    """Give days their status: null, beyond the calendar, or OK."""
    status = np.zeros(len(days), dtype=np.uint8)
    if len(days) and (days.min() < FIRST_DAY or days.max() > LAST_DAY):
        status[(days < FIRST_DAY) | (days > LAST_DAY)] = BAD
    if array.null_count:
        status[array.is_null().to_numpy(zero_copy_only=False)] = MISSING
    return days, status


def _integers(array: pa.Array) -> Int64s:
    """Return the counts behind a temporal column; those of nulls are undefined."""
    width = np.int32 if pa.types.is_date32(array.type) else np.int64
    buffer = array.buffers()[1]
    if buffer is None:
        return np.zeros(len(array), dtype=np.int64)
    return np.frombuffer(buffer, dtype=width, count=array.offset + len(array))[array.offset :].astype(np.int64)


def _read_dictionary(array: pa.DictionaryArray, zone: str, time_format: str | None, name: str) -> Days:
    distinct = read_days(array.dictionary, zone, time_format, name=name)
    if not len(distinct):
        return Days(values=np.zeros(len(array), dtype=np.int64), status=np.full(len(array), MISSING, dtype=np.uint8))
    codes = array.indices.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    values, status = distinct.values[codes], distinct.status[codes]
    nulls = array.indices.is_null().to_numpy(zero_copy_only=False)
    values[nulls], status[nulls] = 0, MISSING
    return Days(values=values, status=status)
