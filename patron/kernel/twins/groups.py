"""
The slow twin of `patron.kernel.groups`: rank, deal out, and add up fractions.
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from patron.kernel.twins.ranking import Value, descending_order, groups_by_position


class Groups(NamedTuple):
    """The group of every row, and size and sum of every group."""

    group: list[int]
    counts: list[int]
    sums: list[int | float]


def exact_groups(values: Sequence[Value], groups: int = 10) -> Groups:
    """Cut the rows into groups of equal number, best first; sums of floats are rounded once."""
    group = groups_by_position(descending_order(values), len(values), groups)
    members = [[value for value, number in zip(values, group, strict=True) if number == each] for each in range(1, groups + 1)]
    sums = [_sum([value for value in one if value is not None]) for one in members]
    return Groups(group, [len(one) for one in members], sums)


def _sum(values: Sequence[int | float]) -> int | float:
    if all(isinstance(value, int) for value in values):
        return sum(values)
    infinite = [value for value in values if math.isinf(value)]
    if infinite:
        return sum(infinite)
    total = sum(map(Fraction, values), start=Fraction(0))
    try:
        return float(total)
    except OverflowError:
        return math.inf if total > 0 else -math.inf
