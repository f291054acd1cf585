"""
The first passes behind `patron.kernel.selection`: sample, classify, count, add up, and collect the rows of zones.

A row's *code* is one byte: 0 for NaN, 1 … 63 for a group that is certain, `TIE` + zone for the zone's most frequent value, `ZONE`
+ zone for any other row of a zone, whose group is known only when the zone's boundaries are. The code is looked up under the slot
of the value's key; see `patron.kernel.zones`.

Blocks of rows stay in the first cache, the values further on are asked for while a block is looked up, four lanes of sums keep
rows of equal code from waiting for each other, and the low sum counts rows in its last bits.
"""

import numpy as np

from patron.kernel._jit import compiled, inlined
from patron.kernel.compiled.bits import high_bytes, trailing_zeros, will_read
from patron.kernel.compiled.sums import BLOCK, COUNT_BITS, INFINITY, LOW_HALF, MAGNITUDE, add_digits, is_odd, split_floats
from patron.kernel.layout import Bools, Int64s, UInt8s, UInt32s, Values

TIE, ZONE = 64, 128

_LANES = 4
_FLUSH = 8  # blocks after which sums are moved on: 2,048 rows a lane, see `patron.kernel.compiled.sums`
_AHEAD = 32  # samples between asking for a value and reading it
_SIGN = np.int64(63)
_COUNT = np.int64(2**COUNT_BITS - 1)
_NARROW = np.int64(2**39)  # integers up to this size are added whole


@compiled
def sample(values: Values, first: int, strata: int, into: Values) -> None:
    """
    Copy one value of each stratum of rows into `into`, at a place in it that looks random and is always the same.

    Args:
        values: shape (rows,).
        first: number of the first stratum of this call.
        strata: how many strata there are in all, at most rows.
        into: shape (some,), one value for each stratum from *first* on.
    """
    for at in range(into.size):
        if at + _AHEAD < into.size:
            will_read(values, _place(first + at + _AHEAD, strata, values.size))
        into[at] = values[_place(first + at, strata, values.size)]


@inlined
def _place(stratum: int, strata: int, rows: int) -> np.int64:
    """Return the place that is looked at in a stratum."""
    start = rows * stratum // strata
    width = rows * (stratum + 1) // strata - start
    mixed = np.uint64(stratum + 1) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return start + np.int64((mixed >> np.uint64(33)) % np.uint64(width))


@inlined
def _flush(sums: Int64s, used: Int64s, tally: Int64s) -> None:
    """Move the sums of all lanes, shape (256, lanes, 2), to the tally, shape (256, 5): count, and two halves of either sum."""
    for code in used:
        for lane in range(_LANES):
            high, low = sums[code, lane, 0], sums[code, lane, 1]
            count = low & _COUNT
            low = (low - count) >> np.int64(COUNT_BITS)
            tally[code, 0] += count
            tally[code, 1] += high >> np.int64(32)
            tally[code, 2] += high & LOW_HALF
            tally[code, 3] += low >> np.int64(32)
            tally[code, 4] += low & LOW_HALF
            sums[code, lane, 0] = 0
            sums[code, lane, 1] = 0


@inlined
def _find_slots(bits: Int64s, window: Int64s, slots: UInt32s) -> bool:
    """
    Set the slot of the table for each float of a block, given as integers; say whether one is infinite.

    *window* is (lowest key, highest key, shift, slot of NaN): keys order like values, those outside count as the nearest inside.
    """
    base, top, shift, nan = window[0], window[1], np.uint64(window[2]), np.uint32(window[3])
    infinite = False
    for row in range(bits.size):
        size = bits[row] & MAGNITUDE
        key = bits[row] ^ ((bits[row] >> _SIGN) & MAGNITUDE)
        key = np.int64(0) if size == 0 else key
        # The distance may need all 64 bits.
        slot = np.uint32(np.uint64(min(max(key, base), top) - base) >> shift)
        slots[row] = nan if size > INFINITY else slot
        infinite |= size == INFINITY
    return infinite


