"""
Regular customers (R298): those who order every week, or every month, and still do.

The interval is the mean number of days between a customer's orders: from the first purchase to the last, over the orders after
the first. Weekly is who has at least so many orders, an interval of at most a week, and ordered last no longer ago than so many
weeks; monthly likewise; the others are irregular. Who has fewer orders has no rhythm yet, and no label.
"""

from collections.abc import Mapping
from decimal import Decimal

import attrs
import numpy as np

from patron import Column, FactorColumn, FeatureTable, Kind, Population, ScoreFactor

LABELS = ("weekly", "monthly", "irregular")


@attrs.frozen(kw_only=True)
class RhythmParameters:
    """
    What can be set in `[scoring.rhythm]`.

    Attributes:
        week: days of the longest interval that is weekly.
        month: days of the longest interval that is monthly.
        orders: how many it takes to have a rhythm.
        missed: how many weeks, or months, may have passed since the last order.
    """

    week: int = attrs.field(default=7, validator=[attrs.validators.ge(1), attrs.validators.le(1000)])
    month: int = attrs.field(default=31, validator=[attrs.validators.ge(1), attrs.validators.le(1000)])
    orders: int = attrs.field(default=4, validator=attrs.validators.ge(2))
    missed: Decimal = attrs.field(
        default=Decimal(2), validator=[attrs.validators.ge(Decimal(1)), attrs.validators.le(Decimal(100))]
    )

    def __attrs_post_init__(self) -> None:
        if self.month < self.week:
            raise ValueError(f"month ({self.month}) must not be below week ({self.week})")


def compute(table: FeatureTable, parameters: RhythmParameters, _: Population) -> Mapping[str, Column]:
    """Return the mean interval and the rhythm of every customer."""
    first, last, orders = (table[name].integers() for name in ("first_purchase", "last_purchase", "orders"))
    unknown = orders < 2
    gaps, span = np.maximum(orders - 1, 1), np.where(unknown, 0, last - first)
    # Whole numbers decide: span / gaps <= days, and recency <= missed * days.
    missed, whole = parameters.missed.as_integer_ratio()
    waiting = np.where(unknown, 0, table["recency"].integers())
    label = np.full(len(table), LABELS.index("irregular"), np.uint8)
    for name, days in (("monthly", parameters.month), ("weekly", parameters.week)):
        regular = (span <= days * gaps) & (waiting * whole <= missed * days)
        label[regular] = LABELS.index(name)
    none = orders < parameters.orders
    return {
        "interval": Column(span / gaps.astype(np.float64), Kind.NUMBER, unknown),
        "rhythm": Column(label, Kind.LABEL, none, LABELS),
    }


FACTOR = ScoreFactor(
    code="rhythm",
    columns=(
        FactorColumn(name="interval", kind=Kind.NUMBER, by=("first_purchase", "last_purchase", "orders")),
        FactorColumn(name="rhythm", kind=Kind.LABEL, labels=LABELS, by=("interval", "recency", "orders")),
    ),
    needs=("first_purchase", "last_purchase", "recency", "orders"),
    compute=compute,
    parameters=RhythmParameters,
    optional=True,
    in_parts=True,
)
