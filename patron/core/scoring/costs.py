"""
Which columns of a scored table are made of costs: from these our costs could be reckoned.

Where costs were given, a margin is one, and so is what customers brought of it in recent times; then everything that is made of
such a column, in however many steps: a composite score of one factor is that factor in other units.
"""

from collections.abc import Iterable

from patron.core.records import FeatureTable, ScoreFactor
from patron.core.scoring.factors import FactorPlan
from patron.core.scoring.history import RANK, before, since

_MARGIN = "margin"
_FROM_COSTS = (_MARGIN, "recent_value", "previous_value")
_RANKED = (RANK, "decile", "cumulative_share", "rank_before", "rank_change")


def made_of_costs(table: FeatureTable, plan: FactorPlan, by: str) -> frozenset[str]:
    """
    Return the columns that are made of costs; none where no costs were given.

    Args:
        table: the customer table with all columns.
        plan: the factors that ran.
        by: the ranking measure.
    """
    if _MARGIN not in table:
        return frozenset()
    found = {*_FROM_COSTS, *(_RANKED if by == _MARGIN else ())}
    for planned in plan.factors:
        factor = planned.owned.item
        if not found.isdisjoint(_read(factor, table)):
            for column in factor.columns:
                found |= {column.name, since(column.name), before(column.name)}
    return frozenset(name for name in found if name in table)


def _read(factor: ScoreFactor, table: FeatureTable) -> Iterable[str]:
    """Yield the columns that a factor reads; of several by which one of its own may be decided, the first that is there."""
    yield from factor.needs
    yield from factor.uses
    for column in factor.columns:
        for names in column.by:
            yield from [name for name in names.split("|") if name in table][:1]
