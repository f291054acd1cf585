"""
The decile table (R295): customers ranked by a measure and cut into groups, and what each brings of net sales and of margin.
"""

from collections.abc import Sequence

from patron import (
    Axis,
    Block,
    Cell,
    Chart,
    ChartKind,
    Format,
    GroupRow,
    Level,
    Note,
    Point,
    ReportData,
    ScoreRun,
    Table,
    TableColumn,
)
from patron.plugins.reports.chosen import in_tens, shown_of
from patron.plugins.reports.wording import basis, measure, money, percent

MOST_BARS = 40
"""Groups beyond which a bar chart can't be read."""


def groups(data: ReportData) -> Sequence[Block]:
    """Return the table, a chart of its shares, and what must be known to read them."""
    run, t = data.run, data.t
    if not run.ranked:
        return [Note(text=t("groups.nobody"))]
    by = measure(data, run.by)
    blocks: list[Block] = [_table(data)]
    if run.totals.monetary > 0 and len(run.groups) <= MOST_BARS:
        blocks.append(_chart(data))
    elif run.totals.monetary <= 0:
        blocks.append(Note(text=t("groups.not_positive"), level=Level.WARNING))
    ties = "together" if run.parameters.get("ties") == "together" else "split"
    blocks.append(Note(text=t(f"groups.how_{ties}", measure=by, count=len(run.groups))))
    if run.ranked < run.customers:
        blocks.append(Note(text=t("groups.unranked", count=f"{run.customers - run.ranked:,}", measure=by)))
    return blocks


def _table(data: ReportData) -> Table:
    run, t = data.run, data.t
    with_margin = run.totals.margin is not None
    drawn = shown_of(run)
    columns = [
        TableColumn(key="decile", title=_group_word(data), format=Format.COUNT),
        TableColumn(key="customers", title=t("groups.customers"), format=Format.COUNT),
        TableColumn(key="monetary", title=t("groups.monetary"), format=Format.MONEY),
        TableColumn(key="share", title=t("groups.share_monetary"), format=Format.SHARE, bar=drawn == "monetary"),
        TableColumn(key="cumulative_share", title=t("groups.cumulative_share"), format=Format.SHARE),
    ]
    if with_margin:
        columns.append(TableColumn(key="margin", title=t("groups.margin"), format=Format.MONEY))
        share = TableColumn(key="margin_share", title=t("groups.share_margin"), format=Format.SHARE, bar=drawn == "margin")
        columns.append(share)
    lowest = Format.COUNT if run.by == "orders" else Format.MONEY
    columns.append(TableColumn(key="lowest", title=t(f"groups.lowest_{run.by}"), format=lowest))
    made_of = (
        basis(data, "groups.numerator_margin", "groups.denominator_margin")
        if with_margin
        else basis(data, "groups.numerator", "groups.denominator")
    )
    return Table(
        code="deciles",
        title=t(f"groups.title_{_group(run)}", count=len(run.groups), measure=measure(data, run.by)),
        columns=tuple(columns),
        rows=tuple(_row(group, run.by, with_margin=with_margin) for group in run.groups),
        basis=made_of,
    )


def _row(group: GroupRow, by: str, *, with_margin: bool) -> tuple[Cell, ...]:
    margin = (money(group.margin), group.margin_share) if with_margin else ()
    lowest = group.lowest if by == "orders" else money(group.lowest)
    return (group.decile, group.customers, money(group.monetary), group.share, group.cumulative_share, *margin, lowest)


def _chart(data: ReportData) -> Chart:
    """Draw the part of the margin where the groups are ranked by it, else of net sales."""
    run, t = data.run, data.t
    drawn = shown_of(run)
    shares = [group.margin_share if drawn == "margin" else group.share for group in run.groups]
    return Chart(
        code="deciles",
        title=t(f"groups.chart_{drawn}", measure=measure(data, run.by)),
        description=t(
            "groups.chart_says",
            first=percent(shares[0]),
            last=percent(shares[-1]),
            group=_group_word(data),
            number=run.groups[-1].decile,
            what=measure(data, drawn),
        ),
        kind=ChartKind.BAR,
        x=Axis(title=_group_word(data), format=Format.COUNT),
        y=Axis(title=t(f"groups.share_{drawn}"), format=Format.SHARE),
        points=tuple(Point(x=group.decile, y=share) for group, share in zip(run.groups, shares, strict=True)),
        basis=basis(data, f"groups.chart_numerator_{drawn}", f"groups.chart_denominator_{drawn}"),
    )


def _group(run: ScoreRun) -> str:
    return "decile" if in_tens(run) else "group"


def _group_word(data: ReportData) -> str:
    return data.t(f"groups.{_group(data.run)}")
