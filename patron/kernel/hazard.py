"""
When it ends: the hazard by bins of the duration, and the most dangerous of them.

The hazard of a bin is the share of those at risk at its beginning that end in it by a cause; other causes compete, and whoever is
censored in the bin was at risk. Hazards are compared as fractions of whole numbers.
"""

from typing import NamedTuple

import numpy as np

from patron.kernel.layout import Float64s, Int64s
from patron.kernel.survival import LifeTable


class HazardBins(NamedTuple):
    """
    The rows of one group by bin; bin i begins with its edge, which belongs to it, and ends before the next; the last has no end.

    Attributes:
        starts: shape (bins,), where each begins.
        at_risk: shape (bins,), rows that last at least as long as its beginning.
        ended: shape (bins, causes), rows that end in it by each cause.
        censored: shape (bins,), rows that are not followed to its end.
    """

    starts: Float64s
    at_risk: Int64s
    ended: Int64s
    censored: Int64s

    def hazard(self, cause: int = 1) -> Float64s:
        """Return ended / at risk of each bin; NaN where nobody is at risk."""
        with np.errstate(invalid="ignore"):
            return self.ended[:, cause - 1] / self.at_risk


def hazard_bins(table: LifeTable, starts: Float64s) -> HazardBins:
    """
    Return a life table by bins.

    Args:
        table: of one group.
        starts: ascending, the first not above the shortest duration.
    """
    bins = np.searchsorted(starts, table.durations, side="right") - 1
    ended = np.zeros((len(starts), table.ended.shape[1]), np.int64)
    np.add.at(ended, bins, table.ended)
    censored = np.zeros(len(starts), np.int64)
    np.add.at(censored, bins, table.censored)
    leaving = ended.sum(axis=1) + censored
    return HazardBins(starts=starts, at_risk=leaving[::-1].cumsum()[::-1].copy(), ended=ended, censored=censored)


def most_dangerous(bins: HazardBins, cause: int = 1, least: int = 30) -> int | None:
    """
    Return the bin with the highest hazard, of equal ones the earliest; None where there is none.

    Args:
        bins: of one group.
        cause: whose hazard.
        least: how many must be at risk at the beginning of a bin, so that a few rows do not decide.
    """
    found, most, of = None, 0, 1
    for place, (ended, at_risk) in enumerate(zip(bins.ended[:, cause - 1].tolist(), bins.at_risk.tolist(), strict=True)):
        if at_risk >= max(least, 1) and ended * of > most * at_risk:
            found, most, of = place, ended, at_risk
    return found
