"""
Any Arrow column → exact decimals.
"""

from typing import Any

import numpy as np
import pyarrow as pa

from patron.core.scoring.decimals.arithmetic import to_money
from patron.core.scoring.decimals.column import LIMIT, Decimals, Parts
from patron.core.scoring.decimals.floats import money_of_doubles, read_doubles, read_halves, read_singles
from patron.core.scoring.decimals.money import Money
from patron.core.scoring.decimals.text import read_text
from patron.core.scoring.status import BAD, MISSING, OK
from patron.core.scoring.strings import is_text, to_text
from patron.kernel.layout import Bools


def read_decimals(array: pa.Array | pa.ChunkedArray, decimal_mark: str = ".") -> Decimals:
    """
    Read a column of any type as exact decimals.

    Args:
        array: numbers of any kind, or text; a column of another type (dates, truth values, lists) has only bad values.
        decimal_mark: `.` or `,`, for text.

    Returns:
        The values with a status each; null, blank and NaN are missing, infinities and words are bad.
    """
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if pa.types.is_dictionary(array.type):
        return _read_dictionary(array, decimal_mark)
    if pa.types.is_run_end_encoded(array.type):
        array = array.cast(array.type.value_type)
    return _read_parts(array, decimal_mark).finish()


def read_float_money(array: pa.DoubleArray) -> Money:
    """Read a float64 column as money, rounded once: the same as `to_money(read_decimals(array))`, and faster."""
    nulls = array.is_null().to_numpy(zero_copy_only=False) if array.null_count else None
    counts, status, rounded, undecided = money_of_doubles(_numpy(array).view(np.float64), nulls)
    if len(undecided):
        rest = to_money(read_decimals(array.take(pa.array(undecided))))
        counts[undecided], status[undecided], rounded[undecided] = rest.values, rest.status, rest.rounded
    return Money(values=counts, status=status, rounded=rounded)


def _read_parts(array: pa.Array, mark: str) -> Parts:
    kind = array.type
    nulls = array.is_null().to_numpy(zero_copy_only=False) if array.null_count else None
    if is_text(kind):
        return read_text(to_text(array), mark)
    if pa.types.is_integer(kind):
        return _read_integers(array, nulls)
    if pa.types.is_decimal(kind):
        return _read_arrow_decimals(array, nulls)
    if pa.types.is_floating(kind):
        return _read_floats(_numpy(array), nulls)
    parts = Parts.empty(len(array))
    parts.status[:] = BAD
    _mark(parts, nulls)
    return parts


def _read_floats(values: Any, nulls: Bools | None) -> Parts:
    if values.dtype == np.float64:
        return read_doubles(values, nulls)
    return read_singles(values, nulls) if values.dtype == np.float32 else read_halves(values, nulls)


def _numpy(array: pa.Array) -> np.ndarray[tuple[int], np.dtype[np.generic]]:
    """Return the values of a column of numbers; those of nulls are undefined."""
    buffer = array.buffers()[1]
    dtype = np.dtype(array.type.to_pandas_dtype())
    if buffer is None:
        return np.zeros(len(array), dtype=dtype)
    return np.frombuffer(buffer, dtype=dtype, count=array.offset + len(array))[array.offset :]


def _read_integers(array: pa.Array, nulls: Bools | None) -> Parts:
    values = _numpy(array)
    parts = Parts.empty(len(array))
    # Unsigned values beyond int64 come out negative here, and are put right below.
    parts.mantissa = values.astype(np.int64)
    _mark(parts, nulls)
    if pa.types.is_uint64(array.type):
        for row in np.flatnonzero((parts.mantissa < 0) & (parts.status == OK)).tolist():
            parts.put(row, int(values[row]), 0)
    return _without_lowest(parts)


def _read_arrow_decimals(array: pa.Array, nulls: Bools | None) -> Parts:
    parts = Parts.empty(len(array))
    scale, words = array.type.scale, array.type.bit_width // 64
    buffer = array.buffers()[1]
    if words == 0 or buffer is None or not 0 <= scale <= 18:
        return _read_slowly(array, parts)
    limbs = np.frombuffer(buffer, dtype=np.int64).reshape(-1, words)[array.offset : array.offset + len(array)]
    parts.mantissa = limbs[:, 0].copy()
    parts.scales[:] = scale
    _mark(parts, nulls)
    long = np.zeros(len(array), dtype=np.bool_)
    for limb in range(1, words):
        long |= limbs[:, limb] != limbs[:, 0] >> 63
    for row in np.flatnonzero(long & (parts.status == OK)).tolist():
        value = int.from_bytes(limbs[row].tobytes(), "little", signed=True)
        parts.put(row, value, scale)
    return _without_lowest(parts)


def _read_slowly(array: pa.Array, parts: Parts) -> Parts:
    for row, value in enumerate(array.to_pylist()):
        if value is None:
            parts.status[row] = MISSING
        else:
            sign, digits, exponent = value.as_tuple()
            integer = int("".join(map(str, digits)) or "0")
            parts.put(row, -integer if sign else integer, -int(exponent))
    return parts


def _read_dictionary(array: pa.DictionaryArray, mark: str) -> Decimals:
    """Read each distinct value once and hand it to its rows."""
    distinct = read_decimals(array.dictionary, mark)
    codes = array.indices.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    parts = Parts.empty(len(array))
    nulls = array.indices.is_null().to_numpy(zero_copy_only=False)
    if len(distinct):
        parts.mantissa, parts.status = distinct.mantissa[codes], distinct.status[codes]
    _mark(parts, nulls)
    if distinct.wide is not None:
        places = {int(code): value for code, value in zip(distinct.wide.rows, distinct.wide.values, strict=True)}
        for row in np.flatnonzero(np.isin(codes, distinct.wide.rows) & ~nulls).tolist():
            parts.wide[row] = (places[int(codes[row])], distinct.wide.scale)
    return Decimals(
        mantissa=parts.mantissa,
        scale=distinct.scale,
        status=parts.status,
        wide=parts.wide_rows(),
        currencies={marker: np.flatnonzero(np.isin(codes, marked) & ~nulls) for marker, marked in distinct.currencies.items()},
    )


def _mark(parts: Parts, nulls: Bools | None) -> None:
    if nulls is not None:
        parts.status[nulls] = MISSING
        parts.mantissa[nulls], parts.scales[nulls] = 0, 0


def _without_lowest(parts: Parts) -> Parts:
    """Take −2**63, whose absolute value has no int64, out of the mantissas."""
    for row in np.flatnonzero(parts.mantissa == -LIMIT - 1).tolist():
        parts.put(row, -LIMIT - 1, int(parts.scales[row]))
    return parts
