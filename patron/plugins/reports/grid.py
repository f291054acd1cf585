"""
Customers by recency and frequency score, as a heat map.
"""

from collections.abc import Sequence

from patron import Axis, Block, Chart, ChartKind, Format, Note, Point, ReportData
from patron.plugins.reports.wording import basis


def grid(data: ReportData) -> Sequence[Block]:
    """Return the heat map, and how many customers have no scores and so no place in it."""
    run, t = data.run, data.t
    placed = sum(sum(row) for row in run.grid)
    if not placed:
        return [Note(text=t("grid.none"))] if run.customers else []
    grades = len(run.grid)
    best, worst = run.grid[0][-1], run.grid[-1][0]
    chart = Chart(
        code="recency_frequency",
        title=t("grid.chart"),
        description=t("grid.chart_says", best=f"{best:,}", worst=f"{worst:,}", count=f"{placed:,}"),
        kind=ChartKind.HEATMAP,
        x=Axis(title=t("grid.frequency"), format=Format.COUNT),
        y=Axis(title=t("grid.recency"), format=Format.COUNT),
        value=Axis(title=t("grid.customers"), format=Format.COUNT),
        points=tuple(
            Point(x=column, y=grades - index, value=count)
            for index, row in enumerate(run.grid)
            for column, count in enumerate(row, start=1)
        ),
        basis=basis(data, "grid.numerator"),
    )
    blocks: list[Block] = [chart, Note(text=t("grid.how"))]
    if placed < run.customers:
        blocks.append(Note(text=t("grid.without", count=f"{run.customers - placed:,}")))
    return blocks
