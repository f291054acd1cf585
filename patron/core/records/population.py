"""
What a score factor may ask about all customers while it is given some of them.

A factor that is computed in parts sees the customers of one part; what it needs to know of all of them it asks here: cuts,
borders, the best. In one process the part is everybody. On a cluster every part asks the same questions in the same order, and
the answers are made from counts of all parts: the result is the same to the bit.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
Values = npt.NDArray[Any]
Made = TypeVar("Made")


class Population(Protocol):
    """
    All customers. Arrays that are handed over have a row for each customer of the part.

    Questions may depend on the parameters, on which columns there are, and on earlier answers, and on nothing else: then every
    part asks the same.
    """

    @property
    def customers(self) -> int:
        """How many there are."""

    def has(self, column: str) -> bool:
        """Say whether a column of the table is there and anybody has a value in it."""

    def cuts(self, values: Values, groups: int, missing: Mask | None = None) -> Values:
        """
        Return the values that cut the customers into groups of equal number, worst first, with equal values on one side.

        Args:
            values: int64 or float64.
            groups: how many groups.
            missing: true where a customer has no value; NaN has none either.

        Returns:
            Shape (groups - 1,), ascending, maybe with equal cuts; of no length where nobody has a value.
        """

    def ends(self, values: Values, missing: Mask | None = None) -> tuple[int, int] | None:
        """Return the least and the greatest integer value; None where nobody has a value."""

    def best(self, count: int, *measures: Values) -> Mask:
        """Mark the *count* best: by the first measure descending, then by the next ones, then by customer id."""

    def middle(self, values: Values, missing: Mask | None = None) -> tuple[int, int] | None:
        """Return the two integer values in the middle, the lower one first; None where nobody has a value."""

    def reaching(self, values: Values, parts: Sequence[Fraction], among: Mask) -> tuple[Mask, ...]:
        """
        Mark for each part of the total who of *among* it takes to reach it, the best first, equal values by customer id.

        Args:
            values: int64, above zero for those *among*; the total is that of all customers, whether among them or not.
            parts: of the total.
            among: who counts towards it.

        Returns:
            For each part the fewest that reach it: all where they never do, none where the part or the total is not positive.
        """

    def tallied(self, make: Callable[..., Made], *columns: Values) -> Made:
        """
        Count the customers who are alike in integer columns, and return what a function makes of the counts.

        This is for models that are fitted to everybody: they are the same to the bit whatever the parts, since what they are made
        of is counted and put in order first.

        Args:
            make: is given the columns of the distinct rows, ascending by the first column, then the next ones; and how many
                customers each has, as the keyword argument *counts*. It may be called anywhere, once for all parts: a function
                of a module or `functools.partial` of one, and its result can be pickled and is small.
            columns: at least one, int64, of the same length; rows that do not matter may be left out.
        """
