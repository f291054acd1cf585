"""
Customers by recency and frequency score, as a heat map.
"""

from collections.abc import Sequence

from patron import Axis, Block, Chart, ChartKind, Format, Note, Point, ReportData, ScoreRun
from patron.plugins.reports.chosen import grades
from patron.plugins.reports.wording import basis


def grid(data: ReportData) -> Sequence[Block]:
    """Return the heat map, and how many customers have no scores and so no place in it."""
    run, t = data.run, data.t
    placed = sum(sum(row) for row in run.grid)
    if not placed:
        return [Note(text=t("grid.none"))] if run.customers else []
    most = grades(run)
    chart = Chart(
        code="recency_frequency",
        title=t("grid.chart"),
        description=t(
            "grid.chart_says",
            best=f"{_count(run, most, most):,}",
            worst=f"{_count(run, 1, 1):,}",
            count=f"{placed:,}",
            most=most,
        ),
        kind=ChartKind.HEATMAP,
        x=Axis(title=t("grid.frequency", most=most), format=Format.COUNT),
        y=Axis(title=t("grid.recency", most=most), format=Format.COUNT),
        value=Axis(title=t("grid.customers"), format=Format.COUNT),
        points=tuple(
            Point(x=frequency, y=recency, value=_count(run, recency, frequency))
            for recency in range(most, 0, -1)
            for frequency in range(1, most + 1)
        ),
        basis=basis(data, "grid.numerator"),
    )
    blocks: list[Block] = [chart, Note(text=t("grid.how", most=most))]
    if placed < run.customers:
        blocks.append(Note(text=t("grid.without", count=f"{run.customers - placed:,}")))
    return blocks


def _count(run: ScoreRun, recency: int, frequency: int) -> int:
    """Return how many customers have these scores; the run's grid may lack the highest scores, where nobody has them."""
    size = len(run.grid)
    return run.grid[size - recency][frequency - 1] if max(recency, frequency) <= size else 0