@inlined
def _mark_ties(values: Values, frequent: Values, there: Bools, first: int, slots: UInt32s) -> None:
    """Give the rows of each zone's most frequent value a slot of their own, counted from *first*."""
    for zone in range(frequent.size):
        if there[zone]:
            for row in range(values.size):
                slots[row] = first + zone if values[row] == frequent[zone] else slots[row]


@inlined
def _look_up(
    slots: UInt32s, table: UInt8s, high: Int64s, low: Int64s, codes: UInt8s, sums: Int64s, values: Values, ahead: int
) -> None:
    """Set the code of each row of a block and add both parts to the sums of the code, while values further on come in."""
    whole = slots.size // _LANES
    for step in range(whole):
        if step % 2 == 0:
            will_read(values, ahead + step * _LANES)
        for lane in range(_LANES):
            row = step * _LANES + lane
            code = table[slots[row]]
            codes[row] = code
            sums[code, lane, 0] += high[row]
            sums[code, lane, 1] += low[row]
    for row in range(whole * _LANES, slots.size):
        code = table[slots[row]]
        codes[row] = code
        sums[code, 0, 0] += high[row]
        sums[code, 0, 1] += low[row]


@inlined
def _look_up_narrow(slots: UInt32s, table: UInt8s, low: Int64s, codes: UInt8s, sums: Int64s, values: Values, ahead: int) -> None:
    """Do as `_look_up` where every upper part is 0."""
    whole = slots.size // _LANES
    for step in range(whole):
        if step % 2 == 0:
            will_read(values, ahead + step * _LANES)
        for lane in range(_LANES):
            row = step * _LANES + lane
            code = table[slots[row]]
            codes[row] = code
            sums[code, lane, 1] += low[row]
    for row in range(whole * _LANES, slots.size):
        code = table[slots[row]]
        codes[row] = code
        sums[code, 0, 1] += low[row]


@inlined
def _keep(codes: UInt8s, values: Values, kept: Values, zones: UInt8s, count: int) -> int:
    """Append value and zone of the rows of a block that lie in zones; return how many are kept now."""
    whole = codes.size // 64
    for word in range(whole):
        there = high_bytes(codes, word * 64)
        while there:
            row = word * 64 + trailing_zeros(there)
            there &= there - np.uint64(1)
            kept[count] = values[row]
            zones[count] = codes[row]
            count += 1
    for row in range(whole * 64, codes.size):
        if codes[row] >= ZONE:
            kept[count] = values[row]
            zones[count] = codes[row]
            count += 1
    return count


@inlined
def _by_zone(kept: Values, zones: UInt8s, count: int, tally: Int64s, sorted_kept: Values) -> None:
    """Copy the kept values zone by zone, each zone in the order of rows."""
    next_place = np.zeros(256, np.int64)
    for code in range(ZONE + 1, 256):
        next_place[code] = next_place[code - 1] + tally[code - 1, 0]
    for at in range(count):
        code = zones[at]
        sorted_kept[next_place[code]] = kept[at]
        next_place[code] += 1


