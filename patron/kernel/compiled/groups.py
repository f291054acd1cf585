"""
The passes over all rows behind `patron.kernel.selection`: sample, classify, add up, count ties, settle.

A row's *code* is one byte: 0 for NaN, 1 … 63 for a group that is certain, `TIE` + zone for the zone's most frequent value, `ZONE`
+ zone for any other row of a zone, whose group is known only when the zone's boundaries are. `classify_*` look the code up under
the top bits of a key that orders like the value; `settle` replaces the codes of zones by groups.

Sums are whole numbers throughout. An integer is added as it is; a float, scaled by a power of two, is split into a high and a low
whole number, and where that would lose a bit it is added to `odd`, a row of 32-bit digits wide enough for every float there is.
So no sum depends on the order of the rows. Blocks of rows stay in the first cache, four lanes of accumulators keep equal codes
from waiting for each other, and the low accumulator counts rows in its last bits.
"""

import numpy as np

from patron.kernel._jit import compiled, inlined
from patron.kernel.compiled.bits import bits_set, equal_bytes, high_bytes, trailing_zeros, will_read
from patron.kernel.layout import Bools, Int64s, UInt8s, UInt32s, Values

TIE, ZONE = 64, 128
ROWS = 1024
LANES = 4
AHEAD = 32  # samples between asking for a value and reading it
FLUSH = 8  # blocks whose sums fit the accumulators: 8 · 1024 / 4 rows a lane
COUNT_BITS = 12  # … and whose rows a lane can count
HIGH_BITS, LOW_BITS = 51, 39  # of the two halves of a scaled float: sums of 2,048 stay below 2**62
NARROW_BITS = 39  # integers below 2**39 are added whole
DIGITS = 68  # 32-bit digits of `odd`, from 2**-1074 upwards

_SIGN = np.int64(63)
_MAGNITUDE = np.int64(2**63 - 1)
_INFINITY = np.int64(0x7FF0000000000000)
_LOW_HALF = np.int64(2**32 - 1)
_LOW_SCALE = float(2**LOW_BITS)
_COUNT = np.int64(2**COUNT_BITS - 1)
_NARROW = np.int64(2**NARROW_BITS)
_FRACTION = np.int64(2**52 - 1)


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
        if at + AHEAD < into.size:
            will_read(values, _place(first + at + AHEAD, strata, values.size))
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
def _add_digits(digits: Int64s, bits: np.int64) -> None:
    """Add the float of these bits to a row of 32-bit digits, as a whole number of 2**-1074."""
    exponent = (bits >> np.int64(52)) & np.int64(2047)
    fraction = bits & _FRACTION
    if exponent > 0:
        fraction |= np.int64(2**52)
        exponent -= 1
    sign = np.int64(-1) if bits < 0 else np.int64(1)
    digit = exponent >> np.int64(5)
    shift = exponent & np.int64(31)
    low = (fraction & _LOW_HALF) << shift
    high = (fraction >> np.int64(32)) << shift
    digits[digit] += sign * (low & _LOW_HALF)
    digits[digit + 1] += sign * ((low >> np.int64(32)) + (high & _LOW_HALF))
    digits[digit + 2] += sign * (high >> np.int64(32))


@inlined
def _flush(sums: Int64s, used: Int64s, tally: Int64s) -> None:
    """Move the sums of all lanes, shape (256, lanes, 2), to the tally, shape (256, 5): count, and two halves of either sum."""
    for code in used:
        for lane in range(LANES):
            high, low = sums[code, lane, 0], sums[code, lane, 1]
            count = low & _COUNT
            low = (low - count) >> np.int64(COUNT_BITS)
            tally[code, 0] += count
            tally[code, 1] += high >> np.int64(32)
            tally[code, 2] += high & _LOW_HALF
            tally[code, 3] += low >> np.int64(32)
            tally[code, 4] += low & _LOW_HALF
            sums[code, lane, 0] = 0
            sums[code, lane, 1] = 0


