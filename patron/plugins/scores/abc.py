"""
ABC tiers (R223): A is the best 5 % of the customers, C the last 20 %, B the rest (§6.50).

The value is net sales; of customers with equal sales the one with the longer relationship stands higher (§6.51), then the smaller
id. A holds the smallest whole number of customers that is at least its part, C the largest that is at most its part.
"""

from collections.abc import Mapping
from decimal import Decimal

import attrs
import numpy as np

from patron import Column, FactorColumn, FeatureTable, Kind, Population, ScoreFactor

LABELS = ("A", "B", "C")
_PART = [attrs.validators.ge(Decimal(0)), attrs.validators.le(Decimal(1))]


@attrs.frozen(kw_only=True)
class AbcParameters:
    """
    What can be set in `[scoring.abc]`.

    Attributes:
        top: the part of the customers in A.
        bottom: the part of the customers in C.
    """

    top: Decimal = attrs.field(default=Decimal("0.05"), validator=_PART)
    bottom: Decimal = attrs.field(default=Decimal("0.20"), validator=_PART)

    def __attrs_post_init__(self) -> None:
        if self.top + self.bottom > 1:
            raise ValueError(f"top ({self.top}) and bottom ({self.bottom}) together must not be more than 1")


def compute(table: FeatureTable, parameters: AbcParameters, population: Population) -> Mapping[str, Column]:
    """Return the tier of every customer."""
    customers = population.customers
    value = table["monetary"].integers()
    tenure = table["tenure"]
    years = tenure.integers().copy()
    if tenure.missing is not None:
        years[tenure.missing] = -1
    (top, of_top), (bottom, of_bottom) = parameters.top.as_integer_ratio(), parameters.bottom.as_integer_ratio()
    best = population.best(-(-customers * top // of_top), value, years)
    last = ~population.best(customers - customers * bottom // of_bottom, value, years)
    tier = np.where(best, 0, np.where(last, 2, 1)).astype(np.uint8)
    return {"abc": Column(tier, Kind.LABEL, labels=LABELS)}


FACTOR = ScoreFactor(
    code="abc",
    columns=(FactorColumn(name="abc", kind=Kind.LABEL, labels=LABELS, by=("monetary",)),),
    needs=("monetary",),
    uses=("tenure",),
    compute=compute,
    parameters=AbcParameters,
    in_parts=True,
)
