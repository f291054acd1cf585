"""
The few numbers that matter most.
"""

from collections.abc import Sequence

from patron import Block, Figure, Figures, Format, Level, Note, ReportData, TopShare
from patron.plugins.reports.wording import basis, money


def figures(data: ReportData) -> Sequence[Block]:
    """Return customers, sales, refunds, margin where there are costs, and the part that the best customers bring."""
    run, t = data.run, data.t
    totals = run.totals
    shown = [
        Figure(label=t("figures.customers"), value=run.customers, format=Format.COUNT, basis=basis(data, "figures.customers_of")),
        _amount(data, "monetary", totals.monetary),
        _amount(data, "gross", totals.gross),
        _amount(data, "refunds", totals.refunds),
    ]
    if totals.margin is not None:
        shown.append(_amount(data, "margin", totals.margin))
    shown += [_top(data, fraction, top) for fraction, top in sorted(run.pareto.items())]
    blocks: list[Block] = [Figures(figures=tuple(shown))]
    if run.customers == 0:
        blocks.append(Note(text=t("figures.nobody"), level=Level.WARNING))
    elif totals.monetary <= 0:
        blocks.append(Note(text=t("figures.not_positive"), level=Level.WARNING))
    if totals.margin is not None and totals.margin_missing:
        blocks.append(Note(text=t("figures.margin_missing", count=f"{totals.margin_missing:,}"), level=Level.WARNING))
    return blocks


def _amount(data: ReportData, name: str, count: int) -> Figure:
    return Figure(
        label=data.t(f"figures.{name}"), value=money(count), format=Format.MONEY, basis=basis(data, f"figures.{name}_of")
    )


def _top(data: ReportData, fraction: str, top: TopShare) -> Figure:
    best, everyone = f"{top.customers:,}", f"{data.run.customers:,}"
    return Figure(
        label=data.t("figures.top", percent=f"{float(fraction):.0%}"),
        value=top.share,
        format=Format.SHARE,
        basis=basis(data, "figures.top_numerator", "figures.top_denominator", best=best, everyone=everyone),
    )
