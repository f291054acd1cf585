"""
How soon forms are typed in (R061): the median by who types them in and by who received the visitor, and the forms that were late.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from patron import Basis, Block, Cell, Criterion, Format, Level, Note, Operator, ReportData, Table, TableColumn, equal
from patron.plugins.reports.business.responses import median_minutes

CUTS = ("assistant", "host")
_SECONDS = "seconds_to_entry"
_LATE = ("id", "customer", "host", "assistant", "form_filled_at", "entered_at", _SECONDS)
_LISTED = 50
_MILLION = 1_000_000


def medians(data: ReportData) -> Sequence[Block]:
    """Return how many forms everybody typed in, or had typed in, and the median of the minutes that they lay."""
    view, t = data.facts["entries"], data.t
    found = view.columns((*CUTS, _SECONDS), _typed_in(data)).to_pydict()
    if not found[_SECONDS]:
        return [Note(text=t("entries.none"), level=Level.WARNING)]
    return [_medians(data, cut, found, view.called(cut, found[cut], t.lang)) for cut in CUTS]


def late(data: ReportData) -> Sequence[Block]:
    """Return the forms that lay longer than they should have, the longest first."""
    view, t, minutes = data.facts["entries"], data.t, data.scope.settings.entry_minutes
    found = view.columns(_LATE, [*_typed_in(data), equal("entered_late", value=True)]).to_pylist()
    if not found:
        return [Note(text=t("entries.none_late", minutes=minutes))]
    called = {name: view.called(name, [row[name] for row in found], t.lang) for name in ("customer", *CUTS)}
    rows = sorted(found, key=lambda row: (-row[_SECONDS], row["id"]))
    shown = rows[: data.scope.limit(_LISTED)]
    columns = tuple(TableColumn(key=name, title=t(f"entries.{name}"), format=_FORMATS.get(name, Format.TEXT)) for name in _LATE)
    cells = tuple(tuple(_cell(data, name, row[name], called) for name in _LATE) for row in shown)
    blocks: list[Block] = [
        Table(
            code="late_forms",
            title=t("entries.late", minutes=minutes),
            columns=columns,
            rows=cells,
            basis=Basis(numerator=t("entries.late_of", minutes=minutes), period=_days(data)),
        )
    ]
    if len(rows) > len(shown):
        blocks.append(Note(text=t("reports.more_rows", more=f"{len(rows) - len(shown):,}")))
    return blocks


_FORMATS = {"id": Format.COUNT, _SECONDS: Format.COUNT}


def _typed_in(data: ReportData) -> list[Criterion]:
    period = data.scope.period
    return [Criterion("entered_at", Operator.AT_LEAST, period.begin), Criterion("entered_at", Operator.LESS, period.end)]


def _medians(data: ReportData, cut: str, found: Mapping[str, Sequence[int | None]], called: Mapping[object, str]) -> Table:
    t, groups = data.t, dict[object, list[int | None]]()
    for group, seconds in zip(found[cut], found[_SECONDS], strict=True):
        groups.setdefault(group, []).append(seconds)
    titles = {cut: Format.TEXT, "forms": Format.COUNT, "judged": Format.COUNT, "median": Format.MINUTES}
    columns = tuple(TableColumn(key=name, title=t(f"entries.{name}"), format=form) for name, form in titles.items())
    most = sorted(groups.items(), key=lambda one: (-len(one[1]), called.get(one[0], "")))
    rows = [(called.get(group, "–"), *_numbers(waits)) for group, waits in most]
    rows.append((t("entries.all"), *_numbers(found[_SECONDS])))
    basis = Basis(numerator=t("entries.median_of"), period=_days(data))
    return Table(code=f"entry_medians_by_{cut}", title=t(f"entries.by_{cut}"), columns=columns, rows=tuple(rows), basis=basis)


def _numbers(waits: Sequence[int | None]) -> tuple[Cell, ...]:
    known = sorted(seconds for seconds in waits if seconds is not None)
    return (len(waits), len(known), median_minutes(known))


def _cell(data: ReportData, name: str, value: Any, called: Mapping[str, Mapping[object, str]]) -> Cell:
    if name in called:
        return called[name].get(value, "–" if value is None else f"#{value}")
    if name == _SECONDS:
        return int(value) // 60
    if name == "id":
        return int(value)
    at = datetime.fromtimestamp(value // _MILLION, UTC).astimezone(ZoneInfo(data.scope.period.zone))
    return f"{at:%Y-%m-%d %H:%M}"


def _days(data: ReportData) -> str:
    period = data.scope.period
    return data.t("reports.days", first=period.first, last=period.last, zone=period.zone)
