"""
A column of any type → durations: numbers, exact as integers where they are whole, else the floats nearest to what is written.
"""

import numpy as np
import pyarrow as pa

from patron.core.scoring.source import SourceBatch
from patron.core.scoring.status import BAD, MISSING, OK
from patron.kernel.layout import UInt8s, Values

LONGEST = 10**15
"""Durations are shorter; up to here every whole number is a float."""

_EXACT = 2**53


def read_durations(batch: SourceBatch, column: str) -> tuple[Values, UInt8s]:
    """
    Return the durations of a batch, 0 where there is none, and codes of `patron.core.scoring.status`.

    Null, blank and NaN are missing; words, infinities and what is as long as `LONGEST` are bad. Negative ones are returned as
    they are.
    """
    array = batch.columns[column]
    values, status = _floats(array) if pa.types.is_float64(array.type) else _decimals(batch, column)
    status[(status == OK) & (np.abs(values) >= LONGEST)] = BAD
    values[status != OK] = 0
    return values, status


def _floats(array: pa.Array) -> tuple[Values, UInt8s]:
    values = array.to_numpy(zero_copy_only=False).astype(np.float64)  # nulls become NaN
    status = np.where(np.isnan(values), MISSING, OK).astype(np.uint8)
    values[status == MISSING] = 0
    return values, status


def _decimals(batch: SourceBatch, column: str) -> tuple[Values, UInt8s]:
    numbers = batch.decimals(column)
    status = numbers.status.copy()
    if numbers.wide is None and numbers.scale == 0:
        return numbers.mantissa.copy(), status
    values = numbers.mantissa / np.float64(10**numbers.scale)
    # One division of two exact floats is rounded once; where the digits are more than a float holds, Python's integers do it.
    inexact = np.flatnonzero(np.abs(numbers.mantissa) >= _EXACT)
    if numbers.wide is not None:
        inexact = np.union1d(inexact, numbers.wide.rows)
    exact, scale = numbers.exact(inexact)
    values[inexact] = [_divided(value, 10**scale) for value in exact.tolist()]
    return values, status


def _divided(value: int, power: int) -> float:
    try:
        return value / power
    except OverflowError:
        return float("inf")
