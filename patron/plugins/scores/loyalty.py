"""
Transactional or relational (R290): who buys only when it is cheap.

Transactional is a customer of whose purchases at least 80 % were discounted and whose margin (net sales where no costs are given)
is below the median (§6.58). Without discounts in the input nobody is classified; nor is a customer without purchases, or of
unknown margin.
"""

from collections.abc import Mapping
from decimal import Decimal

import attrs
import numpy as np

from patron import Column, FactorColumn, FeatureTable, Kind, Population, ScoreFactor
from patron.kernel.layout import Bools

LABELS = ("transactional", "relational")


@attrs.frozen(kw_only=True)
class LoyaltyParameters:
    """
    What can be set in `[scoring.loyalty]`.

    Attributes:
        discounted_lines: from which part of discounted purchases a customer may be transactional.
    """

    discounted_lines: Decimal = attrs.field(
        default=Decimal("0.8"), validator=[attrs.validators.ge(Decimal(0)), attrs.validators.le(Decimal(1))]
    )


def compute(table: FeatureTable, parameters: LoyaltyParameters, population: Population) -> Mapping[str, Column]:
    """Return the class of every customer."""
    share = table["discounted_lines_share"]
    value = table["margin"] if "margin" in table else table["monetary"]
    unknown = np.zeros(len(table), np.bool_)
    for column in (share, value):
        if column.missing is not None:
            unknown |= column.missing
    cheap = share.values.astype(np.float64) >= float(parameters.discounted_lines)
    transactional = cheap & _below_median(value, population)
    return {"loyalty": Column(np.where(transactional, 0, 1).astype(np.uint8), Kind.LABEL, unknown, LABELS)}


def _below_median(column: Column, population: Population) -> Bools:
    middle = population.middle(column.integers(), column.missing)
    if middle is None:
        return np.zeros(len(column), np.bool_)
    # Python integers: twice a value could leave 64 bits. v < (a + b) / 2 holds exactly when v < ceil((a + b) / 2).
    border = -(-sum(middle) // 2)
    return np.asarray(column.integers() < border)


FACTOR = ScoreFactor(
    code="loyalty",
    columns=(FactorColumn(name="loyalty", kind=Kind.LABEL, labels=LABELS, by=("discounted_lines_share", "margin|monetary")),),
    needs=("discounted_lines_share", "monetary"),
    uses=("margin",),
    compute=compute,
    parameters=LoyaltyParameters,
    in_parts=True,
)
