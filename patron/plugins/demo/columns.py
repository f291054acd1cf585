"""
Columns of Arrow made of numbers, without a Python object for each value.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute

from patron.plugins.demo.chances import Bools, Ints

MONEY = pa.decimal128(12, 2)


def pick(values: Sequence[str], indices: Ints, present: Bools | None = None) -> pa.Array:
    """Return the values that the indices name, null where nothing is present; each value is kept once."""
    mask = None if present is None else ~present
    return pa.DictionaryArray.from_arrays(pa.array(indices.astype(np.int16), mask=mask), pa.array(values, pa.string()))


def to_money(hundredths: Ints) -> pa.Array:
    """Return exact decimals with two places: the 128 bits of each are its number and its sign."""
    words = np.empty((len(hundredths), 2), dtype=np.int64)
    words[:, 0] = hundredths
    words[:, 1] = hundredths >> 63
    return pa.Array.from_buffers(MONEY, len(hundredths), [None, pa.py_buffer(words)])


def to_ids(letter: str, numbers: Ints, largest: int, *, integer_ids: bool = False, present: Bools | None = None) -> pa.Array:
    """Return ids: the numbers, or the letter and as many digits as the largest needs, at least six."""
    if integer_ids:
        return pa.array(numbers, mask=None if present is None else ~present)
    digits = max(6, len(str(largest)))
    text = np.empty((len(numbers), digits + 1), dtype=np.uint8)
    text[:, 0] = ord(letter)
    rest = numbers.astype(np.uint32 if largest < 2**32 else np.uint64)
    for place in range(digits, 0, -1):
        rest, text[:, place] = np.divmod(rest, 10)
    text[:, 1:] += ord("0")
    fixed = pa.Array.from_buffers(pa.binary(digits + 1), len(numbers), [None, pa.py_buffer(text)]).cast(pa.string())
    return fixed if present is None else pa.compute.if_else(pa.array(present), fixed, None)
