"""
The slow twin of `patron.kernel.ranking`: the same functions written from their definitions, one row at a time.

Nothing here shares a thought with the fast functions: plain lists, Python's stable sort, whole numbers and fractions. Values are
ints or floats; a row without a value is None or NaN.
"""

import math
from collections.abc import Sequence
from fractions import Fraction

Value = int | float | None


def with_value(values: Sequence[Value]) -> list[tuple[int | float, int]]:
    """Return value and position of the rows that have a value."""
    return [(value, row) for row, value in enumerate(values) if value is not None and not math.isnan(value)]


def descending_order(values: Sequence[Value]) -> list[int]:
    """Return the positions of the rows that have a value: largest first, equal ones by position."""
    ordered = sorted(
        with_value(values), key=lambda pair: pair[0], reverse=True
    )  # a reversed sort of Python still keeps equal ones in order
    return [row for _, row in ordered]


def group_sizes(rows: int, groups: int) -> list[int]:
    """Deal the rows out to the groups in turn, and return how many each got."""
    sizes = [0] * groups
    for row in range(rows):
        sizes[row % groups] += 1
    return sizes


def groups_by_position(order: Sequence[int], rows: int, groups: int) -> list[int]:
    """Fill one group after the other, best rows first; 0 for a row that is not ranked."""
    numbers = [0] * rows
    ranked = iter(order)
    for number, size in enumerate(group_sizes(len(order), groups), start=1):
        for _ in range(size):
            numbers[next(ranked)] = number
    return numbers


def ties_together(values: Sequence[Value], order: Sequence[int], group: Sequence[int]) -> list[int]:
    """Give every ranked row the smallest group number among the ranked rows of the same value."""
    best: dict[Value, int] = {}
    for row in order:
        best[values[row]] = min(group[row], best.get(values[row], group[row]))
    together = list(group)
    for row in order:
        together[row] = best[values[row]]
    return together


def quantile_cuts(values: Sequence[Value], groups: int) -> list[int | float]:
    """Return for each border the smallest value that occurs and has at least this part of the rows at or below it."""
    there = [value for value, _ in with_value(values)]
    cuts: list[int | float] = []
    for part in range(1, groups):
        enough = [
            value for value in there if Fraction(sum(other <= value for other in there), len(there)) >= Fraction(part, groups)
        ]
        cuts.extend([min(enough)] if enough else [])
    return cuts


def score_by_cuts(values: Sequence[Value], cuts: Sequence[int | float]) -> list[int]:
    """Return one more than the number of cuts below the value; 0 where there is no value."""
    scores = [0] * len(values)
    for value, row in with_value(values):
        scores[row] = 1 + sum(cut < value for cut in cuts)
    return scores


def customers_for_shares(descending: Sequence[int], parts: int = 10) -> list[int]:
    """Add customers one by one until each part of the total is reached."""
    total = sum(descending)
    if total <= 0:
        return []
    needed = []
    for part in range(1, parts + 1):
        customers, reached = 0, 0
        while Fraction(reached, total) < Fraction(part, parts):
            reached += descending[customers]
            customers += 1
        needed.append(customers)
    return needed


def sums_by_group(values: Sequence[int | None], group: Sequence[int], groups: int) -> list[int]:
    """Return the sum of the values of each group; rows without value or group add nothing."""
    sums = [0] * groups
    for value, number in zip(values, group, strict=True):
        if value is not None and number > 0:
            sums[number - 1] += value
    return sums
