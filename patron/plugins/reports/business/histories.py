"""
How won and lost leads went (R038): the histories of focus point, models of interest, our price and likelihood, side by side.

They are laid over each other twice: by the days since the file was created, and by the days before the end. A point is the mean
over the leads that lasted that long and have a value there; changes that were noted after the end belong to no course.
"""

from collections.abc import Mapping, Sequence

from patron import (
    Axis,
    Basis,
    Block,
    Cell,
    Chart,
    ChartKind,
    Criterion,
    Format,
    Level,
    Note,
    Operator,
    Point,
    ReportData,
    Table,
    TableColumn,
    among,
)
from patron.plugins.reports.business.courses import DAY, Courses, Mean, courses_of

FIELDS = ("likelihood", "quoted_price", "focus_point", "interests")
OUTCOMES = ("won", "lost")
CHARTED = ("likelihood", "quoted_price")
ALIGNMENTS = ("after", "before")

_COLUMNS = ("id", "lead", "status", "moved", "value", "seconds_since_filed", "seconds_in_all")
_FORMATS = {"likelihood": Format.SHARE, "quoted_price": Format.SHARE, "focus_point": Format.NUMBER, "interests": Format.NUMBER}

_All = Mapping[tuple[str, str], Courses]


def histories(data: ReportData) -> Sequence[Block]:
    """Return how often each field changed, and its course on both alignments, for won and for lost leads."""
    period, t = data.scope.period, data.t
    ended = (
        among("status", OUTCOMES),
        Criterion("ended_at", Operator.AT_LEAST, period.begin),
        Criterion("ended_at", Operator.LESS, period.end),
    )
    moves = data.facts["lead_moves"].columns(_COLUMNS, ended)
    moves = moves.sort_by([("lead", "ascending"), ("seconds_since_filed", "ascending"), ("id", "ascending")])
    if not moves.num_rows:
        return [Note(text=t("histories.none"), level=Level.WARNING)]
    courses = {(field, outcome): courses_of(moves, field, outcome) for field in FIELDS for outcome in OUTCOMES}
    said = t("reports.days", first=period.first, last=period.last, zone=period.zone)
    days = [step * data.scope.settings.step_days for step in range(data.scope.settings.steps + 1)]
    blocks: list[Block] = [_changes(data, courses, said), Note(text=t("histories.how"))]
    for alignment in ALIGNMENTS:
        blocks.append(_table(data, courses, alignment, days, said))
        charts = (_chart(data, courses, field, alignment, days, said) for field in CHARTED)
        blocks += [chart for chart in charts if chart.points]
    return [*blocks, Note(text=t("histories.rows", first=period.first, end=period.cut("year")[-1]))]


def _changes(data: ReportData, courses: _All, period: str) -> Table:
    t = data.t
    columns = [TableColumn(key="field", title=t("histories.field"), format=Format.TEXT)]
    for outcome in OUTCOMES:
        columns.append(TableColumn(key=f"{outcome}_leads", title=t(f"histories.{outcome}_leads"), format=Format.COUNT))
        columns.append(TableColumn(key=f"{outcome}_changes", title=t(f"histories.{outcome}_changes"), format=Format.NUMBER))
    rows: list[tuple[Cell, ...]] = []
    for field in FIELDS:
        cells: list[Cell] = [t(f"histories.{field}")]
        for outcome in OUTCOMES:
            found = courses[field, outcome]
            cells += [found.pursuits, _rounded(found.changes(), 2)]
        rows.append(tuple(cells))
    basis = Basis(numerator=t("histories.changes_of"), denominator=t("histories.changes_per"), period=period)
    return Table(code="changes", title=t("histories.changes"), columns=tuple(columns), rows=tuple(rows), basis=basis)


def _table(data: ReportData, courses: _All, alignment: str, days: Sequence[int], period: str) -> Table:
    t = data.t
    columns = [TableColumn(key="day", title=t(f"histories.{alignment}_day"), format=Format.COUNT)]
    for field in FIELDS:
        for outcome in OUTCOMES:
            title = t("histories.column", field=t(f"histories.{field}_mean"), outcome=t(f"histories.{outcome}"))
            columns.append(TableColumn(key=f"{field}_{outcome}", title=title, format=_FORMATS[field]))
    for outcome in OUTCOMES:
        title = t("histories.running", outcome=t(f"histories.{outcome}"))
        columns.append(TableColumn(key=f"n_{outcome}", title=title, format=Format.COUNT))
    rows: list[tuple[Cell, ...]] = []
    for day in days:
        points = {key: _at(one, alignment, day) for key, one in courses.items()}
        means = (_rounded(points[field, outcome].mean, 4) for field in FIELDS for outcome in OUTCOMES)
        running = (max(points[field, outcome].pursuits for field in FIELDS) for outcome in OUTCOMES)
        rows.append((day, *means, *running))
    basis = Basis(numerator=t("histories.mean_of"), denominator=t("histories.mean_per"), period=period)
    return Table(code=alignment, title=t(f"histories.{alignment}"), columns=tuple(columns), rows=tuple(rows), basis=basis)


def _chart(data: ReportData, courses: _All, field: str, alignment: str, days: Sequence[int], period: str) -> Chart:
    t = data.t
    found = {outcome: [_drawn(data, _at(courses[field, outcome], alignment, day)) for day in days] for outcome in OUTCOMES}
    sign = -1 if alignment == "before" else 1
    points = [
        Point(x=sign * day, y=mean, series=t(f"histories.{outcome}"))
        for outcome, means in found.items()
        for day, mean in sorted(zip(days, means, strict=True), key=lambda pair: sign * pair[0])
        if mean is not None
    ]
    known = {outcome: [mean for mean in means if mean is not None] for outcome, means in found.items()}
    said = [f"{t(f'histories.{outcome}')}: {means[0]:.1%} → {means[-1]:.1%}" for outcome, means in known.items() if means]
    return Chart(
        code=f"{field}_{alignment}",
        title=t("histories.chart", field=t(f"histories.{field}_mean"), alignment=t(f"histories.{alignment}")),
        description="; ".join(said),
        kind=ChartKind.LINE,
        x=Axis(title=t(f"histories.{alignment}_day"), format=Format.COUNT),
        y=Axis(title=t(f"histories.{field}_mean"), format=_FORMATS[field]),
        points=tuple(points),
        basis=Basis(numerator=t("histories.mean_of"), denominator=t("histories.mean_per"), period=period),
    )


def _at(course: Courses, alignment: str, day: int) -> Mean:
    return course.after(day * DAY) if alignment == "after" else course.before_end(day * DAY)


def _drawn(data: ReportData, point: Mean) -> float | None:
    """Return what is drawn of a point: nothing of one of too few leads."""
    return _rounded(point.mean, 4) if point.pursuits >= data.scope.settings.least_leads else None


def _rounded(value: float | None, places: int) -> float | None:
    return None if value is None else round(value, places)
