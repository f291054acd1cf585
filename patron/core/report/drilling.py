"""
From a number of a report to the rows behind it: `TABLE:ROW:COLUMN`, as the report itself names its numbers.

A row is said by its code, as `#12` by the id of a record, or by its label; several cuts are joined by `/`.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, NamedTuple

from patron.core.errors import UsageError
from patron.core.names import ALIKE, listed, nearest, shorten
from patron.core.records import Basis, Cell, ColumnKind, Document, Format, Note, Section, Table, TableColumn
from patron.core.report.build import drawing_of
from patron.core.report.conditions import instant_text, list_command, plain_value
from patron.core.report.metrics import PERIODS, Amount, Breakdown, Metric
from patron.core.report.parts import code_of
from patron.core.report.scope import describe_times
from patron.core.store.views import BoundView, Sum

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from patron.core.host import Owned
    from patron.core.records import ReportSection, ViewColumn
    from patron.core.report.facts import Facts
    from patron.core.report.parts import Drawing
    from patron.core.report.scope import ReportScope
    from patron.core.session import Session

SHOWN = 50
"""Rows that are shown where nobody says how many."""

PER = "per"
"""Behind a column's name: the rows of the denominator."""

_FORMATS = {ColumnKind.COUNT: Format.COUNT, ColumnKind.MONEY: Format.MONEY, ColumnKind.QUANTITY: Format.NUMBER}
_LABELLED = (ColumnKind.CODE, ColumnKind.REFERENCE, ColumnKind.TRUTH)


class _Place(NamedTuple):
    """A number of a report: what draws it, the metric, of it the amount, and the values of the cuts."""

    drawing: Drawing
    metric: Metric
    amount: Amount
    cuts: Mapping[str, Any]


def rows_behind(
    session: Session, sections: Sequence[Owned[ReportSection]], cell: str, facts: Facts, scope: ReportScope
) -> Document:
    """
    Return the rows behind a number of a report, as a document of one table.

    Args:
        session: speaks the language.
        sections: of the report.
        cell: the number; its first column where none is named, all rows where no row is named; `:per` behind it means the rows
            of the denominator.
        facts: the views.
        scope: as the report was asked for.

    Raises:
        UsageError: there is no such table, row or column.
        DeniedError: the actor may not see what it counts.
    """
    place = _find(session, sections, cell, facts, scope)
    view, t = place.drawing.counting.views[place.amount.view], session.t
    where = place.drawing.counting.conditions(place.amount, place.cuts)
    columns = _columns(view, place)
    found = view.rows([column.name for column in columns], where, SHOWN if scope.most is None else scope.most or None)
    total = view.grouped([Sum()], (), where)[()][0]
    notes = [Note(text=t("reports.rows_in_all", shown=f"{len(found):,}", all=f"{total:,}"))]
    command = list_command(view, where, scope)
    if command:
        notes.append(Note(text=t("reports.same_as", command=command)))
    title = place.drawing.name(place.metric)
    return Document(
        code="rows",
        title=t("reports.rows_title", metric=title),
        subtitle=f"{place.drawing.period()} · {describe_times(scope, t)}",
        lang=t.lang,
        sections=(Section(code="rows", title=cell, blocks=(_table(place, view, columns, found, scope), *notes)),),
        footer=f"{view.view.name} {view.view.version}",
    )


def _find(session: Session, sections: Sequence[Owned[ReportSection]], cell: str, facts: Facts, scope: ReportScope) -> _Place:
    tables = {part.code: (owned, part) for owned in sections for part in owned.item.parts if isinstance(part, Breakdown)}
    name, *rest = cell.split(":")
    row, column, side = (*rest, "", "", "")[:3]
    if len(rest) > 3 or side not in ("", PER):
        raise UsageError("reports.bad_cell", got=shorten(cell), way=f"TABLE:ROW:COLUMN[:{PER}]")
    owned, part = tables[_known("table", name, tables)]
    _require_rights(owned.item.parts, facts)
    drawing = drawing_of(session, owned, facts, scope)
    metric = _metric(drawing, part, column) if column else part.metrics[0]
    amount = metric.numerator
    if side:
        if metric.denominator is None:
            raise UsageError("reports.no_denominator", metric=metric.code)
        amount = metric.denominator
    cuts = _cuts(drawing, part, row) if row not in ("", "*") else {}
    divided = amount.divided_by(tuple(cuts))
    return _Place(drawing, metric, amount, {cut: value for cut, value in cuts.items() if cut in divided})


