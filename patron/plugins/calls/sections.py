"""
The report `calls`: how well people call and who improves, who of those coached called off the record, and what comes of calls to
us.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from patron import (
    Basis,
    Block,
    Breakdown,
    Cell,
    Criterion,
    Format,
    Headline,
    Note,
    Operator,
    ReportData,
    ReportSection,
    Table,
    TableColumn,
)
from patron.plugins.calls import metrics as m

_LISTED = 50
_MILLION = 1_000_000
_SHOWN = ("id", "at", "rep", "customer", "phone_line", "violation")
_OFF = (m.COACHED, m.VIOLATIONS, m.VIOLATION_SHARE)
_IN = (m.CALLS_IN, m.OPPORTUNITIES, m.OPPORTUNITY_RATE)


def violations(data: ReportData) -> Sequence[Block]:
    """Return the calls of people who are coached that were not on the record, the latest first."""
    view, t, period = data.facts["calls"], data.t, data.scope.period
    within = (Criterion("at", Operator.AT_LEAST, period.begin), Criterion("at", Operator.LESS, period.end))
    found = view.columns(_SHOWN, (*within, Criterion("violation", Operator.MISSING, value=False))).to_pylist()
    if not found:
        return [Note(text=t("calls.none_off"))]
    called = {name: view.called(name, [row[name] for row in found], t.lang) for name in ("rep", "customer", "violation")}
    rows = sorted(found, key=lambda row: (-row["at"], row["id"]))
    shown = rows[: data.scope.limit(_LISTED)]
    columns = tuple(
        TableColumn(key=name, title=t(f"calls.{name}"), format=Format.COUNT if name == "id" else Format.TEXT) for name in _SHOWN
    )
    days = t("reports.days", first=period.first, last=period.last, zone=period.zone)
    cells = tuple(tuple(_cell(row, name, called, period.zone) for name in _SHOWN) for row in shown)
    basis = Basis(numerator=t("calls.off_of"), period=days)
    blocks: list[Block] = [Table(code="off_record", title=t("calls.off"), columns=columns, rows=cells, basis=basis)]
    if len(rows) > len(shown):
        blocks.append(Note(text=t("reports.more_rows", more=f"{len(rows) - len(shown):,}")))
    return blocks


def _cell(row: Mapping[str, Any], name: str, called: Mapping[str, Mapping[object, str]], zone: str) -> Cell:
    value = row[name]
    if name in called:
        return called[name].get(value, "–" if value is None else f"#{value}")
    if name == "at":
        return f"{datetime.fromtimestamp(value // _MILLION, UTC).astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
    return "–" if value is None else value


SECTIONS = (
    ReportSection(
        report="calls",
        code="scores",
        title="calls.scores",
        order=10,
        parts=(
            Headline(metrics=(m.CALLS, m.RECORDED, m.REVIEWS, m.SCORE)),
            Breakdown(code="scores_by_rep", by=("rep",), metrics=(m.CALLS, m.RECORDED, m.REVIEWS, m.SCORE), free=True),
            Breakdown(code="scores_by_month", by=("rep",), across="month", metrics=(m.SCORE,)),
        ),
    ),
    ReportSection(
        report="calls",
        code="off_record",
        title="calls.off_record",
        order=20,
        build=violations,
        facts=("calls",),
        parts=(
            Breakdown(code="off_record_by_rep", by=("rep",), metrics=_OFF),
            Breakdown(code="off_record_by_kind", by=("violation",), metrics=(m.VIOLATIONS,), across="month"),
        ),
    ),
    ReportSection(
        report="calls",
        code="opportunities",
        title="calls.opportunities",
        order=30,
        parts=(Headline(metrics=_IN), Breakdown(code="calls_in_by_month", by=("month",), metrics=_IN, free=True)),
    ),
)
