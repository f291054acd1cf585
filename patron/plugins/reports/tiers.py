"""
The tiers that customers were put in: ABC, profitable groups, transactional or relational.

Their names say what the run was told to put there: "the best 5%" is so only where that was the parameter.
"""

from collections.abc import Sequence

from patron import Block, Cell, Format, Note, ReportData, Table, TableColumn
from patron.plugins.reports.chosen import parameters_of, percentage
from patron.plugins.reports.wording import basis, money, part

COLUMNS = {"abc": "abc", "profit_group": "profit_groups", "loyalty": "loyalty"}
"""Columns of the scores that this section knows how to name, in reading order, each with the factor that it comes from."""


def tiers(data: ReportData) -> Sequence[Block]:
    """Return one table for each tier column that has values, and say which have none."""
    blocks: list[Block] = []
    for column in COLUMNS:
        tallies = data.run.tallies.get(column, ())
        if any(tally.value and tally.customers for tally in tallies):
            names = [_name(data, column, tally.value) for tally in tallies]
            blocks.append(tally_table(data, column, data.t(f"tiers.{column}.title"), names))
        elif tallies and data.run.customers:
            blocks.append(Note(text=data.t(f"tiers.{column}.none")))
    return blocks


def tally_table(data: ReportData, column: str, title: str, names: Sequence[str]) -> Table:
    """
    Return how many customers carry each value of a column, and what they bring.

    Args:
        data: of the report.
        column: whose tallies the run holds.
        title: of the table, and of the values.
        names: of the values, in the order of the tallies.
    """
    run, t = data.run, data.t
    columns = (
        TableColumn(key=column, title=title, format=Format.TEXT),
        TableColumn(key="customers", title=t("tiers.customers"), format=Format.COUNT),
        TableColumn(key="share_of_customers", title=t("tiers.share_of_customers"), format=Format.SHARE),
        TableColumn(key="monetary", title=t("tiers.monetary"), format=Format.MONEY),
        TableColumn(key="share", title=t("tiers.share"), format=Format.SHARE, bar=True),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            name,
            tally.customers,
            part(tally.customers, run.customers),
            money(tally.monetary),
            part(tally.monetary, run.totals.monetary),
        )
        for name, tally in zip(names, run.tallies[column], strict=True)
        if tally.customers or tally.value
    ]
    return Table(
        code=column,
        title=title,
        columns=columns,
        rows=tuple(rows),
        basis=basis(data, "tiers.numerator", "tiers.denominator"),
    )


def _name(data: ReportData, column: str, value: str) -> str:
    chosen = parameters_of(data.run, COLUMNS[column])
    if value and chosen is None:
        return value
    key = f"tiers.{column}.value_{value or 'none'}"
    name = data.t(key, **{name: percentage(part) for name, part in (chosen or {}).items()})
    return value if name == key else name
