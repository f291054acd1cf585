"""
The few numbers that matter most.
"""

from collections.abc import Sequence

from patron import Block, Figure, Figures, Format, Level, Note, ReportData, TopShare
from patron.plugins.reports.chosen import percentage
from patron.plugins.reports.wording import basis, money


def figures(data: ReportData) -> Sequence[Block]:
    """Return customers, sales, refunds, margin where there are costs, and what the best bring of both (R132)."""
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
    shown += [_top(data, "monetary", fraction, top, run.customers) for fraction, top in sorted(run.pareto.items())]
    known = run.customers - totals.margin_missing
    shown += [_top(data, "margin", fraction, top, known) for fraction, top in sorted(run.pareto_margin.items())]
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


def _top(data: ReportData, name: str, fraction: str, top: TopShare, everyone: int) -> Figure:
    keys = (f"figures.top_{name}_numerator", f"figures.top_{name}_denominator")
    return Figure(
        label=data.t(f"figures.top_{name}", percent=percentage(fraction)),
        value=top.share,
        format=Format.SHARE,
        basis=basis(data, *keys, best=f"{top.customers:,}", everyone=f"{everyone:,}"),
    )
