"""
What the words of the report mean.
"""

from collections.abc import Sequence

from patron import Block, Format, ReportData, Table, TableColumn

TERMS = (
    "purchase",
    "monetary",
    "margin",
    "orders",
    "recency",
    "scores",
    "decile",
    "purchase_decile",
    "abc",
    "profit_group",
    "loyalty",
)


def definitions(data: ReportData) -> Sequence[Block]:
    """Return each term with its meaning."""
    t = data.t
    columns = (
        TableColumn(key="term", title=t("definitions.term"), format=Format.TEXT),
        TableColumn(key="meaning", title=t("definitions.meaning"), format=Format.TEXT),
    )
    rows = tuple((t(f"definitions.{term}.term"), t(f"definitions.{term}.meaning")) for term in TERMS)
    return [Table(code="definitions", title=t("definitions.title"), columns=columns, rows=rows, basis=None)]
