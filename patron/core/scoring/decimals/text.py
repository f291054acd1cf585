"""
Columns of text → exact decimals.

Plain numbers (digits, at most one decimal mark, perhaps a minus) are read by the column: with the compiled kernel where numba is
loaded already, else with Arrow by taking the mark out and reading the digits as one integer; no binary float is involved. Rows
that are anything else go, each distinct text once, through `parse_number`.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from patron.core.scoring.decimals.column import DIGITS, Parts
from patron.core.scoring.decimals.number import parse_number
from patron.core.scoring.status import BAD, MISSING, OK
from patron.core.scoring.strings import compiled_ready, data_of, offsets_of, to_text
from patron.kernel.layout import Bools, Int64s, UInt8s

_LONGEST_PLAIN = DIGITS + 1
"""Characters up to which a number with a mark or a sign fits an int64; Arrow refuses 19 digits that don't."""

_PLAIN = {".": r"^-?([0-9]+[.]?[0-9]*|[.][0-9]+)$", ",": r"^-?([0-9]+,?[0-9]*|,[0-9]+)$"}


def read_text(array: pa.Array, mark: str) -> Parts:
    """Read a (large) string column with the decimal mark *mark*."""
    if compiled_ready():
        parts, odd = _read_compiled(array, mark)
    else:
        parts, odd = _read_with_arrow(array, mark)
    if len(odd):
        _read_odd(array, odd, mark, parts)
    return parts


def _read_compiled(array: pa.Array, mark: str) -> tuple[Parts, Int64s]:
    from patron.kernel.compiled.text import parse_plain_numbers

    parts = Parts.empty(len(array))
    parse_plain_numbers(data_of(array), offsets_of(array), ord(mark), parts.mantissa, parts.scales, parts.status)
    odd = np.flatnonzero(parts.status == BAD)
    parts.status[odd] = OK
    _mark_nulls(array, parts)
    return parts, odd


def _read_with_arrow(array: pa.Array, mark: str) -> tuple[Parts, Int64s]:
    parts = Parts.empty(len(array))
    lengths = np.diff(offsets_of(array))
    if not len(lengths) or (lengths.min() > 0 and lengths.max() <= _LONGEST_PLAIN and _only_digits(array, mark)):
        try:
            parts.mantissa, parts.scales = _plain(array, lengths, mark)
        except pa.ArrowInvalid:
            pass  # A minus or a second mark stands where it should not: find out in which rows.
        else:
            _mark_nulls(array, parts)
            return parts, np.zeros(0, dtype=np.int64)
    matches: Bools = pc.match_substring_regex(array, _PLAIN[mark]).fill_null(False).to_numpy(zero_copy_only=False)
    plain = matches & (lengths <= DIGITS)
    parts.mantissa[plain], parts.scales[plain] = _plain(array.filter(pa.array(plain)), lengths[plain], mark)
    _mark_nulls(array, parts)
    return parts, np.flatnonzero(~plain & (parts.status == OK))


def _only_digits(array: pa.Array, mark: str) -> bool:
    return not data_of(array).tobytes().translate(None, b"0123456789-" + mark.encode())


def _plain(array: pa.Array, lengths: Int64s, mark: str) -> tuple[Int64s, UInt8s]:
    """
    Read plain numbers and nulls.

    Raises:
        pyarrow.ArrowInvalid: a value is not plain.
    """
    digits = pc.cast(pc.replace_substring(array, mark, "", max_replacements=1), pa.int64())
    places = pc.find_substring(array, mark).fill_null(-1).to_numpy()
    scales = np.where(places < 0, 0, lengths - 1 - places).astype(np.uint8)
    return digits.fill_null(0).to_numpy().copy(), scales


def _mark_nulls(array: pa.Array, parts: Parts) -> None:
    if array.null_count:
        nulls = array.is_null().to_numpy(zero_copy_only=False)
        parts.status[nulls] = MISSING
        parts.mantissa[nulls], parts.scales[nulls] = 0, 0


def _read_odd(array: pa.Array, rows: Int64s, mark: str, parts: Parts) -> None:
    """Read the rows that are not plain, each distinct text once."""
    encoded = pc.dictionary_encode(to_text(array.take(pa.array(rows))))
    numbers = [parse_number(text, mark) for text in encoded.dictionary.to_pylist()]
    codes = encoded.indices.to_numpy()
    statuses = np.array([number.status for number in numbers], dtype=np.uint8)
    parts.status[rows] = statuses[codes]
    markers = np.array([number.currency for number in numbers])
    for marker in {number.currency for number in numbers if number.currency}:
        parts.currencies[marker] = rows[(markers == marker)[codes]]
    good = statuses[codes] == OK
    for row, code in zip(rows[good].tolist(), codes[good].tolist(), strict=True):
        parts.put(row, numbers[code].integer, numbers[code].scale)
