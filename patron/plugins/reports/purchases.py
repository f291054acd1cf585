"""
Purchase deciles: how many customers, best first, it takes for each 10 % of the sales and of the margin.
"""

from collections.abc import Sequence

from patron import Block, Cell, Format, Note, PurchaseRow, ReportData, Table, TableColumn
from patron.plugins.reports.wording import basis, ranked_otherwise


def purchases(data: ReportData) -> Sequence[Block]:
    """Return one table for net sales, and one for margin where there are costs."""
    run, t = data.run, data.t
    if not run.customers:
        return []
    blocks = _about(data, "sales", run.purchase_deciles)
    if run.totals.margin is not None:
        blocks += _about(data, "margin", run.purchase_deciles_margin)
    if any(isinstance(block, Table) for block in blocks):
        blocks += [Note(text=t("purchases.how")), *ranked_otherwise(data)]
    return blocks


def _about(data: ReportData, what: str, rows: Sequence[PurchaseRow]) -> list[Block]:
    t = data.t
    if not rows:
        return [Note(text=t(f"purchases.none_{what}"))]
    columns = (
        TableColumn(key="percent", title=t(f"purchases.part_{what}"), format=Format.SHARE),
        TableColumn(key="customers", title=t("purchases.customers"), format=Format.COUNT),
        TableColumn(key="more", title=t("purchases.more"), format=Format.COUNT),
        TableColumn(key="share_of_customers", title=t("purchases.share"), format=Format.SHARE, bar=True),
    )
    return [
        Table(
            code=f"purchase_deciles_{what}",
            title=t(f"purchases.title_{what}"),
            columns=columns,
            rows=_rows(rows),
            basis=basis(data, f"purchases.numerator_{what}", "purchases.denominator"),
        )
    ]


def _rows(rows: Sequence[PurchaseRow]) -> tuple[tuple[Cell, ...], ...]:
    before = [0, *(row.customers for row in rows)]
    return tuple(
        (row.percent / 100, row.customers, row.customers - earlier, row.share_of_customers)
        for row, earlier in zip(rows, before, strict=False)
    )
