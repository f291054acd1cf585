"""
Customer, order and product ids: integers or texts of any length, and their order.

Integers are ordered by number, texts by their UTF-8 bytes. Where the type of a column does not say which its ids are, they are
integers when every one of them is a plain integer (no leading zero, no sign but a minus, within 64 bits), else texts.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from patron.kernel.layout import Bools, Int64s, UInt8s
from patron.kernel.ranking import ascending_order

_INTEGER = r"^(0|-?[1-9][0-9]{0,18})$"
GLANCE = 1000
"""Ids that are looked at before all of them are."""

_SPACE_BEGINS = np.zeros(256, np.bool_)
_SIGN = np.uint64(1 << 63)
"""Flipped, it lets signed integers be ordered as unsigned ones."""

_SPACE, _WIDE_SPACE = 0x20, 0xC2
_SPACE_BEGINS[[*range(_SPACE + 1), _WIDE_SPACE, 0xE1, 0xE2, 0xE3]] = True
"""The first bytes that a white-space character can have in UTF-8 (ASCII controls and space, U+0085, U+00A0, U+1680 … U+3000)."""

Offsets = npt.NDArray[np.int32] | npt.NDArray[np.int64]


def is_text(kind: pa.DataType) -> bool:
    """Say whether ids of this type are texts that the kernel reads as they are."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def text_buffers(texts: pa.Array) -> tuple[Offsets, UInt8s]:
    """Return where each text begins and ends, shape (rows + 1,), and the bytes of all, without a copy."""
    if len(texts) == 0:
        return np.zeros(1, np.int64), np.empty(0, np.uint8)
    span = slice(texts.offset, texts.offset + len(texts) + 1)
    data = np.frombuffer(texts.buffers()[2] or b"", np.uint8)
    if pa.types.is_large_string(texts.type):
        return np.frombuffer(texts.buffers()[1], np.int64)[span], data
    return np.frombuffer(texts.buffers()[1], np.int32)[span], data


def blank(array: pa.Array) -> Bools:
    """Return which ids are missing: null, or text of nothing but white space; shape (rows,)."""
    missing: Bools = np.zeros(len(array), np.bool_)
    if array.null_count:
        missing = array.is_null().to_numpy(zero_copy_only=False).copy()
    if not is_text(array.type) or len(array) == 0:
        return missing
    offsets, data = text_buffers(array)
    starts = offsets[:-1]
    empty = starts == offsets[1:]
    missing |= empty
    if offsets[0] == offsets[-1]:
        return missing
    used = data[offsets[0] : offsets[-1]]
    if used.min() > _SPACE and used.max() < _WIDE_SPACE:
        return missing
    # Only a text that begins with white space can consist of it; few do, and only they are looked at whole.
    suspects = np.flatnonzero(_SPACE_BEGINS[data[np.minimum(starts, len(data) - 1)]] & ~missing)
    if len(suspects):
        trimmed = pc.binary_length(pc.utf8_trim_whitespace(array.take(pa.array(suspects))))
        missing[suspects] = trimmed.to_numpy(zero_copy_only=False) == 0
    return missing


def integers_if_possible(ids: pa.Array) -> pa.Array:
    """Return text ids as int64 when every one of them is a plain integer, else unchanged; nulls must not be among them."""
    if not is_text(ids.type):
        return ids
    for part in (ids[:GLANCE], ids):
        if not pc.all(pc.match_substring_regex(part, _INTEGER)).as_py():
            return ids
    try:
        return ids.cast(pa.int64())
    except pa.ArrowInvalid:
        return ids


def ascending(ids: pa.Array) -> Int64s:
    """Return the positions of distinct ids in ascending order."""
    if pa.types.is_integer(ids.type):
        return ascending_order(ids.to_numpy().view(np.uint64) ^ _SIGN)
    return _ascending_texts(ids)


def _ascending_texts(ids: pa.Array) -> Int64s:
    """Sort by the first eight bytes as one number; only where these are equal, compare the whole texts."""
    offsets, data = text_buffers(ids)
    lengths = np.diff(offsets)
    prefix = np.zeros((len(ids), 8), np.uint8)
    for place in range(8):
        there = lengths > place
        prefix[there, place] = data[offsets[:-1][there] + place]
    words = prefix.view(np.dtype(">u8")).reshape(-1).astype(np.uint64)
    order = ascending_order(words)
    ranked = words[order]
    equal = ranked[1:] == ranked[:-1]
    if not equal.any():
        return order
    tied = np.zeros(len(order), np.bool_)
    tied[1:] |= equal
    tied[:-1] |= equal
    places = np.flatnonzero(tied)
    subset = ids.take(pa.array(order[places]))
    by_text = pc.sort_indices(subset.cast(pa.large_binary())).to_numpy().astype(np.int64)
    # The prefix orders texts as their bytes do, so the tied places sorted by whole text fall into the same runs.
    order[places] = order[places][by_text]
    return order
