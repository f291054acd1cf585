"""
`patron score --with value`: lifetime value as columns of the scores.

The models of rates alone are offered: what they need of a customer is in the customer table. Ages end with the as-of day of the
scores, and what is expected begins behind it. Models are fitted once, to counts of all customers, and applied to each customer
alone.
"""

from collections.abc import Mapping
from functools import partial
from typing import Literal

import attrs
import numpy as np

from patron import Column, FactorColumn, FeatureTable, Kind, Population, ScoreFactor
from patron.core.records.table import AnyArray
from patron.kernel.layout import Bools
from patron.kernel.lifetime.histories import Past
from patron.plugins.mining.value.periods import UNITS, interest_of
from patron.plugins.mining.value.prediction import apply_models, as_counts, fit_histories, fit_totals

COLUMNS = (
    FactorColumn(name="alive", kind=Kind.SHARE),
    FactorColumn(name="expected_purchases", kind=Kind.NUMBER),
    FactorColumn(name="expected_amount", kind=Kind.MONEY),
    FactorColumn(name="lifetime_value", kind=Kind.MONEY),
)


@attrs.frozen(kw_only=True)
class ValueParameters:
    """
    What can be set in `[scoring.value]`.

    Attributes:
        model: of purchases.
        time_unit: what the horizon is counted in.
        horizon: units of time ahead.
        discount: what money earns a year; 0.1 is 10 %.
    """

    model: Literal["bgnbd", "mbgnbd", "paretonbd"] = "bgnbd"
    time_unit: Literal["day", "week", "month"] = "week"
    horizon: int = attrs.field(default=39, validator=[attrs.validators.ge(1), attrs.validators.le(10_000)])
    discount: float = attrs.field(default=0.1, validator=[attrs.validators.ge(0.0), attrs.validators.le(100.0)])


def compute(table: FeatureTable, parameters: ValueParameters, population: Population) -> Mapping[str, Column]:
    """Return what is expected of every customer; nothing of those who never bought."""
    first = table["first_purchase"]
    strangers: Bools = np.zeros(len(table), np.bool_) if first.missing is None else first.missing.copy()
    rows = np.flatnonzero(~strangers)
    repeats = table["purchase_days"].integers()[rows] - 1
    last = (table["last_purchase"].integers() - first.integers())[rows]
    age = table["tenure"].integers()[rows]
    totals = (table["gross"].integers() - table["first_value"].integers())[rows]
    unit = UNITS[parameters.time_unit]
    purchases = population.tallied(partial(fit_histories, model=parameters.model, unit=float(unit)), repeats, age, last)
    if purchases is None:
        return {column.name: Column.nothing(len(table), column.kind) for column in COLUMNS}
    found = apply_models(
        purchases,
        population.tallied(fit_totals, totals, repeats),
        Past(repeats, last, age),
        totals,
        unit=float(unit),
        horizon=parameters.horizon,
        interest=interest_of(parameters.discount, unit),
    )
    unknown = strangers.copy()
    unknown[rows] |= found.unknown

    def spread(values: AnyArray) -> AnyArray:
        whole = np.zeros(len(table), values.dtype)
        whole[rows] = values
        return whole

    return {
        "alive": Column(spread(found.future.alive), Kind.SHARE, strangers),
        "expected_purchases": Column(spread(found.future.purchases), Kind.NUMBER, strangers.copy()),
        "expected_amount": Column(spread(as_counts(found.expected_amount)), Kind.MONEY, unknown),
        "lifetime_value": Column(spread(as_counts(found.lifetime_value)), Kind.MONEY, unknown.copy()),
    }


FACTOR = ScoreFactor(
    code="value",
    columns=COLUMNS,
    needs=("first_purchase", "last_purchase", "tenure", "purchase_days", "first_value", "gross"),
    compute=compute,
    parameters=ValueParameters,
    optional=True,
    in_parts=True,
)
