"""
Money of single customers, and what all of them come to.
"""

from decimal import Decimal

import attrs
import numpy as np

from patron import to_decimal
from patron.plugins.mining.value.analysis import ValueAnalysis
from patron.plugins.mining.value.prediction import as_counts


@attrs.frozen(kw_only=True)
class ValueTotals:
    """
    What all customers come to.

    Attributes:
        alive: how many are expected to be there.
        purchases: how many purchases are expected.
        value: what they are worth today, as the customers' values add up; None where nobody's is known.
        without_value: customers whose value is not known.
    """

    alive: float
    purchases: float
    value: Decimal | None
    without_value: int


def totals_of(analysis: ValueAnalysis) -> ValueTotals:
    """Add all customers up."""
    prediction = analysis.prediction
    unknown = int(np.count_nonzero(prediction.unknown))
    known = unknown < len(prediction.unknown)
    return ValueTotals(
        alive=float(prediction.future.alive.sum()),
        purchases=float(prediction.future.purchases.sum()),
        # Python integers: many large values may leave 64 bits.
        value=to_decimal(sum(as_counts(prediction.lifetime_value).tolist())) if known else None,
        without_value=unknown,
    )
