"""
Exact comparison of a decimal column with one number.
"""

import numpy as np

from patron.core.scoring.decimals.column import LIMIT, Decimals
from patron.core.scoring.status import OK
from patron.kernel.layout import Bools


def compare(column: Decimals, comparison: str, integer: int, scale: int) -> Bools:
    """
    Say where a comparison with the number integer / 10**scale holds; it holds for no value that is not a number.

    Args:
        column: the values on the left.
        comparison: one of `== != < <= > >=`.
        integer: the digits of the number on the right.
        scale: its decimal places.
    """
    # Between two neighbouring mantissas lies at most one number: compare with the mantissa at or below it.
    numerator, denominator = _as_ratio(integer, scale - column.scale)
    floor, rest = divmod(numerator, denominator)
    mask: Bools = _compare_with(column.mantissa, comparison, floor, rest == 0)
    wide = column.wide
    if wide is not None:
        numerator, denominator = _as_ratio(integer, scale - wide.scale)
        floor, rest = divmod(numerator, denominator)
        signs = np.array([(value > floor) - (value < floor) for value in wide.values], dtype=np.int64)
        mask[wide.rows] = _compare_with(signs, comparison, 0, rest == 0)
    mask &= column.status == OK
    return mask


def _as_ratio(integer: int, places: int) -> tuple[int, int]:
    return (integer, 10**places) if places >= 0 else (integer * 10**-places, 1)


def _compare_with(values: np.ndarray[tuple[int], np.dtype[np.int64]], comparison: str, floor: int, whole: bool) -> Bools:
    if floor > LIMIT or floor < -LIMIT:
        below = floor > LIMIT
        return np.full(len(values), comparison == "!=" or (comparison in ("<", "<=") if below else comparison in (">", ">=")))
    if comparison in ("==", "!="):
        equal = values == floor if whole else np.zeros(len(values), dtype=np.bool_)
        return equal if comparison == "==" else ~equal
    if comparison in ("<", ">="):
        less = values < floor if whole else values <= floor
        return less if comparison == "<" else ~less
    less_or_equal = values <= floor
    return less_or_equal if comparison == "<=" else ~less_or_equal
