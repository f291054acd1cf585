"""
Finding the customers at which counts or sums reach a border, without bringing customers together: bracketed selection.

Every part has its customers in order and answers two kinds of messages. *Marks*: some of its customers between two marks, evenly
spaced. *Counts*: how many of its customers are not behind a mark, and what they sum up to. The counts of all parts added up say
between which two marks a border lies; then marks between those two are asked for. When no customer is left between them, the
border is found. Marks only decide how fast that goes, counts decide what comes out: it is exact, whatever the parts.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from patron.core.scoring.cluster.ordered import Mark

MARKS = 512
"""Marks that are tried at a time, for all borders of a question together."""

LEAST_MARKS = 4
"""Marks that are tried at a time for each border."""


class Border(NamedTuple):
    """What is looked for: the first customer with whom the count, or the sum, is at least so much."""

    at_least: int
    of_sum: bool = False


class Found(NamedTuple):
    """
    Where a border lies.

    Attributes:
        mark: the first customer with whom it is reached; None where it never is.
        customers, total: up to that one, those with an equal mark included, and what they sum up to.
        before, total_before: how many customers are before it, and what they sum up to.
    """

    mark: Mark | None
    customers: int
    total: int
    before: int
    total_before: int


class Interval(NamedTuple):
    """Customers behind one mark (None: from the first on) and before another (None: to the last); so many marks to a customer."""

    after: Mark | None
    until: Mark | None
    share: float


class Search:
    """
    One question about an order.

    Args:
        customers: how many are in the order.
        total: what they sum up to; 0 where sums play no part.
        borders: what is looked for.
    """

    def __init__(self, customers: int, total: int, borders: Sequence[Border]) -> None:
        end = _Point(None, customers, total)
        self._borders = tuple(borders)
        self._low = [_Point(None, 0, 0) for _ in borders]
        self._high = [end for _ in borders]
        self._open = {place for place, border in enumerate(borders) if customers and end.reaches(border)}

    @property
    def done(self) -> bool:
        """Whether every border is found."""
        return not self._open

    def intervals(self) -> list[Interval]:
        """Return between which marks borders still lie."""
        spans = {
            (self._low[place].mark, self._high[place].mark): self._high[place].customers - self._low[place].customers
            for place in sorted(self._open)
        }
        marks = max(MARKS // max(len(spans), 1), LEAST_MARKS)
        return [Interval(after, until, marks / customers) for (after, until), customers in spans.items()]

    def marks(self, intervals: Sequence[Interval], marks: Sequence[Iterable[Mark]]) -> list[Mark]:
        """
        Take the marks of all parts, for each interval, and return those to count.

        A border whose interval has no customers is found.
        """
        there = {(one.after, one.until): sorted(set(some)) for one, some in zip(intervals, marks, strict=True)}
        for place in sorted(self._open):
            if not there[self._low[place].mark, self._high[place].mark]:
                self._open.remove(place)
        return sorted({mark for some in there.values() for mark in some})

    def counted(self, marks: Sequence[Mark], counts: Sequence[int], sums: Sequence[int]) -> None:
        """Take the counts and sums of all parts together, for each of the marks, which are ascending."""
        for place in self._open:
            after, until = self._low[place].mark, self._high[place].mark
            start = 0 if after is None else bisect_right(marks, after)
            stop = len(marks) if until is None else bisect_left(marks, until)
            for number in range(start, stop):
                point = _Point(marks[number], counts[number], sums[number])
                if point.reaches(self._borders[place]):
                    self._high[place] = point
                    break
                self._low[place] = point

    def found(self) -> tuple[Found, ...]:
        """Return where the borders lie."""
        pairs = zip(self._low, self._high, strict=True)
        return tuple(Found(*high, *low[1:]) for low, high in pairs)


class _Point(NamedTuple):
    """A mark with what all customers up to it are and sum up to; None is the beginning or the end."""

    mark: Mark | None
    customers: int
    total: int

    def reaches(self, border: Border) -> bool:
        return (self.total if border.of_sum else self.customers) >= border.at_least
