"""
Columns of any type → ids: integers, or texts that are the same wherever the column is cut.

What a column is, integers or texts, is decided once for all files, from their types alone; never from the values of a piece.
Where it is text, numbers are written in one exact way: whole numbers as plain digits, others as the shortest decimal, without
exponent and trailing zeros. So `7`, `7.0` and the decimal `7.00` are one customer, in any files and any order.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from patron.core.errors import InputError
from patron.core.scoring.identities import is_text
from patron.core.scoring.source import SourceBatch
from patron.kernel.layout import Int64s

_BEYOND_INT64 = 2.0**63

_HEX = np.frombuffer(b"0123456789abcdef", np.uint8)
_UUID_BYTES, _UUID_CHARACTERS, _UUID_HYPHENS = 16, 36, (8, 13, 18, 23)

_TRAILING_ZEROS = (r"(\.[0-9]*[1-9])0+(Z?)$", r"\.0+(Z?)$")
"""Of the fraction of a second; what stands in the groups stays."""

Floats = npt.NDArray[np.floating[npt.NBitBase]]


def are_integers(kinds: Iterable[pa.DataType | None]) -> bool:
    """Say whether an id column with these types in its files (None: a text file) is kept as int64; else it is kept as text."""
    return all(kind is not None and _is_integer(_plain(kind)) for kind in kinds)


def may_become_integers(kinds: Iterable[pa.DataType | None]) -> bool:
    """Say whether text ids that turn out to be plain integers are integers: where no file says that they are something else."""
    return all(kind is None or _is_number(_plain(kind)) for kind in kinds)


def read_ids(batch: SourceBatch, name: str, *, text: bool) -> pa.Array:
    """
    Return the ids of a column: int64, or `string` or `large_string` where *text*; null where there is none.

    NaN and infinities are missing. Bytes are read as UTF-8. UUIDs are written in their usual form, truth values as `true` and
    `false`, days and times in ISO form without trailing zeros, times with a zone in UTC.

    Raises:
        InputError: the column holds bytes that are no text, or is of a type that can't be an id.
    """
    array = _unpacked(batch.columns[name])
    try:
        return _texts(array) if text else array.cast(pa.int64())
    except pa.ArrowInvalid as error:
        raise InputError("source.not_text", file=batch.file, column=name, row=batch.first_row + 1) from error
    except pa.ArrowNotImplementedError as error:
        raise InputError("score.no_id", file=batch.file, column=name, type=str(array.type)[:80]) from error


def as_texts(array: pa.Array) -> pa.Array:
    """Return the values of a column of any type as texts, as `read_ids` writes them."""
    return _texts(_unpacked(array))


def _plain(kind: pa.DataType) -> pa.DataType:
    """Return the type of the values, however they are packed."""
    return kind.value_type if pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind) else kind


def _unpacked(array: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(array.type):
        return array.dictionary_decode()
    return array.cast(array.type.value_type) if pa.types.is_run_end_encoded(array.type) else array


def _is_integer(kind: pa.DataType) -> bool:
    """Say whether every value is an int64 or missing."""
    return bool((pa.types.is_integer(kind) and not pa.types.is_uint64(kind)) or pa.types.is_null(kind))


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind) or pa.types.is_null(kind))


def _texts(array: pa.Array) -> pa.Array:
    if isinstance(array, pa.ExtensionArray):
        return _uuids(array.storage) if isinstance(array.type, pa.UuidType) else _texts(array.storage)
    if is_text(array.type):
        return array
    if pa.types.is_floating(array.type):
        return _floats(array)
    if pa.types.is_decimal(array.type):
        return _decimals(array)
    return _times(array) if pa.types.is_temporal(array.type) else array.cast(pa.large_string())


def _floats(array: pa.Array) -> pa.Array:
    values: Floats = array.to_numpy(zero_copy_only=False)
    # Nulls are NaN by now.
    missing = ~np.isfinite(values)
    whole = (np.rint(values) == values) & (np.abs(values, dtype=np.float64) < _BEYOND_INT64)
    integers = np.where(whole, values, 0).astype(np.int64)
    texts = pa.array(integers, mask=missing).cast(pa.large_string())
    others = np.flatnonzero(~whole & ~missing)
    if not len(others):
        return texts
    places = np.arange(len(texts))
    places[others] = len(texts) + np.arange(len(others))
    return pa.concat_arrays([texts, _fractions(values[others])]).take(pa.array(places))


def _fractions(values: Floats) -> pa.Array:
    """Write floats that are no int64."""
    if values.dtype == np.float16:  # Arrow writes them as the float32 that they are, too
        return pa.array([_float_text(value) for value in values], pa.large_string())
    return _without_exponents(pa.array(values).cast(pa.large_string()), "e", lambda rows: map(_float_text, values[rows]))


def _without_exponents(texts: pa.Array, sign: str, write: Callable[[Int64s], Iterable[str]]) -> pa.Array:
    """Return numbers as Arrow wrote them, but those with the *sign* of an exponent as *write* does, which is slow."""
    rows = np.flatnonzero(pc.match_substring(texts, sign).fill_null(False).to_numpy(zero_copy_only=False))
    if not len(rows):
        return texts
    marked = np.zeros(len(texts), np.bool_)
    marked[rows] = True
    return pc.replace_with_mask(texts, pa.array(marked), pa.array(write(rows), pa.large_string()))


def _float_text(value: np.floating[npt.NBitBase]) -> str:
    if value == np.rint(value):
        return str(int(value))
    return np.format_float_positional(value, unique=True, trim="-")


def _decimals(array: pa.Array) -> pa.Array:
    try:
        return array.cast(pa.int64()).cast(pa.large_string())
    except pa.ArrowInvalid:
        pass  # Some have fractions, or more digits than an int64.
    kind = array.type
    if pa.types.is_decimal32(kind) or pa.types.is_decimal64(kind):
        array = array.cast(pa.decimal128(kind.precision, kind.scale))
    texts = array.cast(pa.large_string())
    if kind.scale > 0:
        texts = pc.ascii_rtrim(pc.ascii_rtrim(texts, "0"), ".")
    return _without_exponents(texts, "E", lambda rows: map(_decimal_text, array.take(rows).to_pylist()))


def _decimal_text(value: Decimal) -> str:
    digits = f"{value:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _times(array: pa.Array) -> pa.Array:
    kind = array.type
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        array = array.cast(pa.timestamp(kind.unit, "UTC"))
    texts = array.cast(pa.large_string())
    if pa.types.is_timestamp(kind) or pa.types.is_time(kind):
        # Files that count in other units write other numbers of zeros.
        texts = pc.replace_substring_regex(texts, _TRAILING_ZEROS[0], r"\1\2")
        texts = pc.replace_substring_regex(texts, _TRAILING_ZEROS[1], r"\1")
    return texts


def _uuids(array: pa.Array) -> pa.Array:
    if array.null_count == len(array):
        return pa.nulls(len(array), pa.large_string())
    data = np.frombuffer(array.buffers()[1], np.uint8)
    rows = data[array.offset * _UUID_BYTES : (array.offset + len(array)) * _UUID_BYTES]
    digits = np.stack([_HEX[rows >> 4], _HEX[rows & 15]], axis=-1).reshape(len(array), 2 * _UUID_BYTES)
    characters = np.full((len(array), _UUID_CHARACTERS), ord("-"), np.uint8)
    characters[:, _digit_places()] = digits
    ends = np.arange(len(array) + 1, dtype=np.int64) * _UUID_CHARACTERS
    valid = None if not array.null_count else pa.array(array.is_valid()).buffers()[1]
    return pa.LargeStringArray.from_buffers(len(array), pa.py_buffer(ends), pa.py_buffer(characters), valid)


def _digit_places() -> Sequence[int]:
    return [place for place in range(_UUID_CHARACTERS) if place not in _UUID_HYPHENS]
