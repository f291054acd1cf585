"""
Whether text ends inside a quoted field, told without looking at its quotes one by one.

The places of quotes are bits, 64 to a word; the exclusive or of all bits up to a place says whether it stands inside quotes. So a
text in which most fields are quoted costs little more than one without.
"""

import numpy as np
import numpy.typing as npt

from patron.kernel.layout import Bools, UInt8s

_LF, _QUOTE = 10, 34

_ONE, _LAST = np.uint64(1), np.uint64(63)
_DOUBLINGS = tuple(np.uint64(2**power) for power in range(6))

Words = npt.NDArray[np.uint64]


def ends_inside(data: UInt8s, delimiter: int) -> bool | None:
    """
    Say whether *data*, which begins with a record, ends inside a quoted field.

    Returns:
        None where that takes a closer look: some quote that would open a field does not stand at the beginning of one, behind a
        delimiter or a line feed, nor behind another quote.
    """
    quotes = _words(data == _QUOTE)
    # Each bit becomes the exclusive or of all up to it, first within its word, then over the words before.
    inside = quotes.copy()
    moved = np.empty_like(inside)
    for distance in _DOUBLINGS:
        inside ^= np.left_shift(inside, distance, out=moved)
    open_behind = np.bitwise_xor.accumulate(inside >> _LAST)
    inside[1:] ^= -open_behind[:-1]
    before = data == delimiter
    before |= data == _LF
    openings = quotes & inside & ~_following(_words(before) | quotes)
    return None if openings.any() else bool(open_behind[-1]) if len(open_behind) else False


def _words(marks: Bools) -> Words:
    """Return marks as bits, the first of each 64 the lowest of a word; zeros fill the last."""
    packed = np.packbits(marks, bitorder="little")
    filled = np.zeros(-(-len(packed) // 8) * 8, np.uint8)
    filled[: len(packed)] = packed
    return filled.view("<u8")


def _following(words: Words) -> Words:
    """Return the bits moved one place on; the first is set."""
    moved = words << _ONE
    moved[1:] |= words[:-1] >> _LAST
    moved[:1] |= _ONE
    return moved
