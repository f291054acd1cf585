"""
Compiled readers of text columns: plain decimal numbers and ISO 8601 dates and times, straight from Arrow's buffers.

A value is either read exactly or left to a careful reader (status BAD); nothing is guessed here. Blank values are MISSING. The
status codes are those of `patron.core.scoring.status`: 0 OK, 1 MISSING, 2 BAD.
"""

from datetime import date

import numpy as np

from patron.kernel._jit import compiled, inlined
from patron.kernel.compiled.memory import load_word
from patron.kernel.layout import Int64s, UInt8s

Integer = int | np.int64
"""An integer that numba holds as int64: bytes and words are cast, since uint64 and int64 would meet in a float64."""

MOST_DIGITS = 18
"""Digits that an int64 always holds."""

NO_OFFSET = -(2**63)
"""Stands for "no offset from UTC is written" among seconds."""

_ONES, _HIGHS, _ABOVE_NINE = 0x0101010101010101, 0x8080808080808080, 0x7676767676767676
_ZEROS = int.from_bytes(b"00000000", "little")
"""One, the highest bit, the distance from ten to the highest bit, and the digit 0 in every byte of a word."""

_YEAR_MONTH = int.from_bytes(b"0000-00-", "little")
_CLOCK = int.from_bytes(b"00:00:00", "little")
"""What is left of the bytes of a date or a time behind an exclusive or with them is its digits."""

_EPOCH = date(1970, 1, 1).toordinal()
_YEAR_START = np.array([0, *(date(year, 1, 1).toordinal() - _EPOCH for year in range(1, 10_000))], dtype=np.int32)
_MONTH_LENGTH = np.array([[31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] for february in (28, 29)])
_MONTH_START = np.cumsum(_MONTH_LENGTH, axis=1) - _MONTH_LENGTH
"""Days since 1970-01-01 at the beginning of each year, days of each month, days before it; plain years, leap years."""


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
    marks = np.uint64(mark ^ 48) * np.uint64(_ONES)
    for row in range(len(mantissa)):
        begin, end = offsets[row], offsets[row + 1]
        if begin == end:
            status[row] = 1
            continue
        negative = data[begin] == 45
        start = begin + 1 if negative else begin
        if 0 < end - start <= 8 and start + 8 <= data.size:
            number, scale = _short_number(load_word(data, start), end - start, marks)
        else:
            number, scale = _long_number(data, start, end, mark)
        if scale < 0:
            status[row] = 2
        else:
            mantissa[row] = -number if negative else number
            scales[row] = scale
            status[row] = 0


@inlined
def _short_number(word: np.uint64, length: Integer, marks: np.uint64) -> tuple[Integer, Integer]:
    """Return digits and scale of the first *length* bytes of a word, at most eight; a scale below zero for no number."""
    # Right-align behind zeros; what is left of digits is their value, and of the mark a byte of `marks`.
    shift = np.uint64(8 * (8 - length))
    zeros = np.uint64(_ZEROS) & ((np.uint64(1) << shift) - np.uint64(1))
    digits = ((word << shift) | zeros) ^ np.uint64(_ZEROS)
    other = digits ^ marks
    found = (other - np.uint64(_ONES)) & ~other & np.uint64(_HIGHS)
    scale: Integer = 0
    if found:
        if length == 1:
            return 0, -1
        # All bytes before the first mark; they move up by one and push it out.
        before = ((found & (~found + np.uint64(1))) >> np.uint64(7)) - np.uint64(1)
        digits = (digits & ~((before << np.uint64(8)) | np.uint64(255))) | ((digits & before) << np.uint64(8))
        scale = 7 - np.int64(((before & np.uint64(_ONES)) * np.uint64(_ONES)) >> np.uint64(56))
    if not _all_digits(digits):
        return 0, -1
    # Neighbouring digits, then pairs, then fours are joined by multiplication.
    pairs = digits * np.uint64(10) + (digits >> np.uint64(8))
    high = (pairs & np.uint64(0x000000FF000000FF)) * np.uint64(0x000F424000000064)
    low = ((pairs >> np.uint64(16)) & np.uint64(0x000000FF000000FF)) * np.uint64(0x0000271000000001)
    return np.int64((high + low) >> np.uint64(32)), scale


