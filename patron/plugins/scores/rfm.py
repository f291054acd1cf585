"""
Recency, frequency and monetary scores: 1 (worst) to 5 (best) by quintile cuts of the values.

A cut is the smallest value that at least one, two, three or four fifths of the customers do not exceed; a score is one more than
the number of cuts that the value exceeds. Equal values therefore score equal, and a heavily tied measure may leave scores empty.
Recency is turned round (fewer days are better); a customer without purchases has no recency score.
"""

from collections.abc import Mapping

import attrs

from patron import Column, FactorColumn, FeatureTable, Kind, Population, ScoreFactor
from patron.kernel.layout import Bools, Int64s
from patron.kernel.ranking import score_by_cuts


@attrs.frozen(kw_only=True)
class RfmParameters:
    """
    What can be set in `[scoring.rfm]`.

    Attributes:
        groups: the highest score.
    """

    groups: int = attrs.field(default=5, validator=[attrs.validators.ge(2), attrs.validators.le(100)])


def compute(table: FeatureTable, parameters: RfmParameters, population: Population) -> Mapping[str, Column]:
    """Return the three scores of every customer."""
    recency = table["recency"]

    def scores(values: Int64s, missing: Bools | None = None) -> Column:
        return Column(score_by_cuts(values, population.cuts(values, parameters.groups, missing), missing), Kind.SCORE, missing)

    return {
        "recency_score": scores(-recency.integers(), recency.missing),
        "frequency_score": scores(table["orders"].integers()),
        "monetary_score": scores(table["monetary"].integers()),
    }


FACTOR = ScoreFactor(
    code="rfm",
    columns=(
        FactorColumn(name="recency_score", kind=Kind.SCORE, by=("recency",)),
        FactorColumn(name="frequency_score", kind=Kind.SCORE, by=("orders",)),
        FactorColumn(name="monetary_score", kind=Kind.SCORE, by=("monetary",)),
    ),
    needs=("orders", "monetary"),
    uses=("recency",),
    compute=compute,
    parameters=RfmParameters,
    in_parts=True,
)
