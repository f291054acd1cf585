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

from patron.kernel.compiled.groups import TIE, ZONE, classify_floats, classify_integers, sample
from patron.kernel.compiled.settle import count_ties, settle
from patron.kernel.compiled.sums import DIGITS, add_floats, add_integers
from patron.kernel.exact import one_float_units
from patron.kernel.layout import Int64s, UInt8s, Values
from patron.kernel.ranking import group_sizes
from patron.kernel.zones import DEFAULT, Plan, Tuning, make_plan

LARGEST_GROUPS = TIE - 1

_SHORTEST = 1 << 16  # rows below which a part costs more to start than it is worth
_SHARED = 1 << 18  # rows in zones from which threads share them; waking one takes as long as looking through some thousands


class Selected(NamedTuple):
    """The groups of all rows; sizes and exact sums of the groups, sums of floats in units of 2**-UNIT_BITS."""

    group: UInt8s
    sizes: Int64s
    sums: list[int]
    minus_infinities: int
    plus_infinities: int


class _Part(NamedTuple):
    """What the first pass found in one part of the rows."""

    tally: Int64s
    odd: Int64s
    infinities: Int64s
    kept: Values
    places: Int64s
    rows: slice


class _Boundary(NamedTuple):
    """Where a boundary lies in its zone: see `patron.kernel.compiled.settle.settle`."""

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
    part = min(tuning.part, max(len(values) // (2 * threads), _SHORTEST))
    parts = [slice(start, min(start + part, len(values))) for start in range(0, len(values), part)]
    with ThreadPoolExecutor(threads, thread_name_prefix="patron-groups") as pool:
        ranked = _sample(values, pool, threads)
        for sigmas in tuning.sigmas:
            plan = make_plan(ranked, groups, sigmas, tuning)
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
    strata = min(len(values), max(1 << 15, min(len(values) >> 6, 1 << 20)))
    some = cast(Values, np.empty(strata, dtype=values.dtype))
    borders = [strata * part // threads for part in range(threads + 1)]
    list(pool.map(lambda part: sample(values, part[0], strata, some[part[0] : part[1]]), pairwise(borders)))
    if some.dtype == np.float64:
        some = some[~np.isnan(some)]
    some.sort()
    return some[::-1]


def _classify(values: Values, codes: UInt8s, plan: Plan, parts: list[slice], pool: ThreadPoolExecutor) -> list[_Part]:
    """Set the code of every row, and return what each part holds."""
    room = local()
    longest = parts[0].stop

    def classify(part: slice) -> _Part:
        if not hasattr(room, "kept"):
            room.kept, room.zones = np.empty(longest, values.dtype), np.empty(longest, np.uint8)
            room.sorted_kept = np.empty(longest, values.dtype)
        tally, odd = np.zeros((256, 5), np.int64), np.zeros((TIE, DIGITS), np.int64)
        infinities = np.zeros(2, np.int64)
        args = (values[part], codes[part], plan.table, plan.window, plan.frequent, plan.there, plan.used)
        work = (room.kept, room.zones, room.sorted_kept)
        if values.dtype == np.float64:
            count = classify_floats(*args, plan.exponents, tally, odd, infinities, *work)
        else:
            count = classify_integers(*args, tally, *work)
        sizes = tally[ZONE : ZONE + len(plan.frequent), 0]
        places = np.concatenate(([0], np.cumsum(sizes)))
        return _Part(tally, odd, infinities, room.sorted_kept[:count].copy(), places, part)

    return list(pool.map(classify, parts))


def _finish(codes: UInt8s, plan: Plan, parts: list[_Part], groups: int, pool: ThreadPoolExecutor) -> Selected | None:
    """Put the rows of zones into their groups, and add up; None where a boundary lies outside its zone."""
    tally = np.sum([part.tally for part in parts], axis=0)
    sizes = group_sizes(len(codes) - int(tally[0, 0]), groups)
    ranks = _ranks_in_zones(tally[:, 0], np.cumsum(sizes), plan)
    if ranks is None:
        return None
    odd = np.sum([part.odd for part in parts], axis=0)
    sums = [_total(tally[group], odd[group], plan) for group in range(1, groups + 1)]
    boundaries: list[_Boundary] = []
    run = pool.map if sum(len(part.kept) for part in parts) >= _SHARED else map
    zones = run(lambda zone: _look_into(zone, ranks[zone], int(tally[TIE + zone, 0]), plan, parts), range(len(ranks)))
    for zone, (found, added) in enumerate(zones):
        boundaries += found
        for number, more in enumerate(added):
            sums[int(plan.first[zone]) + number] += more
    _settle(codes, plan, parts, boundaries, pool)
    minus, plus = np.sum([part.infinities for part in parts], axis=0)
    return Selected(codes, sizes, sums, int(minus), int(plus))


def _ranks_in_zones(counts: Int64s, ends: Int64s, plan: Plan) -> list[list[int]] | None:
    """Return for each boundary how many rows of its zone lie above it; None where that can't be."""
    ranks = []
    before = 0
    for zone, (begin, end) in enumerate(pairwise(plan.first.tolist())):
        before += int(counts[begin + 1])
        inside = int(counts[ZONE + zone] + counts[TIE + zone])
        ranks.append([int(ends[boundary]) - before for boundary in range(begin, end)])
        if min(ranks[-1]) < 0 or max(ranks[-1]) > inside:
            return None
        before += inside
    return ranks


def _look_into(zone: int, ranks: list[int], ties: int, plan: Plan, parts: list[_Part]) -> tuple[list[_Boundary], list[int]]:
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


def _settle(codes: UInt8s, plan: Plan, parts: list[_Part], boundaries: list[_Boundary], pool: ThreadPoolExecutor) -> None:
    """Replace the codes of zones by groups."""
    bounds = cast(Values, np.array([boundary.bound for boundary in boundaries], dtype=plan.frequent.dtype))
    quotas = np.array([boundary.quota for boundary in boundaries], dtype=np.int64)
    tie_quotas = np.array([boundary.tie_quota for boundary in boundaries], dtype=np.int64)
    ties = np.zeros((len(parts), len(bounds)), np.int64)
    run = pool.map if sum(len(part.kept) for part in parts) >= _SHARED else map
    list(run(lambda part, into: count_ties(part.kept, part.places, plan.first, bounds, into), parts, ties))
    seen = np.cumsum(ties, axis=0) - ties
    frequent = np.array([part.tally[TIE : TIE + len(plan.there), 0] for part in parts])
    frequent_seen = np.cumsum(frequent, axis=0) - frequent

    def settle_part(number: int) -> None:
        part = parts[number]
        kept = (part.kept, part.places, plan.first, bounds, quotas, seen[number])
        settle(codes[part.rows], *kept, plan.there, tie_quotas, frequent_seen[number])

    list(pool.map(settle_part, range(len(parts))))


def _sum(values: Values, plan: Plan) -> int:
    """Return the exact sum of the finite ones of *values*."""
    tally, digits = np.zeros(5, np.int64), np.zeros(DIGITS, np.int64)
    if values.dtype == np.float64:
        add_floats(values, plan.exponents, tally, digits)
    else:
        add_integers(values, tally)
    return _total(tally, digits, plan)


def _total(tally: Int64s, digits: Int64s, plan: Plan) -> int:
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
