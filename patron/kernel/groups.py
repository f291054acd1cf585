"""
Groups of equal number over one column, best first, with a table of their sizes and exact sums.

The groups are those of `patron.kernel.ranking`: NTILE over the value descending, ties by row position. Small columns are sorted
with NumPy; large ones go through `patron.kernel.selection`, which is compiled and reads the column about once. Both give the same
bits, also for the sums of floats: these are exact sums, rounded once to the nearest float, whatever the order of the rows, the
number of threads, or the machine.
"""

import importlib.util
import math
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from patron.kernel.exact import float_units, nearest_float
from patron.kernel.layout import Bools, Float64s, Int64s, UInt8s, Values, processors
from patron.kernel.ranking import descending_order, group_sizes, groups_by_position

if TYPE_CHECKING:
    from patron.kernel.selection import Selected

LARGEST = 255
"""Groups that a byte can number."""

COMPILE_WARM = 250_000
"""Rows from which compiled selection is faster than sorting, where numba is loaded already (measured: see docs/benchmarks.md)."""

COMPILE_COLD = 10_000_000
"""Rows from which it is worth loading numba."""

_FEW = 32  # groups up to which comparing every row with every boundary is faster than sorting positions
_BLOCK = 1 << 16  # rows that are compared at a time: they stay in the cache


class Groups(NamedTuple):
    """
    The groups of a column.

    Attributes:
        group: shape (rows,), 1 for the best …; 0 for a row without a value.
        counts: shape (groups,), how many rows each holds.
        sums: shape (groups,), the sum of their values: exact for int64, the float nearest to the exact sum for float64, where an
            infinity makes the sum infinite, and two opposite ones make it NaN.
    """

    group: UInt8s
    counts: Int64s
    sums: Values


def exact_groups(values: Values, groups: int = 10, missing: Bools | None = None, threads: int | None = None) -> Groups:
    """
    Cut the rows into groups of equal number by value, the best in group 1; ties by row position.

    Args:
        values: shape (rows,), int64 or float64. -0.0 equals 0.0.
        groups: how many groups, 1 … `LARGEST`. Sizes differ by at most one, the larger ones first.
        missing: shape (rows,), true where a row has no value; NaN has none either.
        threads: how many threads may work; as many as there are processors unless given. The result does not depend on it.

    Raises:
        OverflowError: the sum of a group of integers does not fit 64 bits.
    """
    if not 1 <= groups <= LARGEST:
        raise ValueError(f"there must be 1 to {LARGEST} groups, not {groups}")
    if missing is not None and missing.any():
        there = ~missing
        some = exact_groups(values[there], groups, None, threads)
        group = np.zeros(len(values), dtype=np.uint8)
        group[there] = some.group
        return some._replace(group=group)
    if selection_pays(len(values)):
        selected = selected_groups(values, groups, threads or processors())
        if selected is not None:
            return selected
    return sorted_groups(values, groups)


def selection_pays(rows: int) -> bool:
    """Say whether compiled selection is faster for *rows*, the loading of numba included."""
    if "numba" in sys.modules:
        return rows >= COMPILE_WARM
    return rows >= COMPILE_COLD and importlib.util.find_spec("numba") is not None


def sorted_groups(values: Values, groups: int) -> Groups:
    """Do the work of `exact_groups` with NumPy, by sorting."""
    there = values if values.dtype == np.int64 else values[~np.isnan(values)]
    sizes = group_sizes(len(there), groups)
    ends = np.cumsum(sizes)
    if groups <= _FEW:
        ranked: Values = there.copy()
        ranked.sort()
        ranked = ranked[::-1]
        group = _groups_by_comparing(values, ranked, ends)
    else:
        order = descending_order(values)
        ranked = values[order]
        group = groups_by_position(order, len(values), groups).astype(np.uint8, copy=False)
    each = [ranked[end - size : end] for end, size in zip(ends, sizes, strict=True)]
    if values.dtype == np.int64:
        return Groups(group, sizes, _integer_sums([_integer_sum(one) for one in each]))
    plus, minus = int(np.count_nonzero(ranked == np.inf)), int(np.count_nonzero(ranked == -np.inf))
    return Groups(group, sizes, _float_sums([float_units(one) for one in each], sizes, minus, plus))


def _groups_by_comparing(values: Values, ranked: Values, ends: Int64s) -> UInt8s:
    """
    Return the group of every row by comparing it with the last value of each group.

    Args:
        values: shape (rows,).
        ranked: the same in descending order, without NaN.
        ends: shape (groups,), the rank behind each group.
    """
    lasts = np.unique(ranked[ends[ends < len(ranked)] - 1])[::-1] if len(ranked) else ranked
    passed = np.zeros(len(values), dtype=np.uint8)
    for start in range(0, len(values), _BLOCK):
        block = values[start : start + _BLOCK]
        for last in lasts:
            passed[start : start + _BLOCK] += block < last
    # Between two last values lies no boundary: whatever is there shares the group of the first row that has the lower one.
    first = len(ranked) - np.searchsorted(ranked[::-1], lasts, side="right")
    group = (np.searchsorted(ends, np.append(first, len(ranked) - 1), side="right") + 1).astype(np.uint8)[passed]
    for last, rank in zip(lasts, first, strict=True):
        rows = np.flatnonzero(values == last)
        group[rows] = np.searchsorted(ends, rank + np.arange(len(rows)), side="right") + 1
    if len(ranked) < len(values):
        group[np.isnan(values)] = 0
    return group


def selected_groups(values: Values, groups: int, threads: int) -> Groups | None:
    """Do the work of `exact_groups` with compiled code, without sorting; None where sorting is as good."""
    from patron.kernel.selection import LARGEST_GROUPS, select_groups

    if groups > LARGEST_GROUPS:
        return None
    contiguous = values if values.flags.c_contiguous else values.copy()
    found = select_groups(contiguous, groups, threads)
    return None if found is None else table_of(found, values.dtype)


def table_of(found: "Selected", dtype: np.dtype[Any]) -> Groups:
    """Return what selection found in a column of this type as groups."""
    if dtype == np.int64:
        return Groups(found.group, found.sizes, _integer_sums(found.sums))
    sums = _float_sums(found.sums, found.sizes, found.minus_infinities, found.plus_infinities)
    return Groups(found.group, found.sizes, sums)


def _integer_sum(values: Values) -> int:
    values = values.view(np.int64)
    # Halves of 32 bits: 2**31 of them can be added without wrapping.
    return (int((values >> 32).sum()) << 32) + int((values & 0xFFFFFFFF).sum())


def _integer_sums(sums: list[int]) -> Int64s:
    for number, total in enumerate(sums, start=1):
        if not -(2**63) <= total < 2**63:
            raise OverflowError(f"the sum of group {number} is {total}, which does not fit 64 bits")
    return np.array(sums, dtype=np.int64)


def _float_sums(units: list[int], sizes: Int64s, minus: int, plus: int) -> Float64s:
    """Return the sums as floats; *plus* and *minus* infinities stand on the first and last ranks."""
    ranked = int(sizes.sum())
    sums = []
    end = 0
    for total, size in zip(units, sizes.tolist(), strict=True):
        begin, end = end, end + size
        infinite = (math.inf if begin < min(plus, end) else 0.0) + (-math.inf if max(ranked - minus, begin) < end else 0.0)
        sums.append(infinite or nearest_float(total))
    return np.array(sums, dtype=np.float64)
