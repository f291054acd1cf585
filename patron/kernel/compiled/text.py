"""
Compiled readers of text columns: plain decimal numbers and ISO 8601 dates and times, straight from Arrow's buffers.

A value is either read exactly or left to a careful reader (status BAD); nothing is guessed here. Blank values are MISSING. The
status codes are those of `patron.core.scoring.status`: 0 OK, 1 MISSING, 2 BAD.
"""

from patron.kernel._jit import compiled, inlined
from patron.kernel.layout import Int64s, UInt8s

MOST_DIGITS = 18
"""Digits that an int64 always holds."""

NO_OFFSET = -(2**63)
"""Stands for "no offset from UTC is written" among seconds."""


@compiled
def parse_plain_numbers(
    data: UInt8s,  # (bytes,) uint8: the values, one behind the other
    offsets: Int64s,  # (rows + 1,) int64: where each begins
    mark: int,  # the decimal mark
    mantissa: Int64s,  # (rows,) int64, out
    scales: UInt8s,  # (rows,) uint8, out
    status: UInt8s,  # (rows,) uint8, out
) -> None:
    """Read `-?digits[mark digits]` of at most 18 digits: value = mantissa / 10**scale."""
    for row in range(len(mantissa)):
        begin, end = offsets[row], offsets[row + 1]
        negative = begin < end and data[begin] == 45
        start = begin + 1 if negative else begin
        number, digits, scale = 0, 0, -1
        good = True
        for place in range(start, end):
            byte = data[place]
            digit = byte - 48
            if 0 <= digit <= 9:
                number = number * 10 + digit
                digits += 1
            elif byte == mark and scale < 0:
                scale = digits
            else:
                good = False
                break
        if begin == end:
            status[row] = 1
        elif good and 0 < digits <= MOST_DIGITS:
            mantissa[row] = -number if negative else number
            scales[row] = 0 if scale < 0 else digits - scale
            status[row] = 0
        else:
            status[row] = 2


@inlined
def _two_digits(data: UInt8s, place: int) -> int:
    """Return the number of two digits at *place*, below zero where they are not digits."""
    high, low = int(data[place]) - 48, int(data[place + 1]) - 48
    if high < 0 or high > 9 or low < 0 or low > 9:
        return -1000000
    return high * 10 + low


@inlined
def _days_from_date(year: int, month: int, day: int) -> int:
    """Return days since 1970-01-01 in the proleptic Gregorian calendar (years from 1 March, eras of 400 years)."""
    shifted = year - (1 if month <= 2 else 0)
    era = shifted // 400
    year_of_era = shifted - era * 400
    day_of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 719468


@inlined
def _days_in_month(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


@inlined
def _date(data: UInt8s, begin: int, end: int) -> int:
    """Return the day of `YYYY-MM-DD` at *begin*, `NO_OFFSET` where there is none."""
    if end - begin < 10 or data[begin + 4] != 45 or data[begin + 7] != 45:
        return NO_OFFSET
    year = _two_digits(data, begin) * 100 + _two_digits(data, begin + 2)
    month, day = _two_digits(data, begin + 5), _two_digits(data, begin + 8)
    if year < 1 or month < 1 or month > 12 or day < 1 or day > _days_in_month(year, month):
        return NO_OFFSET
    return _days_from_date(year, month, day)


@inlined
def _clock(data: UInt8s, begin: int, end: int) -> tuple[int, int]:
    """Return the seconds of `hh:mm[:ss[.fraction]]` and where it ends; below zero where there is none."""
    if end - begin < 5 or data[begin + 2] != 58:
        return -1, begin
    hour, minute = _two_digits(data, begin), _two_digits(data, begin + 3)
    second, place = 0, begin + 5
    if end - place >= 3 and data[place] == 58:
        second = _two_digits(data, place + 1)
        place += 3
        if end - place >= 2 and data[place] == 46 and 48 <= data[place + 1] <= 57:
            place += 1
            first = place
            while place < end and 48 <= data[place] <= 57:
                place += 1
            if place - first > 9:
                return -1, begin
    if hour < 0 or hour > 23 or minute < 0 or minute > 59 or second < 0 or second > 59:
        return -1, begin
    return hour * 3600 + minute * 60 + second, place


@inlined
def _offset(data: UInt8s, begin: int, end: int) -> int:
    """Return the seconds of `Z`, `±hh`, `±hhmm` or `±hh:mm`, which must end at *end*; `NO_OFFSET` where there is none."""
    if end - begin == 1 and data[begin] == 90:
        return 0
    if end - begin not in (3, 5, 6) or data[begin] not in (43, 45) or (end - begin == 6 and data[begin + 3] != 58):
        return NO_OFFSET
    hours = _two_digits(data, begin + 1)
    minutes = _two_digits(data, end - 2) if end - begin > 3 else 0
    if hours < 0 or hours > 23 or minutes < 0 or minutes > 59:
        return NO_OFFSET
    seconds = hours * 3600 + minutes * 60
    return -seconds if data[begin] == 45 else seconds


@compiled
def parse_iso_times(
    data: UInt8s,  # (bytes,) uint8: the values, one behind the other
    offsets: Int64s,  # (rows + 1,) int64: where each begins
    days: Int64s,  # (rows,) int64, out: days since 1970-01-01 of the date as written
    instants: Int64s,  # (rows,) int64, out: seconds since 1970-01-01T00:00:00Z, `NO_OFFSET` where no offset is written
    status: UInt8s,  # (rows,) uint8, out
) -> bool:
    """Read `YYYY-MM-DD[( |T)hh:mm[:ss[.fraction]][offset]]`; return whether any value has an offset."""
    zoned = False
    for row in range(len(days)):
        begin, end = offsets[row], offsets[row + 1]
        instants[row] = NO_OFFSET
        if begin == end:
            status[row] = 1
            continue
        status[row] = 2
        day = _date(data, begin, end)
        if day == NO_OFFSET:
            continue
        if end - begin > 10:
            if data[begin + 10] != 32 and data[begin + 10] != 84:
                continue
            seconds, place = _clock(data, begin + 11, end)
            if seconds < 0:
                continue
            if place < end:
                offset = _offset(data, place, end)
                if offset == NO_OFFSET:
                    continue
                instants[row] = day * 86400 + seconds - offset
                zoned = True
        days[row] = day
        status[row] = 0
    return zoned
