"""
How soon leads were answered (R268): the median until the first contact and until a user had the lead, by source and by team.
"""

from collections.abc import Mapping, Sequence

from patron import Basis, Block, Cell, Criterion, Format, Level, Note, Operator, ReportData, Table, TableColumn

CUTS = ("source", "handling_team")
_TIMES = ("seconds_to_contact", "seconds_to_handover")
_MINUTE = 60


def medians(data: ReportData) -> Sequence[Block]:
    """Return how many leads of each source, and of each team, were reached and handed over, and the median of the minutes."""
    view, period, t = data.facts["responses"], data.scope.period, data.t
    filed = (Criterion("filed_at", Operator.AT_LEAST, period.begin), Criterion("filed_at", Operator.LESS, period.end))
    found = view.columns((*CUTS, *_TIMES), filed).to_pydict()
    if not found["source"]:
        return [Note(text=t("responses.none"), level=Level.WARNING)]
    said = t("reports.days", first=period.first, last=period.last, zone=period.zone)
    return [_table(data, cut, found, view.called(cut, found[cut], t.lang), said) for cut in CUTS]


def _table(
    data: ReportData, cut: str, found: Mapping[str, Sequence[int | None]], called: Mapping[object, str], period: str
) -> Table:
    t, groups = data.t, dict[object, list[int]]()
    for place, group in enumerate(found[cut]):
        groups.setdefault(group, []).append(place)
    columns = [TableColumn(key=cut, title=t(f"responses.{cut}"), format=Format.TEXT)]
    columns.append(TableColumn(key="leads", title=t("responses.leads"), format=Format.COUNT))
    for name in _TIMES:
        columns.append(TableColumn(key=f"{name}_count", title=t(f"responses.{name}_count"), format=Format.COUNT))
        columns.append(TableColumn(key=f"{name}_median", title=t(f"responses.{name}_median"), format=Format.MINUTES))
    most = sorted(groups.items(), key=lambda one: (-len(one[1]), called.get(one[0], "")))
    rows: list[tuple[Cell, ...]] = [(called.get(group, "–"), *_cells(found, places)) for group, places in most]
    rows.append((t("responses.all"), *_cells(found, range(len(found[cut])))))
    basis = Basis(numerator=t("responses.median_of"), period=period)
    return Table(code=f"medians_by_{cut}", title=t(f"responses.by_{cut}"), columns=tuple(columns), rows=tuple(rows), basis=basis)


def _cells(found: Mapping[str, Sequence[int | None]], places: Sequence[int]) -> list[Cell]:
    cells: list[Cell] = [len(places)]
    for name in _TIMES:
        seconds = sorted(value for place in places if (value := found[name][place]) is not None)
        cells += [len(seconds), median_minutes(seconds)]
    return cells


def median_minutes(seconds: Sequence[int]) -> float | None:
    """Return the median of sorted seconds in minutes; None for none at all, which is no time, and not a short one."""
    if not seconds:
        return None
    middle = len(seconds) // 2
    both = seconds[middle] + (seconds[middle] if len(seconds) % 2 else seconds[middle - 1])
    return round(both / 2 / _MINUTE, 1)
