"""
What a sample says about the boundaries between groups: the zones in which they lie, and the table that tells codes from values.

A value is looked up by its *key*, an integer that orders like the nearest float; the *slot* of a key is its distance from the
lowest key that matters, without its last bits. A *zone* is a run of slots that holds one or more boundaries in all likelihood.
Boundaries are numbered from the best group down: boundary b lies between the groups b + 1 and b + 2.
"""

import math
import struct
from typing import NamedTuple, cast

import numpy as np

from patron.kernel.compiled.groups import TIE, ZONE
from patron.kernel.compiled.sums import HIGH_BITS, LOW_BITS
from patron.kernel.exact import UNIT_BITS
from patron.kernel.layout import Bools, Int64s, UInt8s, Values

_FREQUENT = 1 / 512  # part of the sample from which a value of a zone gets a code of its own
_HEADROOM = 6  # powers of two by which the largest value may exceed the largest of the sample without costing time


class Tuning(NamedTuple):
    """
    What decides about speed and memory, and never about the result.

    Attributes:
        part: the most rows that one call of a compiled pass takes.
        slot_bits: binary digits of the number of slots, at least 13: more make zones smaller until the table leaves the cache.
        sigmas: standard deviations of the sample's ranks that zones reach to either side; the next where one was too narrow.
        most: part of the rows in zones from which sorting is as good.
    """

    part: int = 1 << 20
    slot_bits: int = 18
    sigmas: tuple[float, ...] = (4.0, 20.0)
    most: float = 0.5


DEFAULT = Tuning()


class Plan(NamedTuple):
    """
    All that the passes over the rows are told; see `patron.kernel.compiled.groups`.

    Attributes:
        table: the code of each slot, of NaN, and of each zone's most frequent value.
        window: lowest key, highest key, shift, slot of NaN.
        first: shape (zones + 1,), the first boundary of each zone, and behind the last zone the number of boundaries.
        frequent: shape (zones,), the most frequent value of each zone.
        there: shape (zones,), whether the zone has one.
        used: the codes that occur.
        exponents: how floats are split for adding.
        low_bits: the bits of the lower of the two sums.
        unit_shift: the bits from the lower sum down to the unit of the result.
    """

    table: UInt8s
    window: Int64s
    first: Int64s
    frequent: Values
    there: Bools
    used: Int64s
    exponents: Int64s
    low_bits: int
    unit_shift: int


def make_plan(ranked: Values, groups: int, sigmas: float, tuning: Tuning) -> Plan | None:
    """
    Return where the boundaries lie.

    Args:
        ranked: a sample in descending order, without NaN.
        groups: how many groups.
        sigmas: how wide zones are, in standard deviations of the sample's ranks.
        tuning: what decides about speed.

    Returns:
        The plan; None where zones would hold too many rows, or there is nothing to go by.
    """
    if len(ranked) == 0:
        return None
    brackets = _brackets(ranked, groups, sigmas)
    lowest, highest = min((low for low, _ in brackets), default=0), max((high for _, high in brackets), default=0)
    shift = max(0, (highest - lowest).bit_length() - tuning.slot_bits)
    # One slot on either side for the keys below and above all zones.
    base, top = lowest - (1 << shift), highest + (1 << shift)
    slots = ((top - base) >> shift) + 1
    zones, first = _zones([((low - base) >> shift, (high - base) >> shift) for low, high in brackets])
    keys = [(base + (low << shift), base + ((high + 1) << shift) - 1) for low, high in zones]
    frequent, there, others = _frequent(ranked, keys)
    if others > len(ranked) * tuning.most:
        return None
    codes = [
        0,
        *(boundary + 1 for boundary in first[:-1]),
        groups,
        *range(ZONE, ZONE + len(zones)),
        *range(TIE, TIE + len(zones)),
    ]
    return Plan(
        _table(slots, zones, first, groups),
        np.array([base, top, shift, slots], dtype=np.int64),
        np.array(first, dtype=np.int64),
        frequent,
        there,
        np.unique(np.array(codes, dtype=np.int64)),
        *_splitting(ranked),
    )


