"""
What parts ask about all customers, and what they are answered.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, NamedTuple, Protocol, TypeVar

import attrs
import numpy as np

from patron.core.errors import Suspended
from patron.core.records import FeatureTable
from patron.core.scoring.cluster.ordered import Ordered, known_rows, values_of
from patron.core.scoring.cluster.search import Border, Found
from patron.core.scoring.concentration import TENTHS, Concentration, curve_of, top_of
from patron.kernel.layout import Bools, Int64s, Values
from patron.kernel.tally import Tally, tally_of

Made = TypeVar("Made")


class Wish(Protocol):
    """Says which borders a question looks for, when it is known how many customers are in the order, and their total."""

    def borders(self, customers: int, total: int, whole: int) -> Sequence[Border]:
        """
        Return the borders.

        Args:
            customers: how many are in the order.
            total: what their first measure sums up to; 0 where the question needs no sums.
            whole: what the first measure of all customers sums up to, in the order or not.
        """


class Answer(NamedTuple):
    """
    What is known of all customers in an order.

    Attributes:
        customers: how many they are.
        total: what their first measure sums up to.
        whole: what that of all customers sums up to.
        found: where the borders lie.
        made: what was made of a tally.
    """

    customers: int
    total: int
    whole: int
    found: tuple[Found, ...]
    made: Any = None


class Question(Suspended):
    """
    A question as a part asks it.

    Attributes:
        wish: the borders that it looks for.
        ordered: the customers of this part, best first.
        total: what the first measure of those sums up to.
        whole: what that of all customers of this part sums up to.
        tally: the customers of this part who are alike, where the wish is one for `Tallied`.
    """

    def __init__(self, wish: Wish, ordered: Ordered, whole: int = 0, tally: Tally | None = None) -> None:
        super().__init__()
        self.wish = wish
        self.ordered = ordered
        self.tally = tally
        self.total = ordered.sum_of(len(ordered))
        self.whole = whole


@attrs.frozen
class Anything:
    """Looks for no border: how many customers there are is all that is asked."""

    def borders(self, customers: int, total: int, whole: int) -> Sequence[Border]:
        """Return none."""
        return ()


@attrs.frozen
class Tallied:
    """
    Looks for no border, but for what a function makes of customers who are alike.

    Attributes:
        make: the function, as `Population.tallied` is given it.
    """

    make: Callable[..., Any]

    def borders(self, customers: int, total: int, whole: int) -> Sequence[Border]:
        """Return none."""
        return ()


@attrs.frozen
class Cuts:
    """Looks for the values that cut customers into groups, worst first."""

    groups: int

    def borders(self, customers: int, total: int, whole: int) -> Sequence[Border]:
        """Return the ranks from the best one of the customers that the cuts take their values from."""
        worse = (-(-customers * part // self.groups) - 1 for part in range(1, self.groups))
        return [Border(customers - each) for each in worse]


@attrs.frozen
class Best:
    """Looks for the last one of so many."""

    count: int

    def borders(self, customers: int, total: int, whole: int) -> Sequence[Border]:
        """Return the count."""
        return [Border(self.count)]


@attrs.frozen
class Middle:
    """Looks for the two in the middle."""

    def borders(self, customers: int, total: int, whole: int) -> Sequence[Border]:
        """Return the rank of the lower one and that of the higher one."""
        return [Border(customers - (customers - 1) // 2), Border(customers - customers // 2)]


@attrs.frozen
class Ends:
    """Looks for the last one and the first one."""

    def borders(self, customers: int, total: int, whole: int) -> Sequence[Border]:
        """Return the ranks of the least and of the greatest."""
        return [Border(customers), Border(1)]


@attrs.frozen
class Reaching:
    """Looks for those with whom parts of the total of all customers are reached."""

    parts: tuple[Fraction, ...]

    def borders(self, customers: int, total: int, whole: int) -> Sequence[Border]:
        """Return the sums."""
        return [Border(-(-whole * part.numerator // part.denominator), of_sum=True) for part in self.parts]


@attrs.frozen
class Spread:
    """Looks for what `Concentration` tells: the tenths, then the best part, then the points of the curve."""

    percent: int

    def borders(self, customers: int, total: int, whole: int) -> Sequence[Border]:
        """Return sums, then counts."""
        tenths = [Border(-(-total * part // TENTHS), of_sum=True) for part in range(1, TENTHS + 1)] if total > 0 else []
        return [*tenths, Border(top_of(customers, self.percent)), *map(Border, curve_of(customers) if total > 0 else ())]


def spread_of(answer: Answer, percent: int) -> Concentration:
    """Return what an answer to `Spread` says, for int64 values."""
    counts = [top_of(answer.customers, percent), *(curve_of(answer.customers) if answer.total > 0 else ())]
    tenths, at_counts = answer.found[: -len(counts)], answer.found[-len(counts) :]
    top, *curve = [(count, _sum_of_best(count, each)) for count, each in zip(counts, at_counts, strict=True)]
    reached = [
        each.before + -(-(-(-answer.total * part // TENTHS) - each.total_before) // _value(each))
        for part, each in enumerate(tenths, start=1)
    ]
    return Concentration(answer.customers, answer.total, top, tuple(reached), tuple(curve))


def _sum_of_best(count: int, found: Found) -> int:
    """Return what so many of the best sum up to, of whom the last one was looked for: with whom of equals does not matter."""
    return found.total_before + (count - found.before) * _value(found) if count else 0


def _value(found: Found) -> int:
    """Return the value at a border of an order by one int64 measure."""
    return 0 if found.mark is None else int(values_of(np.array(found.mark[:1], np.uint64), np.dtype(np.int64))[0])


class PartPopulation:
    """
    All customers, as `patron.core.records.Population`, for a factor that is given a part of them.

    A question that has no answer yet leaves the factor; it is called again when there is one.

    Args:
        table: the customers of the part.
        customers: how many there are in all parts.
        known: the columns of which is known that somebody has a value.
        answers: to the questions that the factor asked so far, in order.
        orders: the orders of earlier calls, by the number of the question; they are made anew where they are not there.
    """

    def __init__(
        self,
        table: FeatureTable,
        customers: int,
        known: frozenset[str],
        answers: Sequence[Answer],
        orders: dict[int, Ordered],
    ) -> None:
        self._table = table
        self._known = known
        self._answers = answers
        self._orders = orders
        self._asked = 0
        self.customers = customers

    def has(self, column: str) -> bool:
        """Say whether a column of the table is there and anybody has a value in it."""
        if column in self._known or column not in self._table:
            return column in self._table
        missing = self._table[column].missing
        rows = None if missing is None else np.flatnonzero(~missing)
        return self.answer(Anything(), lambda: Ordered([np.zeros(len(self._table), np.int64)], rows)).customers > 0

    def cuts(self, values: Values, groups: int, missing: Bools | None = None) -> Values:
        """Return the values that cut the customers into groups of equal number, worst first."""
        answer = self.answer(Cuts(groups), lambda: Ordered([values], known_rows(values, missing)))
        keys = np.array([found.mark[0] for found in answer.found if found.mark is not None], np.uint64)
        return values_of(keys, values.dtype)

    def best(self, count: int, *measures: Values) -> Bools:
        """Mark the *count* best: by the first measure descending, then by the next ones, then by customer id."""
        if count <= 0:
            return np.zeros(len(self._table), np.bool_)

        def order() -> Ordered:
            return Ordered(measures, ids=self._table.ids)

        answer = self.answer(Best(count), order)
        return self._marked(self._order(order), answer.found[0])

    def ends(self, values: Int64s, missing: Bools | None = None) -> tuple[int, int] | None:
        """Return the least and the greatest value; None where nobody has one."""
        return self._pair(Ends(), values, missing)

    def middle(self, values: Int64s, missing: Bools | None = None) -> tuple[int, int] | None:
        """Return the two values in the middle, the lower one first; None where nobody has one."""
        return self._pair(Middle(), values, missing)

    def reaching(self, values: Int64s, parts: Sequence[Fraction], among: Bools) -> tuple[Bools, ...]:
        """Mark for each part of the total who of *among* it takes to reach it."""

        def order() -> Ordered:
            return Ordered([values], np.flatnonzero(among), self._table.ids, with_sums=True)

        answer = self.answer(Reaching(tuple(parts)), order, int(values.sum()))
        ordered, nobody = self._order(order), np.zeros(len(values), np.bool_)
        return tuple(
            self._marked(ordered, found) if part > 0 and answer.whole > 0 else nobody
            for part, found in zip(parts, answer.found, strict=True)
        )

    def tallied(self, make: Callable[..., Made], *columns: Int64s) -> Made:
        """Count the customers who are alike in integer columns, and return what a function makes of the counts."""
        number = self._next()
        if number < len(self._answers):
            made: Made = self._answers[number].made
            return made
        raise Question(Tallied(make), Ordered([np.empty(0, np.int64)]), tally=tally_of(*columns))

    def answer(self, wish: Wish, order: Callable[[], Ordered], whole: int = 0) -> Answer:
        """
        Ask about an order.

        Args:
            wish: the borders that are looked for.
            order: puts the customers of the part in order.
            whole: what the first measure of all customers of the part sums up to, where the wish takes it into account.

        Raises:
            Question: there is no answer yet.
        """
        number = self._next()
        if number < len(self._answers):
            return self._answers[number]
        self._orders[number] = order()
        raise Question(wish, self._orders[number], whole)

    def _next(self) -> int:
        """Return the number of the question that is asked now."""
        self._asked += 1
        return self._asked - 1

    def _pair(self, wish: Wish, values: Int64s, missing: Bools | None) -> tuple[int, int] | None:
        """Return the two values that a wish looks for; None where nobody has one."""
        answer = self.answer(wish, lambda: Ordered([values], known_rows(values, missing)))
        if answer.customers == 0:
            return None
        low, high = (_value(found) for found in answer.found)
        return low, high

    def _order(self, order: Callable[[], Ordered]) -> Ordered:
        """Return the order of the last question again."""
        kept = self._orders.pop(self._asked - 1, None)
        return order() if kept is None else kept

    def _marked(self, ordered: Ordered, found: Found) -> Bools:
        marked = np.zeros(len(self._table), np.bool_)
        marked[ordered.first(found.mark)] = True
        return marked
