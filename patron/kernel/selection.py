"""
Exact groups of equal number without sorting: bracketed selection.

A sample says roughly where the boundaries between groups lie. A table over the leading bits of the value then tells for almost
every row its group, and for the few near a boundary their *zone*. One pass over the values writes these codes, counts and adds up
each, and collects the rows of zones; within a zone the boundaries are found exactly, by rank; a last pass over the codes puts the
groups in their place. A value that very many rows share gets a code of its own, and its rows are dealt out in row order.

The sample decides only about speed: every code is counted, so a boundary that lies outside its zone is noticed, and the work is
done again with wider zones. Counts are exact and sums are whole numbers, so the result is the same bits for any number of threads
and any parts.

Importing this module imports numba.
"""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import local
from typing import NamedTuple, cast

import numpy as np

from patron.kernel.compiled import groups as compiled
from patron.kernel.exact import UNIT_BITS, one_float_units
from patron.kernel.layout import Bools, Int64s, UInt8s, Values
from patron.kernel.ranking import group_sizes

LARGEST_GROUPS = compiled.TIE - 1

_FREQUENT = 1 / 512  # part of the sample from which a value of a zone gets a code of its own
_HEADROOM = 6  # powers of two by which the largest value may exceed the largest of the sample without costing time


class Tuning(NamedTuple):
    """
    What decides about speed and memory, and never about the result.

    Attributes:
        part: rows that one call of a compiled pass takes.
        slot_bits: binary digits of the number of slots, at least 13: more make zones smaller until the table leaves the cache.
        sigmas: standard deviations of the sample's ranks that zones reach to either side; the next where one was too narrow.
        most: part of the rows in zones from which sorting is as good.
    """

    part: int = 1 << 20
    slot_bits: int = 18
    sigmas: tuple[float, ...] = (4.5, 20.0)
    most: float = 0.5


DEFAULT = Tuning()


class Selected(NamedTuple):
    """The groups of all rows; sizes and exact sums of the groups, sums of floats in units of 2**-UNIT_BITS."""

    group: UInt8s
    sizes: Int64s
    sums: list[int]
    minus_infinities: int
    plus_infinities: int


class _Plan(NamedTuple):
    """Where the boundaries lie, as a sample tells it: see `patron.kernel.compiled.groups` for the arrays."""

    table: UInt8s
    window: Int64s
    first: Int64s
    frequent: Values
    there: Bools
    used: Int64s
    exponents: Int64s
    low_bits: int
    unit_shift: int


class _Part(NamedTuple):
    """What the first pass found in one part of the rows."""

    tally: Int64s
    odd: Int64s
    infinities: Int64s
    kept: Values
    places: Int64s
    rows: slice


class _Boundary(NamedTuple):
    """Where a boundary lies in its zone: see `patron.kernel.compiled.groups.settle`."""

    bound: int | float
    quota: int
    tie_quota: int


def select_groups(values: Values, groups: int, threads: int, tuning: Tuning = DEFAULT) -> Selected | None:
    """
    Return the groups of the values without a sort; None where zones would hold so many rows that sorting is as good.

    Args:
        values: shape (rows,), contiguous int64 or float64.
        groups: how many groups, at most `LARGEST_GROUPS`.
        threads: how many threads work at once.
        tuning: what decides about speed.
    """
    parts = [slice(start, min(start + tuning.part, len(values))) for start in range(0, len(values), tuning.part)]
    with ThreadPoolExecutor(threads, thread_name_prefix="patron-groups") as pool:
        ranked = _sample(values, pool, threads)
        for sigmas in tuning.sigmas:
            plan = _plan(ranked, groups, sigmas, tuning)
            if plan is None:
                return None
            codes = np.empty(len(values), dtype=np.uint8)
            found = _classify(values, codes, plan, parts, pool)
            selected = _finish(codes, plan, found, groups, pool)
            if selected is not None:
                return selected
    return None