def _key(value: float) -> int:
    """Return an integer that orders like the float nearest to the value, as the compiled pass makes it."""
    bits: int = struct.unpack("<q", struct.pack("<d", float(value) + 0.0))[0]
    return bits if bits >= 0 else bits ^ (2**63 - 1)


def _keys(values: Values) -> Int64s:
    """Return the keys of many values: see `_key`."""
    bits = (values.astype(np.float64) + 0.0).view(np.int64)
    return bits ^ ((bits >> 63) & np.int64(2**63 - 1))


def _brackets(ranked: Values, groups: int, sigmas: float) -> list[tuple[int, int]]:
    """Return for each boundary, best first, the lowest and highest key between which it lies in all likelihood."""
    brackets = []
    for boundary in range(1, groups):
        part = boundary / groups
        width = sigmas * math.sqrt(len(ranked) * part * (1 - part)) + 2
        highest, lowest = int(len(ranked) * part - width), int(len(ranked) * part + width) + 1
        low = ranked[lowest].item() if lowest < len(ranked) else -math.inf
        high = ranked[highest].item() if highest > 0 else math.inf
        brackets.append((_key(low), _key(high)))
    return brackets


def _zones(brackets: list[tuple[int, int]]) -> tuple[list[tuple[int, int]], list[int]]:
    """Return the zones, lowest and highest slot of each, and the first boundary of each and behind the last one."""
    zones: list[tuple[int, int]] = []
    first: list[int] = []
    for boundary, (low, high) in enumerate(brackets):
        if zones and high >= zones[-1][0]:
            zones[-1] = (min(low, zones[-1][0]), zones[-1][1])
        else:
            zones.append((low, high))
            first.append(boundary)
    return zones, [*first, len(brackets)]


def _table(slots: int, zones: list[tuple[int, int]], first: list[int], groups: int) -> UInt8s:
    """Return the code of each slot: group, zone, group, … from the highest down; then of NaN and of frequent values."""
    table = np.full(slots + 1 + len(zones), groups, dtype=np.uint8)
    table[slots] = 0
    above = slots
    for zone, (low, high) in enumerate(zones):
        table[high + 1 : above] = first[zone] + 1
        table[low : high + 1] = ZONE + zone
        table[slots + 1 + zone] = TIE + zone
        above = low
    return table


def _frequent(ranked: Values, zones: list[tuple[int, int]]) -> tuple[Values, Bools, int]:
    """
    Return the most frequent value of each zone, given as its lowest and highest key.

    Returns:
        The values; which of them are frequent enough for a code of their own; and how many others of the sample the zones hold.
    """
    frequent = cast(Values, np.zeros(len(zones), dtype=ranked.dtype))
    there: Bools = np.zeros(len(zones), dtype=np.bool_)
    others = 0
    rising = _keys(ranked[::-1])
    begins = len(ranked) - np.searchsorted(rising, np.array([high for _, high in zones], np.int64), side="right")
    ends = len(ranked) - np.searchsorted(rising, np.array([low for low, _ in zones], np.int64), side="left")
    for zone, (begin, end) in enumerate(zip(begins.tolist(), ends.tolist(), strict=True)):
        others += end - begin
        if end == begin:
            continue
        members = ranked[begin:end]
        starts = np.flatnonzero(np.append(True, members[1:] != members[:-1]))
        counts = np.diff(starts, append=len(members))
        most = int(counts.argmax())
        if counts[most] > len(ranked) * _FREQUENT:
            frequent[zone] = members[starts[most]]
            there[zone] = True
            others -= int(counts[most])
    return frequent, there, others


def _splitting(ranked: Values) -> tuple[Int64s, int, int]:
    """Return `exponents`, `low_bits` and `unit_shift` of the plan."""
    if ranked.dtype == np.int64:
        return np.zeros(3, np.int64), 32, 0
    finite = ranked[np.isfinite(ranked)]
    largest = float(np.abs(finite[[0, -1]]).max()) if len(finite) else 0.0
    top = min(max(math.frexp(largest)[1] + _HEADROOM, -900), 1023)
    unit = top - HIGH_BITS - LOW_BITS
    powers = np.ldexp(1.0, np.array([top, unit, HIGH_BITS - top]))
    return powers.view(np.int64), LOW_BITS, unit + UNIT_BITS
