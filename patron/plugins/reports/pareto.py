"""
How much of the sales the best customers bring: the concentration curve. Measured, never assumed.
"""

from collections.abc import Mapping, Sequence

from patron import Axis, Block, Chart, ChartKind, Format, Note, Point, ReportData, TopShare
from patron.plugins.reports.chosen import percentage
from patron.plugins.reports.wording import basis, percent, ranked_otherwise


def pareto(data: ReportData) -> Sequence[Block]:
    """Return the curve with the line of equality, and its reading at the top shares of the run."""
    run, t = data.run, data.t
    if run.totals.monetary <= 0 or not run.curve:
        return [Note(text=t("pareto.none"))] if run.customers else []
    readings = [
        *_readings(data, "pareto.reading", run.pareto, run.customers),
        *_readings(data, "pareto.reading_margin", run.pareto_margin, run.customers - run.totals.margin_missing),
    ]
    description = " ".join(readings) or t("pareto.how")
    chart = Chart(
        code="pareto",
        title=t("pareto.chart"),
        description=description,
        kind=ChartKind.LINE,
        x=Axis(title=t("pareto.customers"), format=Format.SHARE),
        y=Axis(title=t("pareto.sales"), format=Format.SHARE),
        points=tuple(Point(x=x, y=y) for x, y in run.curve),
        diagonal=True,
        basis=basis(data, "pareto.numerator", "pareto.denominator"),
    )
    return [*(Note(text=reading) for reading in readings), chart, Note(text=t("pareto.how")), *ranked_otherwise(data)]


def _readings(data: ReportData, key: str, tops: Mapping[str, TopShare], everyone: int) -> list[str]:
    return [
        data.t(
            key,
            percent=percentage(fraction),
            count=f"{top.customers:,}",
            all=f"{everyone:,}",
            share=percent(top.share),
        )
        for fraction, top in sorted(tops.items())
        if top.share is not None
    ]
