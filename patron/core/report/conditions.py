"""
Conditions of reports in the words of `--where`, so that what was counted can be listed, exported and worked on.
"""

from __future__ import annotations

import shlex
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from patron.core.money import to_decimal
from patron.core.nouns.criterion import Criterion, Having, Joined, Negated, Operator
from patron.core.records import ColumnKind
from patron.core.store.kinds import EPOCH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patron.core.nouns.criterion import Condition
    from patron.core.records import Cell, ViewColumn
    from patron.core.report.scope import ReportScope
    from patron.core.store.views import BoundView

_LISTED = ("lead", "customer", "interaction", "order", "spend", "campaign")
"""Nouns whose list takes a condition."""


def list_command(view: BoundView, where: Sequence[Condition], scope: ReportScope) -> str:
    """Return the command that lists the same records; empty where a list can't say it, or asks of another time."""
    if not view.view.records or view.view.noun not in _LISTED or scope.times.past:
        return ""
    every = where if view.view.only is None else [view.view.only, *where]
    said = [_said(condition, view, scope) for condition in every]
    if None in said:
        return ""
    condition = " and ".join(filter(None, said))
    return f"patron {view.view.noun} list --where {shlex.quote(condition)}" if condition else f"patron {view.view.noun} list"


def instant_text(microseconds: int, scope: ReportScope) -> str:
    """Return an instant as people read it, to the minute in the zone of the report."""
    at = EPOCH + timedelta(microseconds=microseconds)
    return f"{at.astimezone(ZoneInfo(scope.times.zone)):%Y-%m-%d %H:%M}"


def plain_value(column: ViewColumn, value: Any) -> Cell:
    """Return a value of a view as a cell of a table."""
    if column.kind is ColumnKind.MONEY:
        return to_decimal(value)
    if column.kind is ColumnKind.QUANTITY:
        return float(to_decimal(value))
    if column.kind is ColumnKind.COUNT:
        return int(value)
    return f"#{value}" if column.kind is ColumnKind.REFERENCE else str(value)


def _said(condition: Condition, view: BoundView, scope: ReportScope) -> str | None:
    """Return a condition as it is written; None for one on what is no field of the noun."""
    match condition:
        case Negated(inner):
            said = _said(inner, view, scope)
            return None if said is None else f"not ({said})"
        case Joined(every, parts):
            each = [_said(part, view, scope) for part in parts]
            return None if None in each else f"({(' and ' if every else ' or ').join(filter(None, each))})"
        case Having():
            return None
        case Criterion():
            return _compared(condition, view, scope)


def _compared(criterion: Criterion, view: BoundView, scope: ReportScope) -> str | None:
    column, operator, value = view.column(criterion.field), criterion.operator, criterion.value
    if column.noun != view.view.noun:
        return None
    field = column.field or column.name
    if operator is Operator.MISSING:
        return f"{field} is {'' if value else 'not '}missing"
    if operator is Operator.AMONG and isinstance(value, tuple):
        return f"{field} in ({', '.join(_literal(column, one, scope) for one in value)})"
    return f"{field} {operator.value} {_literal(column, value, scope)}"


def _literal(column: ViewColumn, value: object, scope: ReportScope) -> str:
    if isinstance(value, datetime):
        local = value.astimezone(ZoneInfo(scope.times.zone))
        return f"'{local:%Y-%m-%d}'" if local.time() == datetime.min.time() else f"'{local.isoformat()}'"
    if isinstance(value, date):
        return f"'{value.isoformat()}'"
    if isinstance(value, int | Decimal) and column.kind is not ColumnKind.REFERENCE:
        return str(value)
    text = f"#{value}" if column.kind is ColumnKind.REFERENCE else str(value)
    quote = '"' if "'" in text else "'"
    return f"{quote}{text}{quote}"
