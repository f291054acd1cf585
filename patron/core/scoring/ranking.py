"""
Ranks, groups and the tables over them: deciles, purchase deciles, the concentration curve.

Everything is computed in integers; a share is one division at the end, so it is the float nearest to the exact quotient.
"""

import attrs
import numpy as np

from patron.core.records import Column, FeatureTable, GroupRow, Kind, PurchaseRow, TopShare
from patron.kernel import ranking
from patron.kernel.layout import Int64s

CURVE_POINTS = 100
"""Into how many parts of customers the concentration curve is drawn."""


@attrs.frozen(kw_only=True, eq=False)
class Ranking:
    """
    Customers in order of the ranking measure.

    Attributes:
        measure: the column they are ranked by.
        order: positions of the ranked customers, best first; equal values by customer id.
        group: shape (customers,), the group of each from 1; 0 without a value.
        groups: how many groups there are.
    """

    measure: Column
    order: Int64s
    group: ranking.GroupNumbers
    groups: int


def rank_customers(table: FeatureTable, by: str, groups: int, *, together: bool) -> Ranking:
    """
    Rank the customers by a column of the table.

    Args:
        table: the customer table.
        by: the column; customers without a value get no group.
        groups: how many groups of equal number; sizes differ by at most one, the larger ones first.
        together: whether customers with equal values get the group of the best ranked among them; sizes may then differ.
    """
    measure = table[by]
    values = measure.integers()
    order = ranking.descending_order(values, measure.missing)
    group = ranking.groups_by_position(order, len(table), groups)
    if together:
        group = ranking.ties_together(values, order, group)
    return Ranking(measure=measure, order=order, group=group, groups=groups)


def rank_columns(found: Ranking) -> dict[str, Column]:
    """Return the columns `rank` (1 is best), `decile` and `cumulative_share` of the ranking measure's total."""
    customers = len(found.group)
    unranked = found.group == 0 if len(found.order) < customers else None
    rank = np.zeros(customers, np.int64)
    rank[found.order] = np.arange(1, len(found.order) + 1)
    values = found.measure.integers()[found.order]
    total = int(values.sum())
    if total > 0:
        share = np.zeros(customers, np.float64)
        share[found.order] = np.cumsum(values) / total
        cumulative = Column(share, Kind.SHARE, unranked)
    else:
        cumulative = Column.nothing(customers, Kind.SHARE)
    return {
        "rank": Column(rank, Kind.COUNT, unranked),
        "decile": Column(found.group, Kind.SCORE, unranked),
        "cumulative_share": cumulative,
    }


def group_table(table: FeatureTable, found: Ranking) -> tuple[GroupRow, ...]:
    """Return the decile table (R295): what each group brings of net sales and of margin."""
    monetary = table["monetary"].integers()
    total = int(monetary.sum())
    sales = ranking.sums_by_group(monetary, found.group, found.groups)
    margins: list[int | None] = [None] * found.groups
    margin_total = 0
    if "margin" in table:
        margin = table["margin"]
        margins = list(ranking.sums_by_group(margin.integers(), found.group, found.groups, margin.missing))
        margin_total = int(margin.known().sum())
    counts = np.bincount(found.group, minlength=found.groups + 1)[1:].tolist()
    # Ranked best first, so the last row of a group in ranking order holds its lowest value.
    ends = np.cumsum(counts)
    rows = []
    running = 0
    for number in range(found.groups):
        running += sales[number]
        customers = int(counts[number])
        rows.append(
            GroupRow(
                decile=number + 1,
                customers=customers,
                monetary=sales[number],
                margin=margins[number],
                share=_quotient(sales[number], total),
                cumulative_share=_quotient(running, total),
                margin_share=_quotient(margins[number], margin_total),
                lowest=int(found.measure.values[found.order[ends[number] - 1]]) if customers else None,
            )
        )
    return tuple(rows)


def best_first(column: Column) -> Int64s:
    """Return the values of the customers that have one, largest first: what the tables below are made of."""
    return np.sort(column.known())[::-1]


def purchase_table(values: Int64s, customers: int) -> tuple[PurchaseRow, ...]:
    """Return how many of the *customers* reach each 10 % of the total (R296); empty where it is not positive."""
    return tuple(
        PurchaseRow(percent=10 * (number + 1), customers=needed, share_of_customers=needed / customers)
        for number, needed in enumerate(ranking.customers_for_shares(values, 10))
    )


def top_shares(values: Int64s, percent: int) -> dict[str, TopShare]:
    """
    Return the share of the total that the best part of the customers brings (R132).

    The best part is the smallest whole number of customers that is at least that part of all.
    """
    customers = -(-len(values) * percent // 100)
    return {
        f"{percent / 100:g}": TopShare(customers=customers, share=_quotient(int(values[:customers].sum()), int(values.sum())))
    }


def curve(values: Int64s) -> tuple[tuple[float, float], ...]:
    """Return the concentration curve from (0, 0) to (1, 1); empty where the total is not positive."""
    total = int(values.sum())
    if total <= 0:
        return ()
    running = np.cumsum(values)
    points = [(0.0, 0.0)]
    parts = min(CURVE_POINTS, len(values))
    for part in range(1, parts + 1):
        customers = -(-len(values) * part // parts)
        points.append((customers / len(values), int(running[customers - 1]) / total))
    return tuple(points)


def _quotient(part: int | None, whole: int) -> float | None:
    return None if part is None or whole <= 0 else part / whole
