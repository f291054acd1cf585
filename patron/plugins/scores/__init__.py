"""
The score factors that come with Patron: R/F/M scores, ABC tiers, loyalty, the three profitable groups, and regular customers.
"""

from collections.abc import Sequence

from patron import ScoreFactor, hookimpl


@hookimpl
def score_factors() -> Sequence[ScoreFactor]:
    """Bring the built-in factors."""
    from patron.plugins.scores import abc, loyalty, profit_groups, rfm, rhythm

    return [rfm.FACTOR, abc.FACTOR, loyalty.FACTOR, profit_groups.FACTOR, rhythm.FACTOR]