def _metric(drawing: Drawing, part: Breakdown, column: str) -> Metric:
    """Return the metric of a column, by its code or by what stands above it."""
    called = {_fold(drawing.name(one)): one for one in part.metrics} | {one.code: one for one in part.metrics}
    return (
        called[_fold(column)] if _fold(column) in called else called[_known("metric", column, [one.code for one in part.metrics])]
    )


def _require_rights(parts: Sequence[Any], facts: Facts) -> None:
    for part in parts:
        for metric in part.metrics:
            for amount in metric.amounts():
                denied = facts[amount.view].denied if amount.view in facts else None
                if denied is not None:
                    raise denied


def _cuts(drawing: Drawing, part: Breakdown, row: str) -> Mapping[str, Any]:
    by, rows, _ = drawing.rows_of(part, every=True)
    called = drawing.labels_by(part, by, [key for key, _ in rows])
    named = {}
    for key, _ in rows:
        labels = [called[cut][value] for cut, value in zip(by, key, strict=True)]
        codes = [code_of(cut, value) for cut, value in zip(by, key, strict=True)]
        named["/".join(codes)] = named["/".join(labels)] = key
    folded = {_fold(name): key for name, key in named.items()}
    if _fold(row) not in folded:
        _known("row", row, named)
    return dict(zip(by, folded[_fold(row)], strict=True))


def _known(what: str, name: str, known: Collection[str]) -> str:
    if name in known:
        return name
    near = nearest(name, known, cutoff=ALIKE)
    key = f"reports.no_{what}_near" if near else f"reports.no_{what}"
    raise UsageError(key, name=shorten(name), names=listed(known, 30), nearest=near)


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _columns(view: BoundView, place: _Place) -> list[ViewColumn]:
    """Return what of the rows is shown: who they are, what they are counted by, and what is added up."""
    amount = place.amount
    wanted = [view.view.key, *(cut for cut in place.cuts if cut not in PERIODS), amount.at, amount.column]
    usual = [column.name for column in view.view.columns if column.kind is not ColumnKind.TRUTH][:8]
    return [view.column(name) for name in dict.fromkeys([*filter(None, wanted), *usual])]


def _table(
    place: _Place, view: BoundView, columns: Sequence[ViewColumn], rows: Sequence[tuple[Any, ...]], scope: ReportScope
) -> Table:
    drawing = place.drawing
    labels = {
        one.name: drawing.labels_of(one.name, one, view, [row[number] for row in rows])
        for number, one in enumerate(columns)
        if one.kind in _LABELLED and one.name != view.view.key
    }
    return Table(
        code="rows",
        title=drawing.name(place.metric),
        columns=tuple(
            TableColumn(key=one.name, title=drawing.title_of(one.name, [one]), format=_FORMATS.get(one.kind, Format.TEXT))
            for one in columns
        ),
        rows=tuple(
            tuple(_cell(one, value, labels.get(one.name), scope) for one, value in zip(columns, row, strict=True)) for row in rows
        ),
        basis=Basis(numerator=drawing.said(place.metric, place.amount), period=drawing.period()),
    )


def _cell(column: ViewColumn, value: Any, labels: Mapping[Any, str] | None, scope: ReportScope) -> Cell:
    if value is None:
        return None
    if labels is not None:
        return labels[value]
    return instant_text(value, scope) if column.kind is ColumnKind.INSTANT else plain_value(column, value)
