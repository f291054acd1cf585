"""
The three profitable groups of relational customers (R293, R294; §6.56, §6.57).

Profitable is a customer with net sales above zero and a margin above zero (where costs are given), who is not transactional.
Sorted by net sales, *group 1* is those who bring the first 10 % of all net sales, *group 2* the next up to 50 %; the customer who
crosses a border belongs to the group that it completes. *Group 3* is the remaining profitable ones who are declining: their value
in the recent period is above zero and below that of the period before. `declining` says that of every customer.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import attrs
import numpy as np

from patron import Column, FactorColumn, FeatureTable, Kind, Population, ScoreFactor
from patron.kernel.layout import Bools, Int64s

GROUPS = ("1", "2", "3")
DECLINING = ("no", "yes")
_PART = [attrs.validators.ge(Decimal(0)), attrs.validators.le(Decimal(1))]


@attrs.frozen(kw_only=True)
class ProfitGroupsParameters:
    """
    What can be set in `[scoring.profit_groups]`.

    Attributes:
        first: up to which part of all net sales group 1 reaches.
        second: up to which part of all net sales group 2 reaches.
        decrease: by which part of the earlier value a customer must have fallen to be declining; 0: by anything.
    """

    first: Decimal = attrs.field(default=Decimal("0.10"), validator=_PART)
    second: Decimal = attrs.field(default=Decimal("0.50"), validator=_PART)
    decrease: Decimal = attrs.field(default=Decimal(0), validator=_PART)

    def __attrs_post_init__(self) -> None:
        if self.second < self.first:
            raise ValueError(f"second ({self.second}) must not be below first ({self.first})")


def compute(table: FeatureTable, parameters: ProfitGroupsParameters, population: Population) -> Mapping[str, Column]:
    """Return the group of every profitable customer, and who is declining."""
    declining, unknown = _declining(table, parameters.decrease)
    sales = table["monetary"].integers()
    profitable = _profitable(table, sales)
    parts = [Fraction(part) for part in (parameters.first, parameters.second)]
    first, second = population.reaching(sales, parts, profitable)
    group = np.zeros(len(table), np.uint8)
    group[profitable & declining] = 3
    group[second] = 2
    group[first] = 1
    none = group == 0
    return {
        "profit_group": Column(np.where(none, 0, group - 1).astype(np.uint8), Kind.LABEL, none, GROUPS),
        "declining": Column(declining.astype(np.uint8), Kind.LABEL, unknown, DECLINING),
    }


def _declining(table: FeatureTable, decrease: Decimal) -> tuple[Bools, Bools | None]:
    recent, previous = table["recent_value"], table["previous_value"]
    now = recent.integers()
    before = previous.integers()
    if decrease:
        part, whole = (Decimal(1) - decrease).as_integer_ratio()
        limit = np.array([value * part // whole + (value * part % whole > 0) for value in before.tolist()], np.int64)
    else:
        limit = before
    fell: Bools = (now > 0) & (now < limit)
    if recent.missing is not None:
        fell &= ~recent.missing
    return fell, recent.missing


def _profitable(table: FeatureTable, sales: Int64s) -> Bools:
    marked: Bools = sales > 0
    if "margin" in table:
        margin = table["margin"]
        marked &= margin.integers() > 0
        if margin.missing is not None:
            marked &= ~margin.missing
    if "loyalty" in table:
        loyalty = table["loyalty"]
        transactional = loyalty.values == 0
        marked &= ~transactional if loyalty.missing is None else ~(transactional & ~loyalty.missing)
    return marked


FACTOR = ScoreFactor(
    code="profit_groups",
    columns=(
        FactorColumn(name="profit_group", kind=Kind.LABEL, labels=GROUPS, by=("monetary", "margin", "loyalty", "declining")),
        FactorColumn(name="declining", kind=Kind.LABEL, labels=DECLINING, by=("recent_value", "previous_value")),
    ),
    needs=("monetary", "recent_value", "previous_value"),
    uses=("margin", "loyalty"),
    compute=compute,
    parameters=ProfitGroupsParameters,
    in_parts=True,
)
