"""
From sums per customer to the customer table: the columns that every score begins with.
"""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from patron.core.records import Column, FeatureTable, Kind
from patron.core.scoring.prepared import CustomerAggregates
from patron.kernel.aggregate import NO_FIRST
from patron.kernel.layout import Bools, Float64s, Int64s

if TYPE_CHECKING:
    from patron.core.scoring.purchase_days import PurchaseDays

DAY_COLUMNS = ("purchase_days", "first_value")
"""Columns that are made where a factor reads them: they take memory for every day on which somebody bought."""

_COUNTS = ("orders", "lines", "products", "rank", "purchase_days")
_MONEY = ("monetary", "gross", "refunds", "margin", "discount", "recent_value", "previous_value", "first_value")
FEATURES: Mapping[str, Kind] = MappingProxyType(
    {
        **dict.fromkeys(("first_purchase", "last_purchase"), Kind.DATE),
        **dict.fromkeys(("recency", "tenure"), Kind.DAYS),
        **dict.fromkeys(_COUNTS, Kind.COUNT),
        **dict.fromkeys(_MONEY, Kind.MONEY),
        **dict.fromkeys(("discount_share", "discounted_lines_share", "cumulative_share"), Kind.SHARE),
        "decile": Kind.SCORE,
    }
)
"""Columns that the customer table may have before factors add to it, each where the input gives it."""

EPOCH = date(1970, 1, 1).toordinal()
"""What a day count since 1970 adds to be a day count of Python's calendar."""


def months_before(day: date, months: int) -> date:
    """Return the day *months* earlier: the same of the month, its last where it is shorter; `date.min` where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if year < date.min.year:
        return date.min
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def feature_table(found: CustomerAggregates, as_of: date, *, with_cost: bool, with_discount: bool) -> FeatureTable:
    """
    Return the customer table.

    Columns: `first_purchase`, `last_purchase` (days), `recency` (days since the last purchase), `tenure` (days since the first),
    `orders`, `lines`, `products` where counted, `monetary` (net), `gross`, `refunds`; with costs `margin`; with discounts
    `discount`, `discount_share` (R292: discount over list price) and `discounted_lines_share`; `recent_value` and
    `previous_value` (margin, or net sales without costs, in the recent period and the one before, §6.57).

    Args:
        found: the sums, ascending by id.
        as_of: the day the table is true for.
        with_cost: whether costs were given.
        with_discount: whether discounts were given.
    """
    sums = found.sums
    never = sums.first == NO_FIRST
    today = as_of.toordinal() - EPOCH
    first, last = np.where(never, 0, sums.first), np.where(never, 0, sums.last)
    monetary = sums.gross + sums.refunds
    unknown_cost = sums.cost_missing > 0
    columns = {
        "first_purchase": Column(first, Kind.DATE, never),
        "last_purchase": Column(last, Kind.DATE, never),
        "recency": Column(today - last, Kind.DAYS, never),
        "tenure": Column(today - first, Kind.DAYS, never),
        "orders": Column(found.orders, Kind.COUNT),
        "lines": Column(sums.lines, Kind.COUNT),
    }
    if found.products is not None:
        columns["products"] = Column(found.products, Kind.COUNT)
    columns |= {
        "monetary": Column(monetary, Kind.MONEY),
        "gross": Column(sums.gross, Kind.MONEY),
        "refunds": Column(sums.refunds, Kind.MONEY),
    }
    if with_cost:
        columns["margin"] = Column(monetary - sums.cost, Kind.MONEY, unknown_cost)
    if with_discount:
        columns["discount"] = Column(sums.discount, Kind.MONEY)
        columns["discount_share"] = _share(sums.discount, sums.gross + sums.discount)
        columns["discounted_lines_share"] = _share(sums.discounted, sums.purchases)
    columns["recent_value"] = Column(sums.recent, Kind.MONEY, unknown_cost if with_cost else None)
    columns["previous_value"] = Column(sums.previous, Kind.MONEY, unknown_cost if with_cost else None)
    return FeatureTable(_plain_ids(found.ids), columns, as_of)


def day_columns(purchases: "PurchaseDays") -> dict[str, Column]:
    """
    Return the columns that only factors which ask for them cause to be made.

    Columns: `purchase_days` (on how many days the customer bought) and `first_value` (what they bought on the first of them).
    """
    return {
        "purchase_days": Column(purchases.counts, Kind.COUNT),
        "first_value": Column(purchases.first_amounts, Kind.MONEY, purchases.counts == 0),
    }


def _plain_ids(ids: pa.Array) -> Int64s | pa.Array:
    return ids.to_numpy() if pa.types.is_integer(ids.type) else ids


def _share(part: Int64s, whole: Int64s) -> Column:
    """Return part / whole, without a value where the whole is not positive."""
    none: Bools = whole <= 0
    share: Float64s = np.divide(part, whole, out=np.zeros(len(part), np.float64), where=~none)
    return Column(share, Kind.SHARE, none)
