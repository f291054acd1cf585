"""
Ranks, groups and the tables over them: deciles, purchase deciles, the concentration curve.

Everything is computed in integers; a share is one division at the end, so it is the float nearest to the exact quotient.
"""

from collections.abc import Sequence

import attrs
import numpy as np

from patron.core.records import Column, FeatureTable, GroupRow, Kind, PurchaseRow, TopShare
from patron.core.scoring.concentration import Concentration
from patron.kernel import ranking
from patron.kernel.layout import Int64s


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


@attrs.frozen(kw_only=True, eq=False)
class GroupSums:
    """
    What the groups come to; those of several parts of the customers add up.

    Attributes:
        customers, monetary, margins: of each group; margins None without costs.
        lowest: the smallest ranking value of each group; None where it is empty.
    """

    customers: Sequence[int]
    monetary: Sequence[int]
    margins: Sequence[int] | None
    lowest: Sequence[int | None]

    def merge(self, other: "GroupSums") -> "GroupSums":
        """Return the sums of both."""
        return GroupSums(
            customers=[one + more for one, more in zip(self.customers, other.customers, strict=True)],
            monetary=[one + more for one, more in zip(self.monetary, other.monetary, strict=True)],
            margins=None
            if self.margins is None or other.margins is None
            else [one + more for one, more in zip(self.margins, other.margins, strict=True)],
            lowest=[_lower(one, more) for one, more in zip(self.lowest, other.lowest, strict=True)],
        )


def group_sums(table: FeatureTable, measure: Column, group: ranking.GroupNumbers, groups: int) -> GroupSums:
    """
    Add up the groups of a table.

    Args:
        table: the customers.
        measure: what they are ranked by.
        group: shape (customers,), the group of each from 1; 0 without one.
        groups: how many there are.
    """
    margin = table.columns.get("margin")
    customers = np.bincount(group, minlength=groups + 1)[1:].tolist()
    values = measure.integers()
    lowest = np.full(groups + 1, values.max(initial=0), np.int64)
    np.minimum.at(lowest, group, values)
    return GroupSums(
        customers=customers,
        monetary=ranking.sums_by_group(table["monetary"].integers(), group, groups),
        margins=None if margin is None else ranking.sums_by_group(margin.integers(), group, groups, margin.missing),
        lowest=[value if count else None for value, count in zip(lowest[1:].tolist(), customers, strict=True)],
    )


def group_table(sums: GroupSums, monetary: int, margin: int | None) -> tuple[GroupRow, ...]:
    """
    Return the decile table (R295): what each group brings of net sales and of margin.

    Args:
        sums: of the groups.
        monetary: the net sales of all customers.
        margin: their margin; None without costs.
    """
    rows = []
    running = 0
    for number, customers in enumerate(sums.customers):
        running += sums.monetary[number]
        own = None if sums.margins is None else sums.margins[number]
        rows.append(
            GroupRow(
                decile=number + 1,
                customers=customers,
                monetary=sums.monetary[number],
                margin=own,
                share=_quotient(sums.monetary[number], monetary),
                cumulative_share=_quotient(running, monetary),
                margin_share=_quotient(own, margin or 0),
                lowest=sums.lowest[number],
            )
        )
    return tuple(rows)


def purchase_table(found: Concentration, customers: int) -> tuple[PurchaseRow, ...]:
    """Return how many of the *customers* reach each 10 % of the total (R296); empty where it is not positive."""
    return tuple(
        PurchaseRow(percent=10 * (number + 1), customers=needed, share_of_customers=needed / customers)
        for number, needed in enumerate(found.tenths)
    )


def top_shares(found: Concentration, percent: int) -> dict[str, TopShare]:
    """
    Return the share of the total that the best part of the customers brings (R132).

    The best part is the smallest whole number of customers that is at least that part of all.
    """
    customers, monetary = found.top
    return {f"{percent / 100:g}": TopShare(customers=customers, share=_quotient(monetary, found.total))}


def curve(found: Concentration) -> tuple[tuple[float, float], ...]:
    """Return the concentration curve from (0, 0) to (1, 1); empty where the total is not positive."""
    if not found.curve:
        return ()
    return ((0.0, 0.0), *((customers / found.customers, monetary / found.total) for customers, monetary in found.curve))


def _lower(one: int | None, other: int | None) -> int | None:
    return min((each for each in (one, other) if each is not None), default=None)


def _quotient(part: int | None, whole: int) -> float | None:
    return None if part is None or whole <= 0 else part / whole
