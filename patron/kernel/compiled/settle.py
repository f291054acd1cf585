"""
The last pass behind `patron.kernel.selection`: rows whose code is that of a zone get their group.

Boundary b lies between the groups b + 1 and b + 2. Rows with a boundary's value are dealt out in row order: so many stand above
it, the rest below.
"""

import numpy as np

from patron.kernel._jit import compiled, inlined
from patron.kernel.compiled.bits import bits_set, equal_bytes, high_bytes, trailing_zeros
from patron.kernel.compiled.groups import TIE, ZONE
from patron.kernel.layout import Bools, Int64s, UInt8s, Values

_BLOCK = 4096


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
    Replace the codes of zones by groups, in the order of rows.

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
    for start in range(0, codes.size, _BLOCK):
        here = codes[start : start + _BLOCK]
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