@compiled
def classify_floats(
    values: Values,
    codes: UInt8s,
    table: UInt8s,
    window: Int64s,
    frequent: Values,
    there: Bools,
    used: Int64s,
    exponents: Int64s,
    tally: Int64s,
    odd: Int64s,
    infinities: Int64s,
    kept: Values,
    zones: UInt8s,
    sorted_kept: Values,
) -> int:
    """
    Set the code of every row, count and add up each code, and collect the rows of zones.

    Args:
        values: shape (rows,), a part of the column.
        codes: shape (rows,), is set.
        table: the code under each slot; behind the slots of keys one for NaN, then one for each zone's most frequent value.
        window: lowest key, highest key, shift, slot of NaN.
        frequent: shape (zones,), the most frequent value of each zone.
        there: shape (zones,), whether the zone has one.
        used: the codes that occur in *table*.
        exponents: see `split_floats`; third, the scale.
        tally: shape (256, 5), see `_flush`; is added to.
        odd: shape (64, DIGITS), is added to.
        infinities: shape (2,), how many are -inf and +inf; is added to.
        kept: shape (rows,), room for work.
        zones: shape (rows,), room for work.
        sorted_kept: shape (rows,), its beginning is set to the values of zones, zone by zone.

    Returns:
        How many rows lie in zones.
    """
    slots = np.empty(BLOCK, np.uint32)
    high = np.empty(BLOCK, np.int64)
    low = np.empty(BLOCK, np.int64)
    sums = np.zeros((256, _LANES, 2), np.int64)
    count = 0
    for block in range((values.size + BLOCK - 1) // BLOCK):
        start = block * BLOCK
        some = values[start : start + BLOCK]
        bits = some.view(np.int64)
        size = some.size
        infinite = _find_slots(bits, window, slots[:size])
        _mark_ties(some, frequent, there, window[3] + 1, slots[:size])
        inexact = split_floats(some, bits, exponents, high, low)
        if inexact:
            for row in range(size):
                if is_odd(some[row], bits[row], exponents):
                    high[row], low[row] = 0, 1
                    code = table[slots[row]]
                    if code < TIE:
                        add_digits(odd[code], bits[row])
        if infinite:
            for row in range(size):
                infinities[0] += some[row] == -np.inf
                infinities[1] += some[row] == np.inf
        _look_up(slots[:size], table, high, low, codes[start : start + size], sums, values, start + 2 * BLOCK)
        count = _keep(codes[start : start + size], some, kept, zones, count)
        if block % _FLUSH == _FLUSH - 1:
            _flush(sums, used, tally)
    _flush(sums, used, tally)
    _by_zone(kept, zones, count, tally, sorted_kept)
    return count


@compiled
def classify_integers(
    values: Values,
    codes: UInt8s,
    table: UInt8s,
    window: Int64s,
    frequent: Values,
    there: Bools,
    used: Int64s,
    tally: Int64s,
    kept: Values,
    zones: UInt8s,
    sorted_kept: Values,
) -> int:
    """
    Do for integers what `classify_floats` does for floats.

    The key of an integer is that of the nearest float: it orders like the integer, and resolves small ones as finely as large.
    """
    slots = np.empty(BLOCK, np.uint32)
    high = np.empty(BLOCK, np.int64)
    low = np.empty(BLOCK, np.int64)
    near = np.empty(BLOCK, np.float64)
    sums = np.zeros((256, _LANES, 2), np.int64)
    count = 0
    for block in range((values.size + BLOCK - 1) // BLOCK):
        start = block * BLOCK
        some = values[start : start + BLOCK]
        size = some.size
        widest = np.int64(0)
        for row in range(size):
            near[row] = np.float64(some[row])
            widest |= some[row] ^ (some[row] >> _SIGN)
        _find_slots(near[:size].view(np.int64), window, slots[:size])
        _mark_ties(some, frequent, there, window[3] + 1, slots[:size])
        here = codes[start : start + size]
        if widest < _NARROW:
            for row in range(size):
                low[row] = (some[row] << np.int64(COUNT_BITS)) + 1
            _look_up_narrow(slots[:size], table, low, here, sums, values, start + 2 * BLOCK)
        else:
            for row in range(size):
                high[row] = some[row] >> np.int64(32)
                low[row] = ((some[row] & LOW_HALF) << np.int64(COUNT_BITS)) + 1
            _look_up(slots[:size], table, high, low, here, sums, values, start + 2 * BLOCK)
        count = _keep(here, some, kept, zones, count)
        if block % _FLUSH == _FLUSH - 1:
            _flush(sums, used, tally)
    _flush(sums, used, tally)
    _by_zone(kept, zones, count, tally, sorted_kept)
    return count
