"""
Exact sums, differences and products of decimal columns, and the one rounding that turns them into money.

Each operation first bounds its result: where the bound proves that no row can leave int64, whole columns are computed as they
stand; else the rows that might are computed as Python integers. Nothing wraps, nothing is rounded before `to_money`.
"""

import numpy as np

from patron.core.money import LARGEST, SCALE
from patron.core.scoring.decimals.column import DIGITS, LIMIT, POWERS, Decimals, Wide
from patron.core.scoring.decimals.money import Money
from patron.core.scoring.status import LARGE, OK
from patron.kernel.layout import Bools, Int64s, UInt8s

_SURELY_FITS = 9.2e18
"""A product whose float estimate stays below it is within int64: the estimate errs by less than one part in 10**15."""


def multiply(left: Decimals, right: Decimals) -> Decimals:
    """Return the products of two columns."""
    outside = None
    if left.bound() * right.bound() > LIMIT:
        outside = np.abs(left.mantissa.astype(np.float64)) * np.abs(right.mantissa.astype(np.float64)) >= _SURELY_FITS
    rows = _exact_rows(left, right, outside)
    with np.errstate(over="ignore"):
        mantissa = left.mantissa * right.mantissa
    if not len(rows):
        return _combined(left, right, mantissa, left.scale + right.scale, None)
    (a, a_scale), (b, b_scale) = left.exact(rows), right.exact(rows)
    mantissa[rows] = 0
    return _combined(left, right, mantissa, left.scale + right.scale, Wide(rows=rows, values=a * b, scale=a_scale + b_scale))


def add(left: Decimals, right: Decimals) -> Decimals:
    """Return the sums of two columns."""
    scale = max(left.scale, right.scale)
    lifts = (10 ** (scale - left.scale), 10 ** (scale - right.scale))
    outside = None
    if left.bound() * lifts[0] + right.bound() * lifts[1] > LIMIT:
        # Two that are each within half of what fits have a sum that fits.
        half = LIMIT // 2
        outside = (np.abs(left.mantissa) > half // lifts[0]) | (np.abs(right.mantissa) > half // lifts[1])
    rows = _exact_rows(left, right, outside)
    with np.errstate(over="ignore"):
        mantissa = left.mantissa * _factor(lifts[0]) + right.mantissa * _factor(lifts[1])
    if not len(rows):
        return _combined(left, right, mantissa, scale, None)
    (a, a_scale), (b, b_scale) = left.exact(rows), right.exact(rows)
    common = max(a_scale, b_scale)
    mantissa[rows] = 0
    values = a * 10 ** (common - a_scale) + b * 10 ** (common - b_scale)
    return _combined(left, right, mantissa, scale, Wide(rows=rows, values=values, scale=common))


def negate(column: Decimals) -> Decimals:
    """Return the column with every sign turned."""
    wide = column.wide
    turned = None if wide is None else Wide(rows=wide.rows, values=-wide.values, scale=wide.scale)
    return Decimals(
        mantissa=-column.mantissa, scale=column.scale, status=column.status, wide=turned, currencies=column.currencies
    )


def to_money(column: Decimals) -> Money:
    """Return the column in counts of 1/10,000, rounded once, half to even; a result beyond int64 has the status LARGE."""
    status = column.status
    if column.scale <= SCALE:
        lift = 10 ** (SCALE - column.scale)
        outside = None
        if column.bound() * lift > LARGEST:
            outside = np.abs(column.mantissa) > LARGEST // lift
        with np.errstate(over="ignore"):
            values = column.mantissa * _factor(lift)
        rounded = np.zeros(len(values), dtype=np.bool_)
    else:
        values, rounded = _rounded(column.mantissa, column.scale - SCALE)
        outside = None
    rows = _exact_rows(column, None, outside)
    if len(rows):
        status = status.copy()
        _round_exactly(column, rows, values, rounded, status)
    return Money(values=values, status=status, rounded=rounded, currencies=column.currencies)


def _rounded(mantissa: Int64s, places: int) -> tuple[Int64s, Bools]:
    """Divide by 10**places, half to even."""
    if places > DIGITS:
        # The divisor is no int64; its half is, if need be, and no quotient is larger than one.
        half = min(5 * 10 ** (places - 1), LIMIT)
        return (mantissa > half).astype(np.int64) - (mantissa < -half), mantissa != 0
    divisor = POWERS[places]
    quotient = mantissa // divisor
    rest = mantissa - quotient * divisor
    rounded = rest != 0
    if rounded.any():
        half = divisor // 2
        quotient += (rest > half) | ((rest == half) & (quotient & 1 == 1))
    return quotient, rounded


def _round_exactly(column: Decimals, rows: Int64s, values: Int64s, rounded: Bools, status: UInt8s) -> None:
    exact, scale = column.exact(rows)
    for row, value in zip(rows.tolist(), exact.tolist(), strict=True):
        if status[row] != OK:
            continue
        count, rest = _divide(value, scale - SCALE)
        if abs(count) > LARGEST:
            values[row], status[row] = 0, LARGE
        else:
            values[row], rounded[row] = count, rest


def _divide(value: int, places: int) -> tuple[int, bool]:
    if places <= 0:
        return value * 10**-places, False
    divisor = 10**places
    count, rest = divmod(value, divisor)
    count += 2 * rest > divisor or (2 * rest == divisor and count % 2 == 1)
    return count, rest != 0


def _factor(lift: int) -> np.int64:
    """Return the factor as int64; one that does not fit multiplies zeros only, all other rows being computed exactly."""
    return np.int64(lift if lift <= LIMIT else 0)


def _exact_rows(left: Decimals, right: Decimals | None, outside: Bools | None) -> Int64s:
    groups = [column.wide.rows for column in (left, right) if column is not None and column.wide is not None]
    if outside is not None:
        groups.append(np.flatnonzero(outside))
    if not groups:
        return np.zeros(0, dtype=np.int64)
    return groups[0] if len(groups) == 1 else np.unique(np.concatenate(groups))


def _combined(left: Decimals, right: Decimals, mantissa: Int64s, scale: int, wide: Wide | None) -> Decimals:
    status = np.maximum(left.status, right.status)
    if status.any():
        mantissa[status != OK] = 0
    currencies = dict(left.currencies)
    for marker, rows in right.currencies.items():
        currencies[marker] = np.union1d(currencies[marker], rows) if marker in currencies else rows
    return Decimals(mantissa=mantissa, scale=scale, status=status, wide=wide, currencies=currencies)
