"""
Arrow string columns as the plain arrays that kernels take, and other text-like columns as string columns.
"""

import sys

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from patron.kernel.layout import Int64s, UInt8s


def compiled_ready() -> bool:
    """Say whether numba is loaded already: reading text alone is not worth its start."""
    return "numba" in sys.modules


def is_text(kind: pa.DataType) -> bool:
    """Say whether a column of this type holds text, in any of Arrow's layouts, or bytes that may be text."""
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_string_view(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_binary_view(kind)
    )


def to_text(array: pa.Array) -> pa.Array:
    """
    Return a text-like column as a (large) string column.

    Bytes that are not UTF-8 are a fault of single values: they become U+FFFD and are then not what any reader expects.
    """
    if pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
        return array
    try:
        return pc.cast(array, pa.large_string())
    except pa.ArrowInvalid:
        texts = [None if value is None else value.decode("utf-8", "replace") for value in array.to_pylist()]
        return pa.array(texts, pa.large_string())


def offsets_of(array: pa.Array) -> Int64s:
    """Return where each value begins in `data_of` of the same column; one more than there are values."""
    width = np.int64 if pa.types.is_large_string(array.type) else np.int32
    buffer = array.buffers()[1]
    if buffer is None or buffer.size == 0:
        return np.zeros(1, dtype=np.int64)
    offsets = np.frombuffer(buffer, dtype=width)[array.offset : array.offset + len(array) + 1]
    begins: Int64s = offsets.astype(np.int64) - offsets[0]
    return begins


def data_of(array: pa.Array) -> UInt8s:
    """Return the bytes of all values of a string column, one behind the other (those of null values are undefined)."""
    width = np.int64 if pa.types.is_large_string(array.type) else np.int32
    offsets, data = array.buffers()[1:]
    if offsets is None or data is None or offsets.size == 0:
        return np.zeros(0, dtype=np.uint8)
    edges = np.frombuffer(offsets, dtype=width)[[array.offset, array.offset + len(array)]]
    return np.frombuffer(data, dtype=np.uint8)[edges[0] : edges[1]]
