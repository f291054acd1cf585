"""
Ids as keys of two 64-bit words, so that tables of ids are plain arrays.

An integer is its own low word, and the array of high words has length zero. A text of up to fifteen bytes is packed into both
words together with its length: two texts are equal exactly when their keys are. A longer text is kept once, in a `LongTexts`, and
its key holds its number there. Nothing rests on hashes being different.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
import numpy.typing as npt

from patron.kernel.layout import Int64s, UInt8s, UInt64s
from patron.kernel.ranking import ascending_order

SHORT = 15
"""Bytes that fit into a key beside their number."""

_LONG = 255
_LONG_MARK = np.uint64(_LONG << 56)
_NUMBER = np.uint64(2**56 - 1)
_NONE = np.empty(0, np.uint64)

Offsets = npt.NDArray[np.int32] | npt.NDArray[np.int64]
Spelling = Callable[["Keys"], tuple[Int64s, UInt8s]]
"""Gives the texts of keys as (offsets, data)."""

Array = TypeVar("Array", bound=npt.NDArray[Any])


class Keys(NamedTuple):
    """Keys of many ids: `low` has shape (rows,), `high` shape (rows,) for texts and (0,) for integers."""

    low: UInt64s
    high: UInt64s


def integer_keys(values: Int64s) -> Keys:
    """Return the keys of integer ids, shape (rows,); a copy only where they are read-only or not contiguous."""
    return Keys(writable(values).view(np.uint64), _NONE)


def writable(array: Array) -> Array:
    """Return the array, or a copy that is contiguous and writable: compiled code is made once for each layout it meets."""
    return cast(Array, np.require(array, requirements=["C", "W"]))


def text_keys(offsets: Offsets, data: UInt8s) -> tuple[Keys, int]:
    """
    Return the keys of texts, and how many of them are long; these still need their numbers, from `LongTexts.number`.

    Until then the low word of a long text is a hash of it: the same wherever the text stands.

    Args:
        offsets: shape (rows + 1,), where each text begins and ends in *data*.
        data: the UTF-8 bytes.
    """
    from patron.kernel.compiled import keys as body  # numba is imported when compiled code is used, not before

    rows = len(offsets) - 1
    found = Keys(np.empty(rows, np.uint64), np.empty(rows, np.uint64))
    return found, int(body.pack_short(offsets, data, *found))


class LongTexts:
    """Every text of more than `SHORT` bytes once, numbered in order of first appearance."""

    def __init__(self) -> None:
        self.count = 0
        self.arena = np.empty(0, np.uint8)
        self.ends = np.zeros(1, np.int64)
        self._slots = np.zeros(16, np.uint64)
        self._hashes = np.empty(0, np.uint64)

    @classmethod
    def of(cls, arena: UInt8s, ends: Int64s, hashes: UInt64s) -> "LongTexts":
        """Return the texts that `arrays` gave, to be read and absorbed by others; none can be added."""
        texts = cls()
        texts.arena, texts.ends, texts._hashes, texts.count = arena, ends, hashes, len(hashes)
        return texts

    def arrays(self) -> tuple[UInt8s, Int64s, UInt64s]:
        """Return the bytes of all texts, where each begins and ends, and their hashes."""
        ends = self.ends[: self.count + 1]
        return self.arena[: int(ends[-1])], ends, self._hashes[: self.count]

    @property
    def nbytes(self) -> int:
        """Bytes of memory held."""
        return self.arena.nbytes + self.ends.nbytes + self._slots.nbytes + self._hashes.nbytes

    def keys(self, offsets: Offsets, data: UInt8s) -> Keys:
        """
        Return the keys of a batch of texts, numbering the long ones that are new.

        Args:
            offsets: shape (rows + 1,), where each text begins and ends in *data*.
            data: the UTF-8 bytes.
        """
        found, longer = text_keys(offsets, data)
        return self.number(found, np.arange(len(found.low)), offsets, data) if longer else found

    def number(self, keys: Keys, rows: Int64s, offsets: Offsets, data: UInt8s) -> Keys:
        """
        Give the long texts among *keys* their numbers, in place, and return the keys.

        Args:
            keys: from `text_keys`.
            rows: shape (keys,), which of the texts each key is of.
            offsets: as for `keys`.
            data: as for `keys`.
        """
        from patron.kernel.compiled import keys as body

        is_long = keys.high >= _LONG_MARK
        long_rows = rows[is_long]
        if len(long_rows):
            self._make_room(len(long_rows), int((offsets[long_rows + 1] - offsets[long_rows]).sum()))
            before, shift = self.count, slot_shift(self._slots)
            self.count = int(body.number_long(offsets, data, rows, *keys, self._slots, shift, self.arena, self.ends, before))
            self._hashes[(keys.high[is_long] & _NUMBER).astype(np.int64)] = keys.low[is_long]
        return keys

    def unnumbered(self) -> Keys:
        """Return the keys of all texts as `text_keys` makes them."""
        return Keys(self._hashes[: self.count].copy(), np.full(self.count, _LONG_MARK, np.uint64))

    def absorb(self, other: "LongTexts", keys: Keys) -> Keys:
        """Return *keys*, which have the numbers of *other*, with the numbers that their texts have here."""
        is_long = keys.high >= _LONG_MARK
        if not is_long.any():
            return keys
        ours = self.number(other.unnumbered(), np.arange(other.count), other.ends[: other.count + 1], other.arena)
        high = keys.high.copy()
        high[is_long] = ours.high[(high[is_long] & _NUMBER).astype(np.int64)]
        return Keys(keys.low, high)

    def _make_room(self, more: int, size: int) -> None:
        room = int(self.ends[self.count]) + size
        if room > len(self.arena):
            self.arena = grown(self.arena, room)
        if self.count + more + 1 > len(self.ends):
            self.ends = grown(self.ends, self.count + more + 1)
            self._hashes = grown(self._hashes, len(self.ends))
        if 2 * (self.count + more) > len(self._slots):
            self._slots = np.zeros(slots_for(self.count + more), np.uint64)
            _refill(self._slots, self._hashes[: self.count])

    def texts(self, keys: Keys) -> tuple[Int64s, UInt8s]:
        """Return the texts of *keys* again, as (offsets, data)."""
        return _spelled(keys, self.arena, self.ends)


def joined_texts(many: Sequence[tuple[Keys, LongTexts]]) -> tuple[Keys, "Spelling"]:
    """Return the keys of several tables as one, and how to spell them; texts that two tables hold stay two."""
    arenas, ends, keys = [], [np.zeros(1, np.int64)], []
    numbers = size = 0
    for each, texts in many:
        high = each.high
        if texts.count:
            high = high.copy()
            high[high >= _LONG_MARK] += np.uint64(numbers)
            used = int(texts.ends[texts.count])
            arenas.append(texts.arena[:used])
            ends.append(texts.ends[1 : texts.count + 1] + size)
            numbers, size = numbers + texts.count, size + used
        keys.append(Keys(each.low, high))
    arena, edges = np.concatenate([np.empty(0, np.uint8), *arenas]), np.concatenate(ends)
    whole = Keys(np.concatenate([each.low for each in keys]), np.concatenate([each.high for each in keys]))
    return whole, lambda some: _spelled(some, arena, edges)


def _spelled(keys: Keys, arena: UInt8s, ends: Int64s) -> tuple[Int64s, UInt8s]:
    from patron.kernel.compiled import keys as body

    lengths = (keys.high >> np.uint64(56)).astype(np.int64)
    is_long = lengths == _LONG
    if is_long.any():
        numbers = (keys.high[is_long] & _NUMBER).astype(np.int64)
        lengths[is_long] = ends[numbers + 1] - ends[numbers]
    offsets = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    data = np.empty(int(offsets[-1]), np.uint8)
    body.copy_texts(keys.low, keys.high, arena, ends, offsets, data)
    return offsets, data


def text_order(keys: Keys) -> Int64s | None:
    """
    Return the positions of texts in ascending order of their bytes; None where some are long, and their keys don't tell.

    Args:
        keys: of texts, all different.
    """
    if (keys.high >= _LONG_MARK).any():
        return None
    # With its bytes turned round a word is ordered as the text is; the length, now last, puts a text before its longer kin.
    first, second = keys.low.byteswap(), keys.high.byteswap()
    order = ascending_order(first)
    ranked = first[order]
    if not (ranked[1:] == ranked[:-1]).any():
        return order
    by_second = ascending_order(second)
    return by_second[ascending_order(first[by_second])]


def slots_for(entries: int) -> int:
    """Return the size of a slot table for *entries*: a power of two, at most half full."""
    return max(16, 1 << (2 * entries - 1).bit_length())


def slot_shift(slots: npt.NDArray[Any]) -> np.uint64:
    """Return by how much a hash is shifted to point into *slots*."""
    return np.uint64(64 - (len(slots).bit_length() - 1))


def _refill(slots: UInt64s, hashes: UInt64s) -> None:
    from patron.kernel.compiled import keys as body

    body.refill(hashes, slots, slot_shift(slots))


def grown(array: Array, room: int) -> Array:
    """Return a copy of *array* with room for at least *room* entries, doubled so that growing stays cheap."""
    larger = np.empty(max(room, 2 * len(array), 16), array.dtype)
    larger[: len(array)] = array
    return cast(Array, larger)