@inlined
def _long_number(data: UInt8s, start: Integer, end: Integer, mark: int) -> tuple[Integer, Integer]:
    """Return digits and scale of the bytes from *start* to *end*; a scale below zero where they are no number of 18 digits."""
    number: Integer = 0
    digits, behind = 0, -1
    for place in range(start, end):
        digit = np.int64(data[place]) - 48
        if 0 <= digit <= 9:
            number = number * 10 + digit
            digits += 1
        elif digit == mark - 48 and behind < 0:
            behind = digits
        else:
            return 0, -1
    if digits == 0 or digits > MOST_DIGITS:
        return 0, -1
    return number, 0 if behind < 0 else digits - behind


@inlined
def _two_digits(data: UInt8s, place: Integer) -> Integer:
    """Return the number of two digits at *place*, below zero where they are not digits."""
    high, low = np.int64(data[place]) - 48, np.int64(data[place + 1]) - 48
    if high < 0 or high > 9 or low < 0 or low > 9:
        return -1000000
    return high * 10 + low


@inlined
def _all_digits(word: np.uint64) -> bool:
    """Say whether each of the eight bytes is at most nine."""
    fits: bool = (word | (word + np.uint64(_ABOVE_NINE))) & np.uint64(_HIGHS) == np.uint64(0)
    return fits


@inlined
def _digit(word: np.uint64, place: int) -> Integer:
    """Return the byte at *place* of a word whose bytes are digits."""
    return np.int64((word >> np.uint64(8 * place)) & np.uint64(15))


@inlined
def _day(year_month: np.uint64, tens: Integer, units: Integer) -> Integer:
    """Return the day of `YYYY-MM-` and the two bytes of `DD`, `NO_OFFSET` where there is none."""
    word = year_month ^ np.uint64(_YEAR_MONTH)
    if not _all_digits(word) or tens < 48 or tens > 57 or units < 48 or units > 57:
        return NO_OFFSET
    year = _digit(word, 0) * 1000 + _digit(word, 1) * 100 + _digit(word, 2) * 10 + _digit(word, 3)
    month = _digit(word, 5) * 10 + _digit(word, 6)
    day = (tens - 48) * 10 + units - 48
    if year < 1 or month < 1 or month > 12 or day < 1:
        return NO_OFFSET
    leap = 1 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 0
    if day > _MONTH_LENGTH[leap, month - 1]:
        return NO_OFFSET
    return np.int64(_YEAR_START[year] + _MONTH_START[leap, month - 1]) + day - 1


@inlined
def _is_clock(clock: np.uint64) -> bool:
    """Say whether eight bytes are `hh:mm:ss`."""
    word = clock ^ np.uint64(_CLOCK)
    if not _all_digits(word):
        return False
    return bool(_digit(word, 0) * 10 + _digit(word, 1) < 24 and _digit(word, 3) < 6 and _digit(word, 6) < 6)


@inlined
def _clock(data: UInt8s, begin: Integer, end: Integer) -> tuple[Integer, Integer]:
    """Return the seconds of `hh:mm[:ss[.fraction]]` and where it ends; below zero where there is none."""
    if end - begin < 5 or data[begin + 2] != 58:
        return -1, begin
    hour, minute = _two_digits(data, begin), _two_digits(data, begin + 3)
    second: Integer = 0
    place = begin + 5
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
def _offset(data: UInt8s, begin: Integer, end: Integer) -> Integer:
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


@inlined
def _instant(data: UInt8s, begin: Integer, end: Integer, day: Integer) -> Integer:
    """Return the instant of ` hh:mm[:ss[.fraction]][offset]` on *day*; `NO_OFFSET` without offset, one more where it is bad."""
    seconds, place = _clock(data, begin + 1, end)
    if seconds < 0:
        return NO_OFFSET + 1
    if place == end:
        return NO_OFFSET
    offset = _offset(data, place, end)
    return NO_OFFSET + 1 if offset == NO_OFFSET else day * 86400 + seconds - offset


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
        length = end - begin
        instants[row] = NO_OFFSET
        status[row] = 1 if length == 0 else 2
        if length < 10:
            continue
        day = _day(load_word(data, begin), np.int64(data[begin + 8]), np.int64(data[begin + 9]))
        if day == NO_OFFSET:
            continue
        if length > 10:
            if data[begin + 10] != 32 and data[begin + 10] != 84:
                continue
            # The two usual lengths are read a word at a time.
            if length != 19 or not _is_clock(load_word(data, begin + 11)):
                instant = _instant(data, begin + 10, end, day)
                if instant == NO_OFFSET + 1:
                    continue
                instants[row] = instant
                zoned = zoned or instant != NO_OFFSET
        days[row] = day
        status[row] = 0
    return zoned