def _sample(values: Values, pool: ThreadPoolExecutor, threads: int) -> Values:
    """Return a sample of the values without NaN, in descending order."""
    strata = min(len(values), max(1 << 15, min(len(values) >> 7, 1 << 20)))
    some = cast(Values, np.empty(strata, dtype=values.dtype))
    borders = [strata * part // threads for part in range(threads + 1)]
    list(pool.map(lambda part: compiled.sample(values, part[0], strata, some[part[0] : part[1]]), pairwise(borders)))
    if some.dtype == np.float64:
        some = some[~np.isnan(some)]
    some.sort()
    return some[::-1]


def _plan(ranked: Values, groups: int, sigmas: float, tuning: Tuning) -> _Plan | None:
    """Return where the boundaries lie; None where zones would hold too many rows."""
    if len(ranked) == 0:
        return None
    keys = _keys(ranked)
    brackets = _brackets(keys, groups, sigmas)
    lowest, highest = min((low for low, _ in brackets), default=0), max((high for _, high in brackets), default=0)
    shift = max(0, (highest - lowest).bit_length() - tuning.slot_bits)
    # One slot on either side for the keys below and above all zones.
    base, top = lowest - (1 << shift), highest + (1 << shift)
    slots = ((top - base) >> shift) + 1
    zones, first = _zones([((low - base) >> shift, (high - base) >> shift) for low, high in brackets])
    table = np.full(slots + 1 + len(zones), groups, dtype=np.uint8)
    table[slots] = 0
    above = slots
    for zone, (low, high) in enumerate(zones):
        table[high + 1 : above] = first[zone] + 1
        table[low : high + 1] = compiled.ZONE + zone
        table[slots + 1 + zone] = compiled.TIE + zone
        above = low
    slot_of = (np.clip(keys, base, top) - base).view(np.uint64) >> np.uint64(shift)
    frequent, there, others = _frequent(ranked, slot_of.astype(np.int64), zones)
    if others > len(ranked) * tuning.most:
        return None
    exponents, low_bits, unit_shift = _exponents(ranked)
    window = np.array([base, top, shift, slots], dtype=np.int64)
    used = np.unique(table).astype(np.int64)
    return _Plan(table, window, np.array(first, np.int64), frequent, there, used, exponents, low_bits, unit_shift)


def _keys(values: Values) -> Int64s:
    """Return integers that order like the floats nearest to the values, as the compiled pass makes them."""
    bits = (values.astype(np.float64) + 0.0).view(np.int64)
    return bits ^ ((bits >> np.int64(63)) & np.int64(2**63 - 1))


def _brackets(keys: Int64s, groups: int, sigmas: float) -> list[tuple[int, int]]:
    """Return for each boundary, best first, the lowest and highest key between which it lies in all likelihood."""
    ends = _keys(np.array([-np.inf, np.inf]))
    brackets = []
    for boundary in range(1, groups):
        part = boundary / groups
        width = sigmas * float(np.sqrt(len(keys) * part * (1 - part))) + 2
        highest, lowest = int(len(keys) * part - width), int(len(keys) * part + width) + 1
        brackets.append(
            (
                int(keys[lowest] if lowest < len(keys) else ends[0]),
                int(keys[highest] if highest > 0 else ends[1]),
            )
        )
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


def _frequent(ranked: Values, slots: Int64s, zones: list[tuple[int, int]]) -> tuple[Values, Bools, int]:
    """Return the most frequent value of each zone, whether it is frequent at all, and how many others the zones hold."""
    frequent = cast(Values, np.zeros(len(zones), dtype=ranked.dtype))
    there: Bools = np.zeros(len(zones), dtype=np.bool_)
    others = 0
    for zone, (low, high) in enumerate(zones):
        begin, end = np.searchsorted(-slots, [-high, -low + 1])
        members, counts = np.unique(ranked[begin:end], return_counts=True)
        others += int(end - begin)
        if len(members) and counts.max() > len(ranked) * _FREQUENT:
            frequent[zone] = members[counts.argmax()]
            there[zone] = True
            others -= int(counts.max())
    return frequent, there, others


def _exponents(ranked: Values) -> tuple[Int64s, int, int]:
    """Return how floats are split for adding, the bits of the lower part, and what its unit is in units of the sum."""
    if ranked.dtype == np.int64:
        return np.zeros(3, np.int64), 32, 0
    finite = ranked[np.isfinite(ranked)]
    largest = float(np.abs(finite[[0, -1]]).max()) if len(finite) else 0.0
    top = min(max(int(np.frexp(largest)[1]) + _HEADROOM, -900), 1023)
    unit = top - compiled.HIGH_BITS - compiled.LOW_BITS
    powers = np.ldexp(1.0, np.array([top, unit, compiled.HIGH_BITS - top]))
    return powers.view(np.int64), compiled.LOW_BITS, unit + UNIT_BITS


def _classify(values: Values, codes: UInt8s, plan: _Plan, parts: list[slice], pool: ThreadPoolExecutor) -> list[_Part]:
    """Set the code of every row, and return what each part holds."""
    room = local()
    longest = parts[0].stop

    def classify(part: slice) -> _Part:
        if not hasattr(room, "kept"):
            room.kept, room.zones = np.empty(longest, values.dtype), np.empty(longest, np.uint8)
            room.sorted_kept = np.empty(longest, values.dtype)
        tally, odd = np.zeros((256, 5), np.int64), np.zeros((compiled.TIE, compiled.DIGITS), np.int64)
        infinities = np.zeros(2, np.int64)
        args = (values[part], codes[part], plan.table, plan.window, plan.frequent, plan.there, plan.used)
        work = (room.kept, room.zones, room.sorted_kept)
        if values.dtype == np.float64:
            count = compiled.classify_floats(*args, plan.exponents, tally, odd, infinities, *work)
        else:
            count = compiled.classify_integers(*args, tally, *work)
        sizes = tally[compiled.ZONE : compiled.ZONE + len(plan.frequent), 0]
        places = np.concatenate(([0], np.cumsum(sizes)))
        return _Part(tally, odd, infinities, room.sorted_kept[:count].copy(), places, part)

    return list(pool.map(classify, parts))


def _finish(codes: UInt8s, plan: _Plan, parts: list[_Part], groups: int, pool: ThreadPoolExecutor) -> Selected | None:
    """Put the rows of zones into their groups, and add up; None where a boundary lies outside its zone."""
    tally = np.sum([part.tally for part in parts], axis=0)
    sizes = group_sizes(len(codes) - int(tally[0, 0]), groups)
    ranks = _ranks_in_zones(tally[:, 0], np.cumsum(sizes), plan)
    if ranks is None:
        return None
    odd = np.sum([part.odd for part in parts], axis=0)
    sums = [_total(tally[group], odd[group], plan) for group in range(1, groups + 1)]
    boundaries: list[_Boundary] = []
    zones = pool.map(
        lambda zone: _look_into(zone, ranks[zone], int(tally[compiled.TIE + zone, 0]), plan, parts), range(len(ranks))
    )
    for zone, (found, added) in enumerate(zones):
        boundaries += found
        for number, more in enumerate(added):
            sums[int(plan.first[zone]) + number] += more
    _settle(codes, plan, parts, boundaries, pool)
    minus, plus = np.sum([part.infinities for part in parts], axis=0)
    return Selected(codes, sizes, sums, int(minus), int(plus))


def _ranks_in_zones(counts: Int64s, ends: Int64s, plan: _Plan) -> list[list[int]] | None:
    """Return for each boundary how many rows of its zone lie above it; None where that can't be."""
    ranks = []
    before = 0
    for zone, (begin, end) in enumerate(pairwise(plan.first.tolist())):
        before += int(counts[begin + 1])
        inside = int(counts[compiled.ZONE + zone] + counts[compiled.TIE + zone])
        ranks.append([int(ends[boundary]) - before for boundary in range(begin, end)])
        if min(ranks[-1]) < 0 or max(ranks[-1]) > inside:
            return None
        before += inside
    return ranks


def _look_into(zone: int, ranks: list[int], ties: int, plan: _Plan, parts: list[_Part]) -> tuple[list[_Boundary], list[int]]:
    """Return the boundaries of a zone, and what each of the groups that reach into it gets from it."""
    kept = np.concatenate([part.kept[part.places[zone] : part.places[zone + 1]] for part in parts])
    frequent = plan.frequent[zone].item()
    better = int(np.count_nonzero(kept > frequent)) if ties else 0
    # Of the rows above a boundary, some are kept ones and the others have the frequent value.
    above = [rank - min(max(rank - better, 0), ties) for rank in ranks]
    cuts = [len(kept) - rank for rank in above]
    inner = sorted({cut for cut in cuts if cut < len(kept)})
    if inner:
        kept.partition(inner)
    boundaries, sums = [], []
    end, ties_before = len(kept), 0
    for rank, rank_kept, cut in zip(ranks, above, cuts, strict=True):
        tie_rank = rank - rank_kept
        boundaries.append(_boundary(kept[cut:], frequent, better, rank, tie_rank))
        sums.append(_sum(kept[cut:end], plan) + (tie_rank - ties_before) * _units(frequent))
        end, ties_before = cut, tie_rank
    sums.append(_sum(kept[:end], plan) + (ties - ties_before) * _units(frequent))
    return boundaries, sums


def _boundary(top: Values, frequent: float, better: int, rank: int, tie_rank: int) -> _Boundary:
    """Return the boundary below the kept rows *top*, of which the first is the smallest, and *tie_rank* of the frequent value."""
    if rank == 0:
        return _Boundary(np.inf if top.dtype == np.float64 else np.iinfo(np.int64).max, 0, 0)
    if tie_rank > 0 and len(top) == better:
        return _Boundary(frequent, 0, tie_rank)
    return _Boundary(top[0].item(), int(np.count_nonzero(top == top[0])), tie_rank)


def _settle(codes: UInt8s, plan: _Plan, parts: list[_Part], boundaries: list[_Boundary], pool: ThreadPoolExecutor) -> None:
    """Replace the codes of zones by groups."""
    bounds = cast(Values, np.array([boundary.bound for boundary in boundaries], dtype=plan.frequent.dtype))
    quotas = np.array([boundary.quota for boundary in boundaries], dtype=np.int64)
    tie_quotas = np.array([boundary.tie_quota for boundary in boundaries], dtype=np.int64)
    ties = np.zeros((len(parts), len(bounds)), np.int64)
    list(pool.map(lambda part, into: compiled.count_ties(part.kept, part.places, plan.first, bounds, into), parts, ties))
    seen = np.cumsum(ties, axis=0) - ties
    frequent = np.array([part.tally[compiled.TIE : compiled.TIE + len(plan.there), 0] for part in parts])
    frequent_seen = np.cumsum(frequent, axis=0) - frequent

    def settle(number: int) -> None:
        part = parts[number]
        kept = (part.kept, part.places, plan.first, bounds, quotas, seen[number])
        compiled.settle(codes[part.rows], *kept, plan.there, tie_quotas, frequent_seen[number])

    list(pool.map(settle, range(len(parts))))


def _sum(values: Values, plan: _Plan) -> int:
    """Return the exact sum of the finite ones of *values*."""
    tally, digits = np.zeros(5, np.int64), np.zeros(compiled.DIGITS, np.int64)
    if values.dtype == np.float64:
        compiled.add_floats(values, plan.exponents, tally, digits)
    else:
        compiled.add_integers(values, tally)
    return _total(tally, digits, plan)


def _total(tally: Int64s, digits: Int64s, plan: _Plan) -> int:
    """Return what a row of the tally and its digits stand for."""
    _, high_upper, high_lower, low_upper, low_lower = tally.tolist()
    high, low = (high_upper << 32) + high_lower, (low_upper << 32) + low_lower
    odd = sum(digit << (32 * place) for place, digit in enumerate(digits.tolist()) if digit)
    return int((((high << plan.low_bits) + low) << plan.unit_shift) + odd)


def _units(value: float) -> int:
    """Return a value in units of the sum; an infinite one adds nothing."""
    if isinstance(value, int):
        return value
    return one_float_units(value) if np.isfinite(value) else 0
