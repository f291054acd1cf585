"""
Ranks: best first, in groups of equal number, by cuts of the values, and how many of the best make up a share of the total.

One order holds everywhere: value descending, equal values by row position ascending. Rows of a customer table stand in the order
of their ids, so a tie is broken by customer id. -0.0 equals 0.0, +inf is the largest value; NaN and rows marked missing have no
rank. Integers are compared as integers, never through a float, and sums are Python integers: nothing wraps.

Everything here is NumPy at every size. Sorting 64-bit words that hold key and row position together uses the vector sort of NumPy
and is ten times as fast as its stable argsort, so compiled code has nothing to add (see docs/benchmarks.md). Where only the
groups are wanted and not the order, `patron.kernel.groups` needs no sort at all.
"""

import numpy as np
import numpy.typing as npt

from patron.kernel.layout import Bools, Int64s, UInt8s, UInt64s, Values

GroupNumbers = npt.NDArray[np.uint8] | npt.NDArray[np.uint16] | npt.NDArray[np.uint32]
"""The number of the group of every row, counted from 1; 0 for a row without one."""

_SIGN = np.int64(63)
_WITHOUT_SIGN = np.int64(2**63 - 1)
_BLOCK = 1 << 16  # rows of a column whose scores are worked out at a time: they stay in the cache


def descending_order(values: Values, missing: Bools | None = None) -> Int64s:
    """
    Return the positions of the rows that have a value, best first.

    Args:
        values: shape (rows,), int64 or float64, any of its values.
        missing: shape (rows,), true where a row has no value; NaN has none either.

    Returns:
        Shape (ranked rows,): value descending, equal values by position ascending. Rows without a value are not in it.
    """
    rows = _rows_with_value(values, missing)
    order = _stable_order(descending_keys(values if rows is None else values[rows]))
    return order if rows is None else rows[order]


def group_sizes(rows: int, groups: int) -> Int64s:
    """Return how many of *rows* each of *groups* holds: sizes differ by at most one, the larger ones first."""
    if groups < 1:
        raise ValueError(f"there must be at least one group, not {groups}")
    whole, more = divmod(rows, groups)
    return np.where(np.arange(groups) < more, whole + 1, whole).astype(np.int64)


def groups_by_position(order: Int64s, rows: int, groups: int) -> GroupNumbers:
    """
    Return the group of every row when the ranked rows are cut into groups of equal size.

    Args:
        order: the ranked rows, best first.
        rows: how many rows there are.
        groups: how many groups.

    Returns:
        Shape (rows,), 1 for the best … *groups*; 0 for a row that is not ranked. The smallest unsigned type that holds *groups*.
    """
    sizes = group_sizes(len(order), groups)
    dtype = np.min_scalar_type(groups)
    group = np.zeros(rows, dtype=dtype)
    group[order] = np.repeat(np.arange(1, groups + 1, dtype=dtype), sizes)
    return group


def ties_together(values: Values, order: Int64s, group: GroupNumbers) -> GroupNumbers:
    """
    Return the groups with equal values in one: all of them get the group of the best ranked among them.

    Args:
        values: shape (rows,), what was ranked.
        order: the ranked rows, best first.
        group: shape (rows,), the group of every row by position.

    Returns:
        Shape (rows,), of the type of *group*; sizes may differ by any number, and groups may be empty.
    """
    ranked = values[order]
    begins = np.ones(len(order), dtype=np.bool_)
    np.not_equal(ranked[1:], ranked[:-1], out=begins[1:])
    starts = np.flatnonzero(begins)
    together = group.copy()
    together[order] = np.repeat(group[order[starts]], np.diff(starts, append=len(order)))
    return together


