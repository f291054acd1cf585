"""
Metrics over views: one question to the database for all amounts of one view, one time and the same cuts.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import attrs

from patron.core.errors import UsageError
from patron.core.money import UNIT
from patron.core.nouns.criterion import Condition, Criterion, Operator
from patron.core.records import Cell, ColumnKind, Format, Function
from patron.core.report.metrics import PERIODS, Amount, Metric
from patron.core.report.period import first_instant
from patron.core.report.scope import ReportScope
from patron.core.store.views import BoundView, Buckets, Cut, Sum

Key = tuple[Any, ...]
"""What a row is of: a value for each cut, as it is kept; of a period its first day."""

_FINEST = Decimal(1) / UNIT
_EXACT = (ColumnKind.MONEY, ColumnKind.QUANTITY)


@attrs.frozen(kw_only=True)
class Count:
    """
    What a metric was made of.

    Attributes:
        metric: the metric.
        of: the numerator, in counts of 1/10,000 where it is money or a quantity.
        per: the denominator; None where there is none.
        value: the number; None where the denominator is empty.
    """

    metric: Metric
    of: int
    per: int | None
    value: Cell


class Counting:
    """
    Counts for one report.

    Attributes:
        views: the views by name.
        scope: what is asked for.
    """

    def __init__(self, views: Mapping[str, BoundView], scope: ReportScope) -> None:
        self.views = views
        self.scope = scope
        self._answers: dict[Amount, dict[tuple[str, ...], Mapping[Key, int]]] = {}

    def count(
        self, metrics: Sequence[Metric], cuts: tuple[str, ...] = (), also: Sequence[Key] = ()
    ) -> Mapping[Key, tuple[Count, ...]]:
        """
        Return the metrics of each row.

        Args:
            metrics: the metrics.
            cuts: what the rows are cut by; one row of everything without.
            also: rows that are there although nothing may be counted in them; they come first.

        Raises:
            UsageError: a view has no such column, or an amount has no time to be cut by.
        """
        return self.at(metrics, cuts, self.keys(metrics, cuts, also))

    def keys(self, metrics: Sequence[Metric], cuts: tuple[str, ...] = (), also: Sequence[Key] = ()) -> Sequence[Key]:
        """Return which rows `count()` returns, in the same order; a report has many of which it shows a few."""
        found = self._amounts(_amounts_of(metrics), cuts)
        whole = [amount for amount in found if amount.divided_by(cuts) == cuts]
        first = also if cuts else [()]
        # A group may have rows of which none is counted.
        return list(dict.fromkeys([*first, *(key for amount in whole for key, count in found[amount].items() if count)]))

    def at(self, metrics: Sequence[Metric], cuts: tuple[str, ...], keys: Iterable[Key]) -> Mapping[Key, tuple[Count, ...]]:
        """Return the metrics of some rows, whether anything is counted in them or not; as `count()`."""
        found = self._amounts(_amounts_of(metrics), cuts)
        return {key: tuple([self._count(metric, found, cuts, key) for metric in metrics]) for key in keys}

    def numerators(self, metric: Metric, cuts: tuple[str, ...], keys: Iterable[Key]) -> list[int]:
        """Return what the metric of each of some rows is made of, `Count.of`."""
        amount = metric.numerator
        found = self._amounts([amount], cuts)[amount]
        if amount.divided_by(cuts) == cuts:
            return [found.get(key, 0) for key in keys]
        return [_at(found, amount, cuts, key) for key in keys]

    def conditions(self, amount: Amount, cuts: Mapping[str, Any]) -> list[Condition]:
        """Return the conditions of the rows behind an amount, for values of cuts, as `count()` returns them in keys."""
        view = self.views[amount.view]
        found = [] if amount.where is None else [amount.where]
        first, end = self.scope.period.first, self.scope.period.cut("year")[-1]
        for cut, value in cuts.items():
            if cut in PERIODS:
                days = self.scope.period.cut(cut)
                first, end = value, days[days.index(value) + 1]
            else:
                missing = value is None
                found.append(Criterion(cut, Operator.MISSING) if missing else Criterion(cut, Operator.EQUAL, value))
        if amount.at is not None:
            edges = self._edges(view, amount.at, (first, end))
            found += [Criterion(amount.at, Operator.AT_LEAST, edges[0]), Criterion(amount.at, Operator.LESS, edges[1])]
        return found

    def worth(self, amount: Amount, count: int) -> int | Decimal:
        """Return an amount as people count it: money and quantities as exact decimals."""
        if amount.column is None or amount.function is not Function.SUM:
            return count
        kind = self.views[amount.view].column(amount.column).kind
        return Decimal(count) / UNIT if kind in _EXACT else count

    def _amounts(self, amounts: Sequence[Amount], cuts: tuple[str, ...]) -> Mapping[Amount, Mapping[Key, int]]:
        questions: dict[tuple[str, str | None, tuple[str, ...]], list[Amount]] = {}
        for amount in amounts:
            divided = amount.divided_by(cuts)
            if self._known(amount, divided) is None:
                questions.setdefault((amount.view, amount.at, divided), []).append(amount)
        for (name, at, divided), asked in questions.items():
            view = self.views[name]
            by_time = any(cut in PERIODS for cut in divided)
            where = [] if by_time else self.conditions(attrs.evolve(asked[0], where=None), {})
            answer = view.grouped([_sum(amount) for amount in asked], [self._cut(view, at, cut) for cut in divided], where)
            keyed = {self._key(key, divided): values for key, values in answer.items()} if by_time else answer
            for place, amount in enumerate(asked):
                self._keep(amount, divided, {key: values[place] for key, values in keyed.items()})
        return {amount: self._known(amount, amount.divided_by(cuts)) or {} for amount in amounts}

    def _known(self, amount: Amount, cuts: tuple[str, ...]) -> Mapping[Key, int] | None:
        """Return what was counted before: by these cuts, or by more of them where parts add up; None where it wasn't."""
        answers = self._answers.get(attrs.evolve(amount, over=()), {})
        if cuts in answers:
            return answers[cuts]
        finer = next((one for one in answers if set(cuts) <= set(one)), None)
        if finer is None or amount.function is Function.DISTINCT:
            return None
        places, found = [finer.index(cut) for cut in cuts], dict[Key, int]()
        for key, count in answers[finer].items():
            coarser = tuple(key[place] for place in places)
            found[coarser] = found.get(coarser, 0) + count
        self._keep(amount, cuts, found)
        return found

    def _keep(self, amount: Amount, cuts: tuple[str, ...], found: Mapping[Key, int]) -> None:
        self._answers.setdefault(attrs.evolve(amount, over=()), {})[cuts] = found

    def _cut(self, view: BoundView, at: str | None, cut: str) -> Cut:
        if cut not in PERIODS:
            kind = view.column(cut).kind
            if kind in (ColumnKind.INSTANT, ColumnKind.DAY, ColumnKind.MONEY):
                raise UsageError("reports.no_cut", cut=cut, view=view.view.name)
            return cut
        if at is None:
            raise UsageError("reports.no_time", cut=cut, view=view.view.name)
        return Buckets(column=at, edges=self._edges(view, at, self.scope.period.cut(cut)))

    def _edges(self, view: BoundView, at: str, days: Sequence[date]) -> tuple[Any, ...]:
        if view.column(at).kind is ColumnKind.DAY:
            return tuple(days)
        return tuple(first_instant(day, self.scope.period.zone) for day in days)

    def _key(self, key: Key, cuts: tuple[str, ...]) -> Key:
        return tuple(self.scope.period.cut(cut)[value] if cut in PERIODS else value for cut, value in zip(cuts, key, strict=True))

    def _count(self, metric: Metric, found: Mapping[Amount, Mapping[Key, int]], cuts: tuple[str, ...], key: Key) -> Count:
        counts = {amount: _at(found[amount], amount, cuts, key) for amount in metric.amounts()}
        of = counts[metric.numerator]
        if metric.denominator is None:
            return Count(metric=metric, of=of, per=None, value=_shown(self.worth(metric.numerator, of), 1, metric))
        per = counts[metric.denominator]
        divisor = self.worth(metric.denominator, per)
        value = None if divisor <= 0 else _shown(self.worth(metric.numerator, of), divisor, metric)
        return Count(metric=metric, of=of, per=per, value=value)


def _amounts_of(metrics: Iterable[Metric]) -> list[Amount]:
    return list(dict.fromkeys(amount for metric in metrics for amount in metric.amounts()))


def _sum(amount: Amount) -> Sum:
    return Sum(function=amount.function, column=amount.column, where=amount.where)


def _at(found: Mapping[Key, int], amount: Amount, cuts: tuple[str, ...], key: Key) -> int:
    divided = amount.divided_by(cuts)
    return found.get(tuple(value for cut, value in zip(cuts, key, strict=True) if cut in divided), 0)


def _shown(of: int | Decimal, per: int | Decimal, metric: Metric) -> Cell:
    if metric.format is Format.MONEY:
        return (Decimal(of) / per / metric.unit).quantize(_FINEST)
    value = Decimal(of) / Decimal(per) / metric.unit
    whole = metric.format is not Format.SHARE and value == value.to_integral_value()
    return int(value) if whole else float(value)