@inlined
def _split_floats(values: Values, bits: Int64s, exponents: Int64s, high: Int64s, low: Int64s) -> bool:
    """
    Split a block of floats into two whole numbers each, and say whether that is exact for all that are finite.

    Args:
        values: shape (rows,).
        bits: the same as integers.
        exponents: shape (2,): the bits of the power of two that is above all values to be split, and of the one below which a
            value surely is not exact.
        high: shape (rows,), set to the upper part.
        low: shape (rows,), set to the lower part, times 2**COUNT_BITS, plus one.
    """
    limit, floor = exponents[0], exponents[1]
    scale = exponents[2:3].view(np.float64)[0]
    odd = False
    for row in range(values.size):
        size = bits[row] & _MAGNITUDE
        scaled = values[row] * scale if size < limit else 0.0
        upper = np.int64(scaled)
        rest = (scaled - np.float64(upper)) * _LOW_SCALE
        lower = np.int64(rest)
        odd |= (np.float64(lower) != rest) | ((size >= limit) & (size < _INFINITY)) | ((size < floor) & (size > 0))
        high[row] = upper
        low[row] = (lower << np.int64(COUNT_BITS)) + 1
    return odd


@inlined
def _is_odd(value: float, bits: np.int64, exponents: Int64s) -> bool:
    """Say of one float whether `_split_floats` is not exact for it."""
    size = bits & _MAGNITUDE
    if size >= _INFINITY or size == 0:
        return False
    if size >= exponents[0] or size < exponents[1]:
        return True
    scaled = value * exponents[2:3].view(np.float64)[0]
    rest = (scaled - np.float64(np.int64(scaled))) * _LOW_SCALE
    odd: bool = np.float64(np.int64(rest)) != rest
    return odd


@inlined
def _find_slots(bits: Int64s, window: Int64s, slots: UInt32s) -> bool:
    """
    Set the slot of the table for each float of a block, given as integers; say whether one is infinite.

    *window* is (lowest key, highest key, shift, slot of NaN): keys order like values, those outside count as the nearest inside.
    """
    base, top, shift, nan = window[0], window[1], np.uint64(window[2]), np.uint32(window[3])
    infinite = False
    for row in range(bits.size):
        size = bits[row] & _MAGNITUDE
        key = bits[row] ^ ((bits[row] >> _SIGN) & _MAGNITUDE)
        key = np.int64(0) if size == 0 else key
        # The distance may need all 64 bits.
        slot = np.uint32(np.uint64(min(max(key, base), top) - base) >> shift)
        slots[row] = nan if size > _INFINITY else slot
        infinite |= size == _INFINITY
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
    whole = slots.size // LANES
    for step in range(whole):
        if step % 2 == 0:
            will_read(values, ahead + step * LANES)
        for lane in range(LANES):
            row = step * LANES + lane
            code = table[slots[row]]
            codes[row] = code
            sums[code, lane, 0] += high[row]
            sums[code, lane, 1] += low[row]
    for row in range(whole * LANES, slots.size):
        code = table[slots[row]]
        codes[row] = code
        sums[code, 0, 0] += high[row]
        sums[code, 0, 1] += low[row]


