"""
Purchase histories, counted: a customer is (repeats, last, age), and equal customers are one row with their number.

*Repeats* are purchases behind the first, *last* is the time of the last one and *age* the time until now, both since the first
purchase; all are integers, of days or of opportunities. A likelihood needs no more of a customer than this.
"""

from typing import NamedTuple

import numpy as np

from patron.kernel.layout import Int64s
from patron.kernel.tally import tally_of


class Past(NamedTuple):
    """
    What customers did, one a row; all int64 of shape (customers,), in days or in opportunities.

    Attributes:
        repeats: purchases behind the first.
        last: from the first purchase to the last; 0 without repeats.
        age: from the first purchase to now, at least `last`.
    """

    repeats: Int64s
    last: Int64s
    age: Int64s

    def part(self, rows: slice) -> "Past":
        """Return some of the customers."""
        return Past(self.repeats[rows], self.last[rows], self.age[rows])


class Histories(NamedTuple):
    """
    Distinct histories in ascending order of repeats, age, last; all int64 of shape (histories,).

    Attributes:
        repeats: purchases behind the first.
        last: from the first purchase to the last; 0 without repeats.
        age: from the first purchase to now, at least `last`.
        counts: how many customers have this history, above zero.
    """

    repeats: Int64s
    last: Int64s
    age: Int64s
    counts: Int64s

    @property
    def customers(self) -> int:
        """How many customers there are."""
        return int(self.counts.sum())

    @property
    def past(self) -> Past:
        """The histories without their numbers."""
        return Past(self.repeats, self.last, self.age)

    def merge(self, other: "Histories") -> "Histories":
        """Return the histories of the customers of both."""
        past = (np.concatenate(pair) for pair in zip(self.past, other.past, strict=True))
        return count_histories(Past(*past), np.concatenate([self.counts, other.counts]))

    def every(self, step: int) -> "Histories":
        """Return every *step*-th history, to begin with few."""
        return Histories(*(column[::step] for column in self))


def count_histories(past: Past, counts: Int64s | None = None) -> Histories:
    """
    Count equal histories.

    Args:
        past: `0 <= last <= age`; the product of the ranges of the three must stay below 2**63.
        counts: customers of each row; None: one.

    Raises:
        ValueError: a history is impossible, or the numbers are too large.
    """
    repeats, last, age = past
    if len(repeats) == 0:
        return Histories(*(np.empty(0, np.int64) for _ in range(4)))
    if min(int(repeats.min()), int(last.min()), int((age - last).min())) < 0 or bool(last[repeats == 0].any()):
        raise ValueError("a history needs 0 <= last <= age, repeats >= 0, and last = 0 without repeats")
    times = int(age.max()) + 1
    if (int(repeats.max()) + 1) * times * times >= 2**63:
        raise ValueError("the histories are too large to be counted")
    (often, old, late), numbers = tally_of(repeats, age, last, counts=counts)
    return Histories(often, late, old, numbers)
