"""
What reports are made of, as data: numbers over fact views, and how they are laid out.

A metric is a numerator, perhaps over a denominator; each is counted over a view, in the period by a time of its own, or as things
stand. An empty denominator gives no value, never 0. A breakdown is a table of metrics by some cuts, a headline a few of them side
by side.
"""

from collections.abc import Iterator

import attrs

from patron.core.nouns.criterion import Condition
from patron.core.records import Format
from patron.core.records.view import Function

ALL_CUTS = ("*",)
"""Of an amount that no cut divides: the whole."""

PERIODS = ("day", "week", "month", "quarter", "year")
"""Cuts by the calendar, of whatever time an amount is counted by."""


@attrs.frozen(kw_only=True)
class Amount:
    """
    What is counted or added up.

    Attributes:
        view: over which view.
        function: rows, a sum, or how many different values.
        column: of which column; none to count rows.
        at: the time that puts a row into the period; None for what is true at the end of it all, whenever it began.
        where: of which rows; all without.
        over: cuts that don't divide it, as a share is of a whole: `ALL_CUTS` for none that does.
    """

    view: str
    function: Function = Function.COUNT
    column: str | None = None
    at: str | None = None
    where: Condition | None = None
    over: tuple[str, ...] = ()

    def divided_by(self, cuts: tuple[str, ...]) -> tuple[str, ...]:
        """Return those of the cuts that divide it."""
        return () if self.over == ALL_CUTS else tuple(cut for cut in cuts if cut not in self.over)


@attrs.frozen(kw_only=True)
class Metric:
    """
    A number with a name.

    Its words are messages of the plugin that declares it: `metric.CODE` its name, `metric.CODE_of` what the numerator is, and
    `metric.CODE_per` the denominator.

    Attributes:
        code: in snake_case.
        numerator: what is counted.
        denominator: what it is divided by; None for a plain number.
        format: how it is written; money is kept in counts of 1/10,000.
        unit: what the value is divided by to be read, 86,400 for seconds that are shown in days.
        group: which part of the life of customers it tells of: `acquisition`, `experience`, `stickiness`, `retention`,
            `conversion`, `churn`; empty for none of them.
    """

    code: str
    numerator: Amount
    denominator: Amount | None = None
    format: Format = Format.COUNT
    unit: int = 1
    group: str = ""

    def amounts(self) -> Iterator[Amount]:
        """Yield numerator and denominator."""
        yield self.numerator
        if self.denominator is not None:
            yield self.denominator


@attrs.frozen(kw_only=True)
class Headline:
    """
    A few numbers over the whole period, side by side.

    Attributes:
        metrics: the numbers.
    """

    metrics: tuple[Metric, ...]


@attrs.frozen(kw_only=True)
class Breakdown:
    """
    A table of metrics by some cuts. Its title is the message `table.CODE`.

    Attributes:
        code: unique in its report.
        by: the cuts: columns that every view of the metrics has, or a period (`month`, …).
        metrics: the columns of the table.
        across: a cut whose values become columns, one for each; then there is one metric.
        bars: the metric that is drawn as a bar chart too.
        total: whether the last row is of all together; not so where one thing is counted in several rows.
        whole: list every code of a list, those without rows too.
        most: so many rows at most, the greatest first; None for all, in the order of the first cut's periods or codes.
        free: whether `--by` replaces its cuts.
    """

    code: str
    by: tuple[str, ...]
    metrics: tuple[Metric, ...]
    across: str | None = None
    bars: str | None = None
    total: bool = True
    whole: bool = False
    most: int | None = None
    free: bool = False

    @property
    def cuts(self) -> tuple[str, ...]:
        """All cuts, that across the columns last."""
        return self.by if self.across is None else (*self.by, self.across)


Part = Headline | Breakdown


def views_of(parts: tuple[Part, ...]) -> tuple[str, ...]:
    """Return the names of the views that parts of a report count over, sorted."""
    return tuple(sorted({amount.view for part in parts for metric in part.metrics for amount in metric.amounts()}))