@inlined
def _look_up_narrow(slots: UInt32s, table: UInt8s, low: Int64s, codes: UInt8s, sums: Int64s, values: Values, ahead: int) -> None:
    """Do as `_look_up` where every upper part is 0."""
    whole = slots.size // LANES
    for step in range(whole):
        if step % 2 == 0:
            will_read(values, ahead + step * LANES)
        for lane in range(LANES):
            row = step * LANES + lane
            code = table[slots[row]]
            codes[row] = code
            sums[code, lane, 1] += low[row]
    for row in range(whole * LANES, slots.size):
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
        exponents: see `_split_floats`; third, the scale.
        tally: shape (256, 5), see `_flush`; is added to.
        odd: shape (64, DIGITS), is added to.
        infinities: shape (2,), how many are -inf and +inf; is added to.
        kept: shape (rows,), room for work.
        zones: shape (rows,), room for work.
        sorted_kept: shape (rows,), its beginning is set to the values of zones, zone by zone.

    Returns:
        How many rows lie in zones.
    """
    slots = np.empty(ROWS, np.uint32)
    high = np.empty(ROWS, np.int64)
    low = np.empty(ROWS, np.int64)
    sums = np.zeros((256, LANES, 2), np.int64)
    count = 0
    for block in range((values.size + ROWS - 1) // ROWS):
        start = block * ROWS
        some = values[start : start + ROWS]
        bits = some.view(np.int64)
        size = some.size
        infinite = _find_slots(bits, window, slots[:size])
        _mark_ties(some, frequent, there, window[3] + 1, slots[:size])
        is_odd = _split_floats(some, bits, exponents, high, low)
        if is_odd:
            for row in range(size):
                if _is_odd(some[row], bits[row], exponents):
                    high[row], low[row] = 0, 1
                    code = table[slots[row]]
                    if code < TIE:
                        _add_digits(odd[code], bits[row])
        if infinite:
            for row in range(size):
                infinities[0] += some[row] == -np.inf
                infinities[1] += some[row] == np.inf
        _look_up(slots[:size], table, high, low, codes[start : start + size], sums, values, start + 2 * ROWS)
        count = _keep(codes[start : start + size], some, kept, zones, count)
        if block % FLUSH == FLUSH - 1:
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
    slots = np.empty(ROWS, np.uint32)
    high = np.empty(ROWS, np.int64)
    low = np.empty(ROWS, np.int64)
    near = np.empty(ROWS, np.float64)
    sums = np.zeros((256, LANES, 2), np.int64)
    count = 0
    for block in range((values.size + ROWS - 1) // ROWS):
        start = block * ROWS
        some = values[start : start + ROWS]
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
            _look_up_narrow(slots[:size], table, low, here, sums, values, start + 2 * ROWS)
        else:
            for row in range(size):
                high[row] = some[row] >> np.int64(32)
                low[row] = ((some[row] & _LOW_HALF) << np.int64(COUNT_BITS)) + 1
            _look_up(slots[:size], table, high, low, here, sums, values, start + 2 * ROWS)
        count = _keep(here, some, kept, zones, count)
        if block % FLUSH == FLUSH - 1:
            _flush(sums, used, tally)
    _flush(sums, used, tally)
    _by_zone(kept, zones, count, tally, sorted_kept)
    return count


@compiled
def add_floats(values: Values, exponents: Int64s, tally: Int64s, digits: Int64s) -> None:
    """Add the finite ones of many floats to the last four places of *tally*, shape (5,), and to *digits*, shape (DIGITS,)."""
    high = np.empty(ROWS, np.int64)
    low = np.empty(ROWS, np.int64)
    for start in range(0, values.size, ROWS):
        some = values[start : start + ROWS]
        bits = some.view(np.int64)
        if _split_floats(some, bits, exponents, high, low):
            for row in range(some.size):
                if _is_odd(some[row], bits[row], exponents):
                    high[row], low[row] = 0, 1
                    _add_digits(digits, bits[row])
        upper, lower = np.int64(0), np.int64(0)
        for row in range(some.size):
            upper += high[row]
            lower += low[row] >> np.int64(COUNT_BITS)
        tally[1] += upper >> np.int64(32)
        tally[2] += upper & _LOW_HALF
        tally[3] += lower >> np.int64(32)
        tally[4] += lower & _LOW_HALF


@compiled
def add_integers(values: Values, tally: Int64s) -> None:
    """Add many integers to *tally*, shape (5,): halves of 32 bits at the places 2 and 4."""
    for row in range(values.size):
        tally[2] += values[row] >> np.int64(32)
        tally[4] += values[row] & _LOW_HALF


@compiled
def count_ties(kept: Values, places: Int64s, first: Int64s, bounds: Values, ties: Int64s) -> None:
    """Count into *ties*, shape (boundaries,), how many kept rows of a boundary's zone have its value; see `settle`."""
    for zone in range(places.size - 1):
        here = kept[places[zone] : places[zone + 1]]
        for boundary in range(first[zone], first[zone + 1]):
            count = 0
            for row in range(here.size):
                count += here[row] == bounds[boundary]
            ties[boundary] = count


