"""
Text ids as keys of two words: exact for up to fifteen bytes, numbered for longer ones.
"""

import numpy as np

from patron.kernel._jit import compiled, inlined
from patron.kernel.compiled.aggregate import mix
from patron.kernel.compiled.memory import load_word
from patron.kernel.layout import Int32s, Int64s, UInt8s, UInt64s

SHORT = 15
"""Bytes that fit into a key beside their number."""


@inlined
def take_word(data: UInt8s, start: int, length: int) -> np.uint64:
    """Return up to eight bytes from *start* as a little-endian word, zero where there are fewer than eight."""
    if length <= 0:
        return np.uint64(0)
    if start + 8 <= data.size:
        word: np.uint64 = load_word(data, start)
        if length < 8:
            word &= (np.uint64(1) << np.uint64(8 * length)) - np.uint64(1)
        return word
    word = np.uint64(0)
    for place in range(min(length, 8)):
        word |= np.uint64(data[start + place]) << np.uint64(8 * place)
    return word


@compiled
def pack_short(offsets: Int32s | Int64s, data: UInt8s, low: UInt64s, high: UInt64s) -> int:
    """
    Write the keys of all texts of up to `SHORT` bytes.

    Args:
        offsets: int32 or int64 (rows + 1,), ascending, within data.
        data: uint8, the UTF-8 bytes of all texts.
        low: uint64 (rows,), written; a hash of a longer text.
        high: uint64 (rows,), written; 255 in the top byte of a longer text.

    Returns:
        How many texts are longer.
    """
    longer = 0
    for row in range(offsets.size - 1):
        start = int(offsets[row])
        length = int(offsets[row + 1]) - start
        if length <= SHORT:
            low[row] = take_word(data, start, length)
            high[row] = take_word(data, start + 8, length - 8) | (np.uint64(length) << np.uint64(56))
        else:
            hashed = np.uint64(length)
            for place in range(0, length, 8):
                hashed = mix(hashed ^ take_word(data, start + place, length - place), np.uint64(place + 1))
            low[row] = hashed
            high[row] = np.uint64(255) << np.uint64(56)
            longer += 1
    return longer


@compiled
def number_long(
    offsets: Int32s | Int64s,
    data: UInt8s,
    rows: Int64s,
    low: UInt64s,
    high: UInt64s,
    slots: UInt64s,
    shift: np.uint64,
    arena: UInt8s,
    ends: Int64s,
    used: int,
) -> int:
    """
    Give every text of more than `SHORT` bytes the number of its first appearance, as the lower part of its key's high word.

    Args:
        offsets: as for `pack_short`.
        data: as for `pack_short`.
        rows: int64 (keys,), which of the texts each key is of.
        low: uint64 (keys,), as `pack_short` wrote it.
        high: uint64 (keys,), as `pack_short` wrote it, changed.
        slots: uint64 (2**k,), zero where free, else upper half of the hash over number + 1.
        shift: uint64, 64 - k.
        arena: uint8, the bytes of all long texts so far, with room for this batch's.
        ends: int64, where each known text ends in the arena, with room for this batch's; `ends[0]` is 0.
        used: texts known so far.

    Returns:
        The number of texts known after this batch.
    """
    mask = np.uint64(slots.size - 1)
    upper = np.uint64(0xFFFFFFFF00000000)
    long_mark = np.uint64(255) << np.uint64(56)
    for row in range(rows.size):
        if high[row] < long_mark:
            continue
        start = int(offsets[rows[row]])
        length = int(offsets[rows[row] + 1]) - start
        hashed = low[row]
        position = hashed >> shift
        tag = (hashed << np.uint64(32)) & upper
        while True:
            slot = slots[position]
            if slot == np.uint64(0):
                begin = ends[used]
                arena[begin : begin + length] = data[start : start + length]
                used += 1
                ends[used] = begin + length
                slots[position] = tag | np.uint64(used)
                high[row] = long_mark | np.uint64(used - 1)
                break
            if (slot & upper) == tag:
                number = np.int64(slot & np.uint64(0xFFFFFFFF)) - 1
                begin = ends[number]
                if ends[number + 1] - begin == length:
                    same = True
                    for place in range(length):
                        if arena[begin + place] != data[start + place]:
                            same = False
                            break
                    if same:
                        high[row] = long_mark | np.uint64(number)
                        break
            position = (position + np.uint64(1)) & mask
    return used


@compiled
def refill(hashes: UInt64s, slots: UInt64s, shift: np.uint64) -> None:
    """Fill an empty slot table with the long texts known so far, given the hash of each."""
    mask = np.uint64(slots.size - 1)
    upper = np.uint64(0xFFFFFFFF00000000)
    for number in range(hashes.size):
        position = hashes[number] >> shift
        while slots[position] != np.uint64(0):
            position = (position + np.uint64(1)) & mask
        slots[position] = ((hashes[number] << np.uint64(32)) & upper) | np.uint64(number + 1)


@compiled
def copy_texts(low: UInt64s, high: UInt64s, arena: UInt8s, ends: Int64s, offsets: Int64s, data: UInt8s) -> None:
    """
    Write the texts of keys.

    Args:
        low: uint64 (rows,).
        high: uint64 (rows,).
        arena: uint8, the bytes of all long texts.
        ends: int64 (long texts + 1,), where each ends in the arena.
        offsets: int64 (rows + 1,), where each text goes.
        data: uint8, written.
    """
    number_bits = (np.uint64(1) << np.uint64(56)) - np.uint64(1)
    for row in range(low.size):
        start = offsets[row]
        length = offsets[row + 1] - start
        if high[row] >> np.uint64(56) == np.uint64(255):
            begin = ends[np.int64(high[row] & number_bits)]
            data[start : start + length] = arena[begin : begin + length]
        else:
            for place in range(length):
                word = low[row] if place < 8 else high[row]
                data[start + place] = np.uint8((word >> np.uint64(8 * (place & 7))) & np.uint64(255))
