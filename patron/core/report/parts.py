"""
From declared parts of a report to blocks of a document: headlines, tables of metrics, bars, and the way to the rows behind.
"""

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from patron.core.i18n import Translator
from patron.core.nouns import Labels
from patron.core.records import (
    Axis,
    Basis,
    Block,
    Cell,
    Chart,
    ChartKind,
    ColumnKind,
    Figure,
    Figures,
    Format,
    Note,
    Point,
    Table,
    TableColumn,
    ViewColumn,
)
from patron.core.report.counting import Count, Counting, Key
from patron.core.report.metrics import PERIODS, Amount, Breakdown, Headline, Metric, Part
from patron.core.report.period import name_of_part
from patron.core.report.scope import ReportScope, describe_times
from patron.core.store.views import BoundView

_CHARTED = 24
"""Bars beyond which a chart can't be read."""

NOTHING = "-"
"""How a row of no value is called where rows are named."""


class Drawing:
    """
    Draws the parts of one section.

    Args:
        views: the views by name.
        scope: what is asked for.
        labels: the words of fields and codes.
        t: the translator of the plugin that declares the parts.
    """

    def __init__(self, views: Mapping[str, BoundView], scope: ReportScope, labels: Labels, t: Translator) -> None:
        self.counting = Counting(views, scope)
        self._scope = scope
        self._labels = labels
        self._t = t

    def blocks(self, part: Part) -> list[Block]:
        """
        Return the blocks of a part.

        Raises:
            UsageError: a view can't be cut so.
        """
        return [self._headline(part)] if isinstance(part, Headline) else self._breakdown(part)

    def name(self, metric: Metric) -> str:
        """Return what a metric is called."""
        return self._t(f"metric.{metric.code}")

    def basis(self, metrics: Sequence[Metric]) -> Basis:
        """Return what metrics are made of: of several, each with its own numerator and denominator."""
        standing = all(amount.at is None for metric in metrics for amount in metric.amounts())
        period = describe_times(self._scope, self._t) if standing else self.period()
        if len(metrics) == 1:
            return Basis(numerator=self._of(metrics[0]), denominator=self._per(metrics[0]), period=period)
        said = (" ÷ ".join(filter(None, (self._of(metric), self._per(metric)))) for metric in metrics)
        each = (f"{self.name(metric)} = {what}" for metric, what in zip(metrics, said, strict=True))
        return Basis(numerator=_joined(each, self._t("reports.between")), period=period)

    def said(self, metric: Metric, amount: Amount) -> str:
        """Return what an amount of a metric is."""
        return self._of(metric) if amount == metric.numerator else self._per(metric)

    def period(self) -> str:
        """Return the days that are counted, in words."""
        period = self._scope.period
        return self._t("reports.days", first=period.first, last=period.last, zone=period.zone)

    def title_of(self, cut: str, columns: Iterable[ViewColumn | None]) -> str:
        """Return what a cut is called."""
        if cut in PERIODS:
            return self._t(f"reports.cut_{cut}")
        column = next(filter(None, columns), None)
        if column is not None and column.noun is not None and column.name != "id":
            return self._labels.field(column.noun, column.field or column.name)
        return self._t(f"views.{cut}")

    def labels_of(self, cut: str, column: ViewColumn | None, view: BoundView, values: Iterable[Any]) -> Mapping[Any, str]:
        """Return what values of a cut are called; nothing is a value of its own."""
        values = list(dict.fromkeys(values))
        if cut in PERIODS:
            return {value: name_of_part(value, cut) for value in values}
        labels = {value: self._label(column, value) for value in values}
        if column is not None and column.kind is ColumnKind.REFERENCE and column.target is not None:
            names = view.names(column.target, (value for value in values if value is not None))
            bearers = Counter(names.values())
            labels |= {value: f"{name} #{value}" if bearers[name] > 1 else name for value, name in names.items()}
        return labels

    def rows_of(
        self, part: Breakdown, *, every: bool = False
    ) -> tuple[tuple[str, ...], list[tuple[Key, tuple[Count, ...]]], int]:
        """Return the cuts of a breakdown, its rows in order, as many as it shows or *every* one, and how many more there are."""
        by = self._scope.by if part.free and self._scope.by else part.by
        keys = self.counting.keys(part.metrics, by, self._all_keys(part, by))
        limit = None if every or set(by) & set(PERIODS) else self._scope.limit(part.most)
        ranked = list(zip(keys, self.counting.numerators(part.metrics[0], by, keys), strict=True))
        if limit and limit < len(ranked):
            # Whoever is below the last of the greatest is not shown, and needs no place.
            least = heapq.nlargest(limit, (of for _, of in ranked))[-1]
            ranked = [row for row in ranked if row[1] >= least]
        ranked.sort(key=lambda row: self._place(by, *row))
        shown = self.counting.at(part.metrics, by, (key for key, _ in ranked[:limit]))
        return by, list(shown.items()), len(keys) - len(shown)

    def column_of(self, part: Breakdown, cut: str) -> tuple[ViewColumn | None, BoundView]:
        """Return the declaration of a cut's column, in the first view of a breakdown that has it, and that view."""
        views = [self.counting.views[amount.view] for metric in part.metrics for amount in metric.amounts()]
        for view in views:
            column = view.view.column(cut)
            if column is not None:
                return column, view
        return None, views[0]

    def _headline(self, part: Headline) -> Figures:
        counts = self.counting.count(part.metrics)[()]
        return Figures(
            figures=tuple(
                Figure(label=self.name(one.metric), value=one.value, format=one.metric.format, basis=self.basis([one.metric]))
                for one in counts
            )
        )

    def _breakdown(self, part: Breakdown) -> list[Block]:
        if part.across is not None:  # the finest first: what is coarser follows from it
            by = self._scope.by if part.free and self._scope.by else part.by
            self.counting.keys(part.metrics, (*by, part.across))
        by, rows, more = self.rows_of(part)
        labels = self.labels_by(part, by, [key for key, _ in rows])
        heads = tuple(
            TableColumn(key=cut, title=self.title_of(cut, [self.column_of(part, cut)[0]]), format=Format.TEXT) for cut in by
        )
        named = [tuple(labels[cut][value] for cut, value in zip(by, key, strict=True)) for key, _ in rows]
        columns, cells = self._cells(part, by, rows)
        every = (self._t("reports.all"), *("" for _ in by[1:]))
        table = Table(
            code=part.code,
            title=self._title(part, by),
            columns=(*heads, *columns),
            rows=tuple((*name, *values) for name, values in zip(named, cells, strict=False))
            + ((*every, *cells[-1]),) * bool(rows and part.total),
            basis=self.basis(part.metrics),
        )
        blocks: list[Block] = [table]
        if more:
            blocks.append(Note(text=self._t("reports.more_rows", more=f"{more:,}")))
        if rows:
            blocks.append(Note(text=self._way(part, by, rows)))
        chart = self._chart(part, by, named, rows)
        return [*blocks, *([] if chart is None else [chart])]

    def _cells(
        self, part: Breakdown, by: tuple[str, ...], rows: Sequence[tuple[Key, tuple[Count, ...]]]
    ) -> tuple[list[TableColumn], list[tuple[Cell, ...]]]:
        """Return the columns of numbers and their cells: of the rows, and last of all together."""
        totals = self.counting.count(part.metrics)[()]
        plain = [tuple(one.value for one in counts) for _, counts in rows] + [tuple(one.value for one in totals)]
        own = [
            TableColumn(
                key=metric.code,
                title=self.name(metric),
                format=metric.format,
                bar=metric.format is Format.SHARE and not metric.unit > 1,
            )
            for metric in part.metrics
        ]
        if part.across is None:
            return own, plain
        (metric,) = part.metrics
        column, view = self.column_of(part, part.across)
        divided = (*by, part.across)
        values = self._ordered(column, {key[-1] for key in self.counting.keys(part.metrics, divided)})
        called = self.labels_of(part.across, column, view, values)
        sums = self.counting.count(part.metrics, (part.across,))
        across = [
            TableColumn(key=f"{metric.code}_{place}", title=called[value], format=metric.format)
            for place, value in enumerate(values)
        ]
        counts = self.counting.at(part.metrics, divided, ((*key, value) for key, _ in rows for value in values))
        cells = [
            (*(counts[(*key, value)][0].value for value in values), *whole) for (key, _), whole in zip(rows, plain, strict=False)
        ]
        own = [attrs.evolve(one, title=self._t("reports.all")) for one in own]
        return [*across, *own], [*cells, (*(sums[(value,)][0].value for value in values), *plain[-1])]

    def labels_by(self, part: Breakdown, by: tuple[str, ...], keys: Sequence[Key]) -> Mapping[str, Mapping[Any, str]]:
        """Return for each cut what its values are called."""
        found = {}
        for place, cut in enumerate(by):
            column, view = self.column_of(part, cut)
            found[cut] = self.labels_of(cut, column, view, (key[place] for key in keys))
        return found

    def _label(self, column: ViewColumn | None, value: Any) -> str:
        if value is None:
            return self._t("reports.not_known")
        if column is not None and column.codes is not None:
            return self._labels.code(column.codes, str(value))
        if column is not None and column.kind is ColumnKind.TRUTH:
            return self._t("field.yes" if value else "field.no")
        return f"#{value}" if column is not None and column.kind is ColumnKind.REFERENCE else str(value)

    def _title(self, part: Breakdown, by: tuple[str, ...]) -> str:
        title = self._t(f"table.{part.code}")
        if by == part.by:
            return title
        cuts = (self.title_of(cut, [self.column_of(part, cut)[0]]) for cut in by)
        return self._t("reports.cut_by", title=title, cuts=_joined(cuts, self._t("reports.comma")))

    def _all_keys(self, part: Breakdown, by: tuple[str, ...]) -> list[Key]:
        """Return the rows that are listed whether anything was counted in them or not."""
        if len(by) != 1:
            return []
        if by[0] in PERIODS:
            return [(day,) for day in self._scope.period.cut(by[0])[:-1]]
        column, _ = self.column_of(part, by[0])
        if not part.whole or column is None or column.codes is None:
            return []
        return [(code,) for code in self._labels.vocabulary.codes.get(column.codes, {})]

    def _place(self, by: tuple[str, ...], key: Key, of: int) -> Any:
        """Return by what a row is put into order: periods by time, others the greatest first, then by code."""
        times = tuple([value for cut, value in zip(by, key, strict=True) if cut in PERIODS])
        rest = tuple([(value is None, str(value)) for cut, value in zip(by, key, strict=True) if cut not in PERIODS])
        return times, -of, rest

    def _ordered(self, column: ViewColumn | None, values: Iterable[Any]) -> list[Any]:
        listed = [] if column is None or column.codes is None else list(self._labels.vocabulary.codes.get(column.codes, {}))
        places = {code: place for place, code in enumerate(listed)}
        return sorted(values, key=lambda value: (value is None, places.get(value, len(places)), str(value)))

    def _chart(
        self,
        part: Breakdown,
        by: tuple[str, ...],
        named: Sequence[tuple[str, ...]],
        rows: Sequence[tuple[Key, tuple[Count, ...]]],
    ) -> Chart | None:
        places = [place for place, metric in enumerate(part.metrics) if metric.code == part.bars]
        if not places or len(by) != 1 or not 1 < len(rows) <= _CHARTED:
            return None
        metric = part.metrics[places[0]]
        values = [counts[places[0]].value for _, counts in rows]
        points = tuple(Point(x=name[0], y=value) for name, value in zip(named, values, strict=True))
        known = [point for point in points if point.y is not None]
        if not known:
            return None
        title = self._t("reports.cut_by", title=self.name(metric), cuts=self.title_of(by[0], [self.column_of(part, by[0])[0]]))
        least, most = (pick(known, key=lambda point: float(point.y or 0)) for pick in (min, max))  # type: ignore[arg-type]  # numbers
        return Chart(
            code=f"{part.code}_bars",
            title=title,
            description=self._t("reports.bars_say", most=most.x, least=least.x),
            kind=ChartKind.BAR,
            x=Axis(title=self.title_of(by[0], [self.column_of(part, by[0])[0]]), format=Format.TEXT),
            y=Axis(title=self.name(metric), format=metric.format),
            points=points,
            basis=self.basis([metric]),
        )

    def _way(self, part: Breakdown, by: tuple[str, ...], rows: Sequence[tuple[Key, tuple[Count, ...]]]) -> str:
        """Return how to get at the rows behind a number, for example behind the greatest one."""
        key, _ = max(rows, key=lambda row: (None not in row[0], row[1][0].of))
        return self._t("reports.way", cell=cell_name(part.code, by, key, part.metrics[0].code))

    def _of(self, metric: Metric) -> str:
        return self._t(f"metric.{metric.code}_of", days=self._scope.settings.fresh_days)

    def _per(self, metric: Metric) -> str:
        return "" if metric.denominator is None else self._t(f"metric.{metric.code}_per")


def _joined(words: Iterable[str], sign: str) -> str:
    return f"{sign} ".join(words) if sign.isascii() else sign.join(words)


def cell_name(table: str, cuts: Sequence[str], key: Key, metric: str) -> str:
    """Return what `--rows` calls a number: table, row and column."""
    return f"{table}:{'/'.join(code_of(cut, value) for cut, value in zip(cuts, key, strict=True))}:{metric}"


def code_of(cut: str, value: Any) -> str:
    """Return what a value of a cut is called in the name of a row."""
    if value is None:
        return NOTHING
    if cut in PERIODS:
        return name_of_part(value, cut)
    return f"#{value}" if isinstance(value, int) else str(value)