def quantile_cuts(values: Values, groups: int, missing: Bools | None = None) -> Values:
    """
    Return the values that cut the rows into groups, worst group first, with equal values on one side.

    Cut j is the smallest value v that occurs such that at least j/groups of the rows are at most v: the inverse of the empirical
    distribution, found by integer arithmetic, without interpolation.

    Args:
        values: shape (rows,), int64 or float64.
        groups: how many groups.
        missing: shape (rows,), true where a row has no value; NaN has none either.

    Returns:
        Shape (groups - 1,), ascending, maybe with equal cuts; of no length where no row has a value. -0.0 is given as 0.0.
    """
    if groups < 1:
        raise ValueError(f"there must be at least one group, not {groups}")
    rows = _rows_with_value(values, missing)
    ranked: Values = (values if rows is None else values[rows]).copy()
    ranked.sort()
    count = len(ranked)
    if count == 0:
        return ranked
    positions = np.array([-(-count * part // groups) - 1 for part in range(1, groups)], dtype=np.int64)
    cuts: Values = ranked[positions]
    cuts += 0  # turns -0.0 into 0.0
    return cuts


def score_by_cuts(values: Values, cuts: Values, missing: Bools | None = None) -> UInt8s:
    """
    Return a score for every row: one more than the number of cuts that its value exceeds.

    Args:
        values: shape (rows,), int64 or float64.
        cuts: ascending, of the type of *values*; at most 254.
        missing: shape (rows,), true where a row has no value; NaN has none either.

    Returns:
        Shape (rows,), 1 for the smallest values … len(cuts) + 1 for the largest; equal values score equal; 0 without a value.
    """
    if len(cuts) > 254:
        raise ValueError(f"a score goes up to 255, there are {len(cuts)} cuts")
    score = np.ones(len(values), dtype=np.uint8)
    for start in range(0, len(values), _BLOCK):
        block = values[start : start + _BLOCK]
        for cut in cuts:
            score[start : start + _BLOCK] += block > cut
    if values.dtype == np.float64:
        score[np.isnan(values)] = 0
    if missing is not None:
        score[missing] = 0
    return score


def customers_for_shares(descending: Int64s, parts: int = 10) -> list[int]:
    """
    Return how many of the best it takes to reach 1, 2, … *parts* parts of the total.

    Where a value crosses a border it counts to the part that it completes.

    Args:
        descending: the values, largest first; negative ones stand at the end. Their absolute values sum up to less than 2**63.
        parts: into how many equal parts the total is cut.

    Returns:
        For each border the smallest number of best values that sum up to at least this part of the total; empty where the total
        is not positive.
    """
    total = int(descending.sum(dtype=np.int64)) if len(descending) else 0
    if total <= 0:
        return []
    # Behind the last positive value the running sum only falls, so it reaches nothing that it has not reached before.
    running = np.cumsum(descending[: int(np.count_nonzero(descending > 0))], dtype=np.int64)
    borders = np.array([-(-total * part // parts) for part in range(1, parts + 1)], dtype=np.int64)
    return [int(position) + 1 for position in np.searchsorted(running, borders, side="left")]


def sums_by_group(values: Int64s, group: GroupNumbers, groups: int, missing: Bools | None = None) -> list[int]:
    """
    Return the exact sum of the values of each group.

    Args:
        values: shape (rows,), int64.
        group: shape (rows,), 1 … *groups*, or 0 for none.
        groups: how many groups.
        missing: shape (rows,), true where a row has no value.

    Returns:
        The sums of groups 1 … *groups* as Python integers, which hold any sum; rows of group 0 or without a value add nothing.
    """
    if missing is not None:
        values, group = values[~missing], group[~missing]
    into = group.astype(np.intp)
    largest = max(-int(values.min(initial=0)), int(values.max(initial=0)))
    if largest * len(values) < 2**63:
        return _added(values, into, groups)
    # Halves of 32 bits: 2**31 of them can be added without wrapping.
    high, low = _added(values >> 32, into, groups), _added(values & 0xFFFFFFFF, into, groups)
    return [(upper << 32) + lower for upper, lower in zip(high, low, strict=True)]


def _added(values: Int64s, into: npt.NDArray[np.intp], groups: int) -> list[int]:
    sums = np.zeros(groups + 1, np.int64)
    np.add.at(sums, into, values)
    return [int(each) for each in sums[1:]]


def descending_keys(values: Values) -> UInt64s:
    """Return unsigned keys of the values without NaN: the better the value, the smaller the key; equal values, equal keys."""
    if values.dtype == np.float64:
        # Adding 0.0 turns -0.0 into 0.0. Floats of one sign are ordered like their bits; the negative ones the other way round.
        bits = (values + 0.0).view(np.int64)
        bits ^= (bits >> _SIGN) & _WITHOUT_SIGN
    else:
        bits = values.astype(np.int64)
    # The bitwise not turns the order round without the overflow that a minus sign has at -2**63; flipping the sign bit shifts
    # signed integers onto unsigned ones. Together they leave the sign bit and flip all others.
    bits ^= _WITHOUT_SIGN
    return bits.view(np.uint64)


def ascending_order(keys: UInt64s) -> Int64s:
    """Return the positions of *keys*, shape (rows,), smallest first, equal ones by position."""
    return _stable_order(_squeezed(keys))


def _squeezed(keys: UInt64s) -> UInt64s:
    """Return keys of the same order without the bits that all of *keys* share: the words of texts are full of them."""
    if len(keys) == 0:
        return keys.copy()
    varying = int(np.bitwise_or.reduce(keys ^ keys[0]))
    squeezed = np.zeros(len(keys), np.uint64)
    while varying:
        # The highest bits that vary side by side are those from `top` down to `end`.
        top = varying.bit_length()
        end = (~varying & ((1 << top) - 1)).bit_length()
        squeezed <<= np.uint64(top - end)
        squeezed |= (keys >> np.uint64(end)) & np.uint64((1 << (top - end)) - 1)
        varying &= (1 << end) - 1
    return squeezed


def _rows_with_value(values: Values, missing: Bools | None) -> Int64s | None:
    """Return the positions of the rows that have a value; None where all have one."""
    without = missing
    if values.dtype == np.float64:
        nan = np.isnan(values)
        without = nan if missing is None else nan | missing
    if without is None or not without.any():
        return None
    return np.flatnonzero(~without)


def _stable_order(keys: UInt64s) -> Int64s:
    """Return the positions in ascending order of *keys* (which is changed), equal keys by position; at most 2**32 keys."""
    if len(keys) == 0:
        return np.empty(0, dtype=np.int64)
    keys -= keys.min()
    surplus = int(keys.max()).bit_length() + _position_bits(len(keys)) - 64
    if surplus <= 0:
        return _packed_order(keys)
    return _mend(_packed_order(keys >> np.uint64(surplus)), keys, surplus)


def _mend(order: Int64s, keys: UInt64s, surplus: int) -> Int64s:
    """Return *order*, which is right but for the last *surplus* bits of the keys, put right by them."""
    ranked = keys[order]
    wrong = ranked[1:] < ranked[:-1]
    if not wrong.any():
        return order
    coarse = ranked >> np.uint64(surplus)
    run = np.zeros(len(order), dtype=np.int64)
    np.cumsum(coarse[1:] != coarse[:-1], out=run[1:])
    mixed = np.zeros(int(run[-1]) + 1, dtype=np.bool_)
    mixed[run[1:][wrong]] = True
    places = np.flatnonzero(mixed[run])
    by_rest = _packed_order(ranked[places] & np.uint64((1 << surplus) - 1))
    by_run = _packed_order(run[places][by_rest].astype(np.uint64))
    order[places] = order[places[by_rest[by_run]]]
    return order


def _packed_order(keys: UInt64s) -> Int64s:
    """Return the positions in ascending order of *keys*, equal keys by position; key and position fit into 64 bits together."""
    bits = _position_bits(len(keys))
    words = keys << np.uint64(bits)
    words |= np.arange(len(keys), dtype=np.uint64)
    words.sort()
    words &= np.uint64((1 << bits) - 1)
    return words.view(np.int64)


def _position_bits(rows: int) -> int:
    return (rows - 1).bit_length()