@inlined
def _groups_of_kept(kept: Values, first: int, behind: int, bounds: Values, quotas: Int64s, seen: Int64s, groups: UInt8s) -> None:
    """Set the groups of a zone's kept rows."""
    for row in range(kept.size):
        groups[row] = first + 1
    for boundary in range(first, behind):
        bound = bounds[boundary]
        tied = False
        for row in range(kept.size):
            groups[row] += np.uint8(kept[row] < bound)
            tied |= kept[row] == bound
        if tied:
            before = seen[boundary]
            for row in range(kept.size):
                if kept[row] == bound:
                    groups[row] += np.uint8(before >= quotas[boundary])
                    before += 1


@inlined
def _group_of_tie(tie: int, first: int, behind: int, quotas: Int64s) -> int:
    """Return the group of the row that has *tie* rows of the same frequent value before it."""
    group = first + 1
    for boundary in range(first, behind):
        group += tie >= quotas[boundary]
    return group


@inlined
def _settle_ties(codes: UInt8s, zone: int, first: Int64s, quotas: Int64s, seen: Int64s) -> None:
    """Replace the code of a zone's most frequent value in a block: all at once, unless a boundary lies among these rows."""
    code = np.uint8(TIE + zone)
    whole = codes.size // 64 * 64
    count = 0
    for word in range(0, whole, 64):
        count += bits_set(equal_bytes(codes, word, code))
    for row in range(whole, codes.size):
        count += codes[row] == code
    if count == 0:
        return
    begin, end = first[zone], first[zone + 1]
    group = np.uint8(_group_of_tie(seen[zone], begin, end, quotas))
    if group == _group_of_tie(seen[zone] + count - 1, begin, end, quotas):
        for row in range(codes.size):
            codes[row] = group if codes[row] == code else codes[row]
        seen[zone] += count
        return
    for row in range(codes.size):
        if codes[row] == code:
            codes[row] = _group_of_tie(seen[zone], begin, end, quotas)
            seen[zone] += 1


@compiled
def settle(
    codes: UInt8s,
    kept: Values,
    places: Int64s,
    first: Int64s,
    bounds: Values,
    quotas: Int64s,
    seen: Int64s,
    there: Bools,
    tie_quotas: Int64s,
    ties_seen: Int64s,
) -> None:
    """
    Replace the codes of zones by groups, in the order of rows. Boundary b lies between the groups b + 1 and b + 2.

    Args:
        codes: shape (rows,), a part of the column.
        kept: the values of its rows in zones, zone by zone, each in the order of rows.
        places: shape (zones + 1,), where the values of each zone begin in *kept*, and behind the last one their number.
        first: shape (zones + 1,), the first boundary of each zone, and behind the last zone the number of boundaries.
        bounds: shape (boundaries,), the smallest value above the boundary.
        quotas: shape (boundaries,), how many rows of this value stand above the boundary.
        seen: shape (boundaries,), how many rows of this value earlier parts hold.
        there: shape (zones,), whether the zone has a most frequent value.
        tie_quotas: shape (boundaries,), how many rows of the most frequent value stand above the boundary.
        ties_seen: shape (zones,), how many rows of that value earlier parts hold; is moved on.
    """
    groups = np.empty(kept.size, np.uint8)
    for zone in range(there.size):
        begin, end = places[zone], places[zone + 1]
        _groups_of_kept(kept[begin:end], first[zone], first[zone + 1], bounds, quotas, seen, groups[begin:end])
    next_place = np.zeros(256, np.int64)
    next_place[ZONE : ZONE + there.size] = places[: there.size]
    for start in range(0, codes.size, ROWS):
        here = codes[start : start + ROWS]
        whole = here.size // 64 * 64
        for word in range(0, whole, 64):
            mask = high_bytes(here, word)
            while mask:
                row = word + trailing_zeros(mask)
                mask &= mask - np.uint64(1)
                code = here[row]
                here[row] = groups[next_place[code]]
                next_place[code] += 1
        for row in range(whole, here.size):
            code = here[row]
            if code >= ZONE:
                here[row] = groups[next_place[code]]
                next_place[code] += 1
        for zone in range(there.size):
            if there[zone]:
                _settle_ties(here, zone, first, tie_quotas, ties_seen)
