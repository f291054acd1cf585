"""
All customers in one table: what factors ask is answered from its columns.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TypeVar

import attrs
import numpy as np

from patron.core.records import FeatureTable
from patron.core.scoring.concentration import Concentration, concentration
from patron.kernel.layout import Bools, Int64s, Values
from patron.kernel.ranking import descending_order, quantile_cuts
from patron.kernel.tally import tally_of

Made = TypeVar("Made")


@attrs.frozen
class WholePopulation:
    """
    A table that has everybody, as `patron.core.records.Population`.

    Attributes:
        table: the customers.
    """

    table: FeatureTable

    @property
    def customers(self) -> int:
        """How many there are."""
        return len(self.table)

    def has(self, column: str) -> bool:
        """Say whether a column of the table is there and anybody has a value in it."""
        return self.table.has(column)

    def cuts(self, values: Values, groups: int, missing: Bools | None = None) -> Values:
        """Return the values that cut the customers into groups of equal number, worst first."""
        return quantile_cuts(values, groups, missing)

    def ends(self, values: Int64s, missing: Bools | None = None) -> tuple[int, int] | None:
        """Return the least and the greatest value; None where nobody has one."""
        known = values if missing is None else values[~missing]
        return (int(known.min()), int(known.max())) if len(known) else None

    def best(self, count: int, *measures: Values) -> Bools:
        """Mark the *count* best: by the first measure descending, then by the next ones, then by position."""
        value, *rest = measures
        if count <= 0:
            return np.zeros(len(value), np.bool_)
        if count >= len(value):
            return np.ones(len(value), np.bool_)
        border = np.partition(value, len(value) - count)[len(value) - count]
        marked: Bools = value > border
        tied = np.flatnonzero(value == border)
        for measure in reversed(rest):
            tied = tied[descending_order(measure[tied])]
        marked[tied[: count - int(np.count_nonzero(marked))]] = True
        return marked

    def middle(self, values: Int64s, missing: Bools | None = None) -> tuple[int, int] | None:
        """Return the two values in the middle, the lower one first; None where nobody has one."""
        known = values if missing is None else values[~missing]
        if len(known) == 0:
            return None
        low, high = (len(known) - 1) // 2, len(known) // 2
        parted = np.partition(known, (low, high))
        return int(parted[low]), int(parted[high])

    def reaching(self, values: Int64s, parts: Sequence[Fraction], among: Bools) -> tuple[Bools, ...]:
        """Mark for each part of the total who of *among* it takes to reach it."""
        candidates = np.flatnonzero(among)
        ranked = candidates[descending_order(values[candidates])]
        running = np.cumsum(values[ranked])
        total = int(values.sum())
        marks = []
        for part in parts:
            border = -(-total * part.numerator // part.denominator)
            count = int(np.searchsorted(running, border, side="left")) + 1 if border > 0 else 0
            marks.append(np.zeros(len(values), np.bool_))
            marks[-1][ranked[:count]] = True
        return tuple(marks)

    def tallied(self, make: Callable[..., Made], *columns: Int64s) -> Made:
        """Count the customers who are alike in integer columns, and return what a function makes of the counts."""
        tally = tally_of(*columns)
        return make(*tally.columns, counts=tally.counts)

    def concentration(self, values: Int64s, top: int, missing: Bools | None = None) -> Concentration:
        """Return how the sum of the values is spread over those who have one."""
        return concentration(np.sort(values if missing is None else values[~missing])[::-1], top)
