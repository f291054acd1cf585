"""
Values as a scorecard reads them: numbers in counts of 1/10,000, rounded once, half to even; days and years as how long ago.

`count_of` and `code_points` read one value of Python, `read_counts` a column of any type; both say the same of the same value.
"""

from collections.abc import Callable
from datetime import MAXYEAR, MINYEAR, date, datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa

from patron.core.money import LARGEST, SCALE, UNIT
from patron.core.scoring.composites.definition import DAYS_SINCE, VALUE, YEARS_SINCE
from patron.core.scoring.days.reading import read_days
from patron.core.scoring.decimals import Decimals, parse_number, read_decimals, to_money
from patron.core.scoring.decimals.reading import read_float_money
from patron.core.scoring.status import BAD, MISSING, OK
from patron.core.scoring.strings import is_text
from patron.kernel.layout import Int64s, UInt8s

_NOTHING = (MISSING, 0)
_WRONG = (BAD, 0)
_EPOCH = date(1970, 1, 1).toordinal()
_LONGEST = 400  # places of a number that are looked at: beyond all that floats and amounts can have


def count_of(value: object, reads: str, as_of: date, zone: str = "UTC") -> tuple[int, int]:
    """
    Return the status of one value, a code of `patron.core.scoring.status`, and what counts of it.

    Args:
        value: a number, a text that says one, a day, a year, or a time; None, NaN and blank texts are missing.
        reads: one of `READS`.
        as_of: the day from which days and years are counted.
        zone: of times without one, and of days.
    """
    if value is None:
        return _NOTHING
    if reads != VALUE:
        return _ago(value, reads, as_of, zone)
    if type(value) is int:
        return _rounded(value, 0)
    if isinstance(value, str):
        found = parse_number(value)
        return _rounded(found.integer, found.scale) if found.status == OK else (found.status, 0)
    return _decimal(value)


def code_points(points_of: Callable[[str], int | None], value: object) -> tuple[int, int]:
    """
    Return the status of a code, and its points; of several codes those of the best.

    Args:
        points_of: says the points of a code, None where it has none.
        value: a code, or several; truth values are the codes `true` and `false`, other values are their texts.
    """
    if isinstance(value, list | tuple):
        known = [points for status, points in (code_points(points_of, one) for one in value) if status == OK]
        return (OK, max(known)) if known else (BAD if value else MISSING, 0)
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    if not text.strip():
        return _NOTHING
    points = points_of(text)
    return _WRONG if points is None else (OK, points)


def read_counts(
    array: pa.Array, reads: str, as_of: date, *, zone: str, name: str, decimals: Callable[[], Decimals] | None = None
) -> tuple[Int64s, UInt8s]:
    """
    Return what counts of each value of a column, and its status: `OK`, `MISSING` or `BAD`.

    Args:
        array: the column.
        reads: one of `READS`.
        as_of: the day from which days and years are counted.
        zone: of times without one, and of days.
        name: of the column, for messages.
        decimals: gives the column as exact decimals.
    """
    if reads == VALUE and pa.types.is_float64(array.type):
        money = read_float_money(array)
        return _where_known(money.values, money.status)
    if reads == VALUE:
        return _counts(read_decimals(array) if decimals is None else decimals())
    if reads == YEARS_SINCE:
        return _years(array, as_of.year, zone, name)
    days = read_days(array, zone, name=name)
    today = as_of.toordinal() - _EPOCH
    ago = today - days.values if reads == DAYS_SINCE else days.values - today
    return _where_known(ago * UNIT, days.status)


def _counts(column: Decimals) -> tuple[Int64s, UInt8s]:
    money = to_money(column)
    return _where_known(money.values, money.status)


def _where_known(counts: Int64s, status: UInt8s) -> tuple[Int64s, UInt8s]:
    return np.where(status == OK, counts, 0), np.minimum(status, np.uint8(BAD))


def _years(array: pa.Array, today: int, zone: str, name: str) -> tuple[Int64s, UInt8s]:
    """Read years: numbers that are one, and the years of days."""
    counts, status = np.zeros(len(array), np.int64), np.full(len(array), MISSING, np.uint8)
    if not pa.types.is_temporal(array.type):
        counts, status = _counts(read_decimals(array))
        years = counts // UNIT
        status[(status == OK) & ((years * UNIT != counts) | (years < MINYEAR) | (years > MAXYEAR))] = BAD
        counts = (today - years) * UNIT
    if pa.types.is_temporal(array.type) or is_text(array.type):
        rest = status != OK
        days = read_days(array.filter(pa.array(rest)), zone, name=name)
        years = days.values.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
        counts[rest], status[rest] = (today - years) * UNIT, days.status
    return _where_known(counts, status)


def _decimal(value: object) -> tuple[int, int]:
    if isinstance(value, float):
        value = Decimal(repr(value))
    if not isinstance(value, Decimal):
        return _WRONG
    if not value.is_finite():
        return _NOTHING if value.is_nan() else _WRONG
    sign, digits, exponent = value.as_tuple()
    integer = int("".join(map(str, digits)))
    return _rounded(-integer if sign else integer, -int(exponent))


def _rounded(integer: int, scale: int) -> tuple[int, int]:
    """Return integer / 10**scale in counts, half to even."""
    if scale > SCALE:
        unit = 10 ** min(scale - SCALE, _LONGEST)
        integer, rest = divmod(integer, unit)
        integer += 2 * rest > unit or (2 * rest == unit and integer % 2 == 1)
    elif integer:
        integer *= 10 ** min(SCALE - scale, _LONGEST)
    return (OK, integer) if -LARGEST <= integer <= LARGEST else _WRONG


def _ago(value: object, reads: str, as_of: date, zone: str) -> tuple[int, int]:
    """Return how long ago a day is, or how far ahead, in days or calendar years."""
    if isinstance(value, date) and not isinstance(value, datetime):
        if reads == YEARS_SINCE:
            return OK, (as_of.year - value.year) * UNIT
        days = (as_of - value).days
        return OK, (days if reads == DAYS_SINCE else -days) * UNIT
    if not isinstance(value, datetime | str) and (reads != YEARS_SINCE or isinstance(value, bool | list | tuple)):
        return _WRONG
    if isinstance(value, int) and not MINYEAR <= value <= MAXYEAR:
        return _WRONG
    # Texts and times in all their forms are read by who reads columns of them.
    counts, status = read_counts(pa.array([value]), reads, as_of, zone=zone, name="")
    return int(status[0]), int(counts[0])
