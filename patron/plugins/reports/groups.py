"""
The decile table: customers in groups of equal number, best first, and what each group brings.
"""

from collections.abc import Sequence

from patron import Axis, Block, Cell, Chart, ChartKind, Format, GroupRow, Level, Note, Point, ReportData, Table, TableColumn
from patron.plugins.reports.wording import basis, money, percent

TEN = 10
MOST_BARS = 40
"""Groups beyond which a bar chart can't be read."""


def groups(data: ReportData) -> Sequence[Block]:
    """Return the table, a chart of its shares, and what must be known to read them."""
    run, t = data.run, data.t
    if not run.ranked:
        return [Note(text=t("groups.nobody"))]
    measure = t(f"groups.by_{run.by}")
    blocks: list[Block] = [_table(data)]
    if run.totals.monetary > 0 and len(run.groups) <= MOST_BARS:
        blocks.append(_chart(data))
    elif run.totals.monetary <= 0:
        blocks.append(Note(text=t("groups.not_positive"), level=Level.WARNING))
    blocks.append(Note(text=t("groups.how", measure=measure, count=len(run.groups))))
    if run.ranked < run.customers:
        blocks.append(Note(text=t("groups.unranked", count=f"{run.customers - run.ranked:,}", measure=measure)))
    return blocks


def _table(data: ReportData) -> Table:
    run, t = data.run, data.t
    with_margin = run.totals.margin is not None
    columns = [
        TableColumn(key="decile", title=_group_word(data), format=Format.COUNT),
        TableColumn(key="customers", title=t("groups.customers"), format=Format.COUNT),
        TableColumn(key="monetary", title=t("groups.monetary"), format=Format.MONEY),
        TableColumn(key="share", title=t("groups.share"), format=Format.SHARE, bar=True),
        TableColumn(key="cumulative_share", title=t("groups.cumulative_share"), format=Format.SHARE),
    ]
    if with_margin:
        columns.append(TableColumn(key="margin", title=t("groups.margin"), format=Format.MONEY))
        columns.append(TableColumn(key="margin_share", title=t("groups.margin_share"), format=Format.SHARE))
    lowest = Format.COUNT if run.by == "orders" else Format.MONEY
    columns.append(TableColumn(key="lowest", title=t(f"groups.lowest_{run.by}"), format=lowest))
    made_of = (
        basis(data, "groups.numerator_margin", "groups.denominator_margin")
        if with_margin
        else basis(data, "groups.numerator", "groups.denominator")
    )
    return Table(
        code="deciles",
        title=t("groups.title") if len(run.groups) == TEN else t("groups.title_other", count=len(run.groups)),
        columns=tuple(columns),
        rows=tuple(_row(group, run.by, with_margin=with_margin) for group in run.groups),
        basis=made_of,
    )


def _row(group: GroupRow, by: str, *, with_margin: bool) -> tuple[Cell, ...]:
    margin = (money(group.margin), group.margin_share) if with_margin else ()
    lowest = group.lowest if by == "orders" else money(group.lowest)
    return (group.decile, group.customers, money(group.monetary), group.share, group.cumulative_share, *margin, lowest)


def _chart(data: ReportData) -> Chart:
    run, t = data.run, data.t
    first, last = run.groups[0], run.groups[-1]
    return Chart(
        code="deciles",
        title=t("groups.chart"),
        description=t(
            "groups.chart_says",
            first=percent(first.share),
            last=percent(last.share),
            group=_group_word(data),
            number=last.decile,
        ),
        kind=ChartKind.BAR,
        x=Axis(title=_group_word(data), format=Format.COUNT),
        y=Axis(title=t("groups.share"), format=Format.SHARE),
        points=tuple(Point(x=group.decile, y=group.share) for group in run.groups),
        basis=basis(data, "groups.chart_numerator", "groups.chart_denominator"),
    )


def _group_word(data: ReportData) -> str:
    return data.t("groups.decile") if len(data.run.groups) == TEN else data.t("groups.group")
