"""
Columns of binary floats → exact decimals, by the shortest decimal form that reads back as the same float.

`2.55` stored as a float means 2.55, not 2.54999…822. For up to 15 significant digits (6 in single precision) at most one decimal
reads back as a given float, so a candidate that does is the shortest form: rint(x · 10**s) / 10**s == x, tried for a few s. Other
values go through their shortest text.
"""

from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from patron.core.money import UNIT
from patron.core.scoring.decimals.column import Parts
from patron.core.scoring.decimals.number import parse_number
from patron.core.scoring.decimals.text import read_text
from patron.core.scoring.status import BAD, MISSING, OK
from patron.kernel.layout import Bools, Float64s, Int64s, UInt8s

Float32s = npt.NDArray[np.float32]
Float16s = npt.NDArray[np.float16]
Floats = TypeVar("Floats", Float64s, Float32s, Float16s)

_SCALES = (2, 0, 4, 6, 9, 12, 15)
"""Tried in this order: most money has two places."""

_FEWER_DIGITS = 10**15
"""Below it a double tells any two decimals apart."""

_SMALL_COUNT = 1e14
_CLOSE = 2.0**-50
"""Counts below which a float tells neighbouring counts apart with room to spare, and how near to a middle is too near."""

_SINGLE_SCALES = 8
_LAST_INTEGER_SINGLE = 2**24
"""From here on the shortest form of a single may end in zeros that its exact value does not have."""

_BELOW_SINGLE, _HALF_SINGLE = 2**29 - 1, 2**28
"""The bits of a double below those of a single, and what they are in the middle between two singles."""


def read_doubles(values: Float64s, nulls: Bools | None) -> Parts:
    """Read float64 values; NaN counts as missing, infinities as bad."""
    parts, values = _begin(values, nulls)
    mantissa, fits = _at_scale(values, _SCALES[0])
    parts.mantissa, parts.scales[:] = np.where(fits, mantissa, 0).astype(np.int64), np.where(fits, _SCALES[0], 0)
    left = np.flatnonzero(~fits)
    for scale in _SCALES[1:]:
        if not len(left):
            return parts
        mantissa, fits = _at_scale(values[left], scale)
        parts.mantissa[left[fits]], parts.scales[left[fits]] = mantissa[fits].astype(np.int64), scale
        left = left[~fits]
    _merge(parts, left, read_text(pc.cast(pa.array(values[left]), pa.string()), "."))
    return parts


def money_of_doubles(values: Float64s, nulls: Bools | None) -> tuple[Int64s, UInt8s, Bools, Int64s]:
    """
    Round float64 values to money without their decimal digits: a product of floats such as 53.969999999999995 has seventeen.

    The shortest form and the float itself lie within one part in 2**52 of each other, so that both round alike wherever the float
    is farther than that from the middle between two counts.

    Returns:
        Counts, statuses, which rows were rounded, and the rows left undecided: near a middle, or very large.
    """
    parts, values = _begin(values, nulls)
    with np.errstate(over="ignore"):
        counts = values * float(UNIT)
    whole = np.rint(counts)
    plain = (whole / float(UNIT) == values) & (np.abs(counts) < _SMALL_COUNT)
    others = np.flatnonzero(~plain)
    counts = np.abs(counts[others])
    small = counts < _SMALL_COUNT
    from_middle = np.abs(np.where(small, counts, 0) % 1 - 0.5)
    undecided = others[~small | (from_middle <= counts * _CLOSE)]
    whole[undecided] = 0
    return whole.astype(np.int64), parts.status, ~plain, undecided


def read_singles(values: Float32s, nulls: Bools | None) -> Parts:
    """Read float32 values by the shortest form of their own precision: 2.55 in single precision is 2.55."""
    parts, values = _begin(values, nulls)
    left = np.flatnonzero(np.abs(values) < _LAST_INTEGER_SINGLE)
    shortest = [np.flatnonzero(np.abs(values) >= _LAST_INTEGER_SINGLE)]
    for scale in range(_SINGLE_SCALES):
        part = values[left]
        product = part.astype(np.float64) * 10.0**scale
        mantissa = np.rint(product)
        candidate = mantissa / 10.0**scale
        doubtful = _doubtful(part, product, candidate)
        fits = (candidate.astype(np.float32) == part) & ~doubtful
        parts.mantissa[left[fits]], parts.scales[left[fits]] = mantissa[fits].astype(np.int64), scale
        shortest.append(left[doubtful])
        left = left[~fits & ~doubtful]
        if not len(left):
            break
    _read_shortest(parts, values, np.concatenate([*shortest, left]))
    return parts


def read_halves(values: Float16s, nulls: Bools | None) -> Parts:
    """Read float16 values."""
    parts, values = _begin(values, nulls)
    _read_shortest(parts, values, np.arange(len(values), dtype=np.int64))
    return parts


def _at_scale(values: Float64s, scale: int) -> tuple[Float64s, Bools]:
    """Return the candidates rint(x · 10**scale), and which of them read back as x."""
    with np.errstate(over="ignore"):
        mantissa = np.rint(values * 10.0**scale)
    return mantissa, (mantissa / 10.0**scale == values) & (np.abs(mantissa) < _FEWER_DIGITS)


def _begin(values: Floats, nulls: Bools | None) -> tuple[Parts, Floats]:
    """Give missing and infinite values their status, and zero in their place."""
    parts = Parts.empty(len(values))
    finite = np.isfinite(values)
    if nulls is None and finite.all():
        return parts, values
    parts.status[~finite] = BAD
    parts.status[np.isnan(values)] = MISSING
    if nulls is not None:
        parts.status[nulls] = MISSING
    return parts, np.where(parts.status == OK, values, values.dtype.type(0))


def _doubtful(part: Float32s, product: Float64s, candidate: Float64s) -> Bools:
    """
    Say where the nearest candidate may not be the shortest form, or may read back otherwise than it seems.

    That is where two candidates are equally near, where the candidate lies so close to the middle between two floats that
    rounding it twice may differ from rounding it once, and at powers of two, whose lower neighbours are nearer than the upper.
    """
    tie = np.abs(product - np.floor(product)) == 0.5
    middle = (candidate.view(np.uint64) & np.uint64(_BELOW_SINGLE)) == _HALF_SINGLE
    power = np.abs(np.frexp(part)[0]) == 0.5
    doubtful: Bools = (tie | middle | power) & (candidate != part)
    return doubtful


def _read_shortest(parts: Parts, values: Float32s | Float16s, rows: Int64s) -> None:
    distinct, codes = np.unique(values[rows], return_inverse=True)
    numbers = [parse_number(str(value)) for value in distinct]
    for row, code in zip(rows.tolist(), codes.tolist(), strict=True):
        parts.put(row, numbers[code].integer, numbers[code].scale)


def _merge(parts: Parts, rows: Int64s, read: Parts) -> None:
    parts.mantissa[rows], parts.scales[rows] = read.mantissa, read.scales
    for row, value in read.wide.items():
        parts.wide[int(rows[row])] = value
