"""
The score factors that come with Patron: R/F/M scores, ABC tiers, loyalty, and the three profitable groups.
"""

from collections.abc import Sequence

from patron import ScoreFactor, hookimpl


@hookimpl
def score_factors() -> Sequence[ScoreFactor]:
    """Bring the built-in factors."""
    from patron.plugins.scores import abc, loyalty, profit_groups, rfm

    return [rfm.FACTOR, abc.FACTOR, loyalty.FACTOR, profit_groups.FACTOR]
