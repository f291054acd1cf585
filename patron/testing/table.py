"""
The small shop as score factors see it: a customer table with every column that an input can give.
"""

from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from patron.core.money import UNIT
from patron.core.records import Column, FeatureTable, Kind
from patron.testing.samples import AS_OF, SHOP

# Beside the shop a customer who only gave something back: without purchases there are no dates.
_CUSTOMERS = sorted((*SHOP, ("C10", 0, 0, -10, None, None)), key=lambda customer: customer[0].encode())
_UNKNOWN_COST = "C09"
_EPOCH = date(1970, 1, 1)
_WITH_COST = ("margin",)
_WITH_DISCOUNT = ("discount", "discount_share", "discounted_lines_share")


def sample_table(*, with_cost: bool = True, with_discount: bool = True) -> FeatureTable:
    """
    Return the customers of the sample shop, and one who only gave something back, with every column that scoring begins with.

    One customer's costs are not known. As the table of any run it is ascending by id.

    Args:
        with_cost: whether the input had costs.
        with_discount: whether it had discounts.
    """
    names, orders, gross, refunds, first, last = zip(*_CUSTOMERS, strict=True)
    counts, money = np.array(orders, np.int64), {"gross": _money(gross), "refunds": _money(refunds)}
    net = money["gross"] + money["refunds"]
    never, unknown = counts == 0, np.array([name == _UNKNOWN_COST for name in names])
    lines = np.maximum(2 * counts, 1)
    rank = np.empty(len(net), np.int64)
    rank[np.argsort(-net, kind="stable")] = np.arange(1, len(net) + 1)
    columns = {
        "first_purchase": Column(_days(first), Kind.DATE, never),
        "last_purchase": Column(_days(last), Kind.DATE, never),
        "recency": Column((AS_OF - _EPOCH).days - _days(last), Kind.DAYS, never),
        "tenure": Column((AS_OF - _EPOCH).days - _days(first), Kind.DAYS, never),
        "orders": Column(counts, Kind.COUNT),
        "lines": Column(lines, Kind.COUNT),
        "products": Column(np.minimum(lines, 7), Kind.COUNT),
        "monetary": Column(net, Kind.MONEY),
        "gross": Column(money["gross"], Kind.MONEY),
        "refunds": Column(money["refunds"], Kind.MONEY),
        "margin": Column(net // 4, Kind.MONEY, unknown),
        "discount": Column(money["gross"] // 9 * (counts % 2), Kind.MONEY),
        "discount_share": Column(0.1 * (counts % 2), Kind.SHARE, never),
        "discounted_lines_share": Column(1.0 * (counts % 2), Kind.SHARE, never),
        "recent_value": Column(net // 8, Kind.MONEY, unknown if with_cost else None),
        "previous_value": Column(net // 9, Kind.MONEY, unknown if with_cost else None),
        "rank": Column(rank, Kind.COUNT),
        "decile": Column(np.minimum(rank, 10).astype(np.uint8), Kind.SCORE),
        "cumulative_share": Column(np.cumsum(-np.sort(-net))[rank - 1] / net.sum(), Kind.SHARE),
    }
    absent = (() if with_cost else _WITH_COST) + (() if with_discount else _WITH_DISCOUNT)
    kept = {name: column for name, column in columns.items() if name not in absent}
    return FeatureTable(pa.array(names, pa.large_string()), kept, AS_OF)


def first_customers(table: FeatureTable, count: int) -> FeatureTable:
    """Return the table of the first customers alone."""
    columns = {
        name: Column(
            column.values[:count], column.kind, None if column.missing is None else column.missing[:count], column.labels
        )
        for name, column in table.columns.items()
    }
    return FeatureTable(table.ids[:count], columns, table.as_of)


def _money(units: tuple[int, ...]) -> npt.NDArray[np.int64]:
    return np.array([each * UNIT for each in units], np.int64)


def _days(days: tuple[date | None, ...]) -> npt.NDArray[np.int64]:
    return np.array([0 if day is None else (day - _EPOCH).days for day in days], np.int64)
