"""
From a composite score to its scorecard: what its transforms do not say is taken from the values of the population.

The least, the greatest and the quantiles are those of the values themselves, so the card does not depend on their order or split.
"""

from collections.abc import Callable
from decimal import Decimal
from math import lcm
from typing import Protocol

import attrs
import numpy as np

from patron.core.money import UNIT
from patron.core.scoring.composites.curves import Curve, Ramp, Steps, Table
from patron.core.scoring.composites.definition import BANDS, CODES, LOG, NEUTRAL, QUANTILE, Composite, Factor
from patron.core.scoring.composites.scorecard import FittedFactor, Scorecard
from patron.kernel.layout import Int64s
from patron.kernel.points import FULL
from patron.kernel.ranking import quantile_cuts


class Values(Protocol):
    """The known values of a factor in all of a population, in counts of 1/10,000."""

    def ends(self, *, positive: bool) -> tuple[int, int] | None:
        """Return the least and the greatest value, or those above 0; None where there is none."""

    def cuts(self, groups: int) -> Int64s:
        """Return the values that cut the population into groups of equal number, worst first; of no length without values."""


ValuesOf = Callable[[Factor], Values]


@attrs.frozen
class Gathered:
    """Values that are all in one array."""

    values: Int64s

    def ends(self, *, positive: bool) -> tuple[int, int] | None:
        """Return the least and the greatest value."""
        values = self.values[self.values > 0] if positive else self.values
        return (int(values.min()), int(values.max())) if len(values) else None

    def cuts(self, groups: int) -> Int64s:
        """Return the values that cut the array into groups of equal number."""
        cuts: Int64s = quantile_cuts(self.values, groups).astype(np.int64)
        return cuts


def fit(composite: Composite, values_of: ValuesOf) -> Scorecard:
    """
    Return the scorecard of a composite score.

    Args:
        composite: what was declared.
        values_of: asked for the values of the factors that leave something open.
    """
    weights = _whole([factor.weight for factor in composite.factors])
    return Scorecard(
        name=composite.name,
        factors=tuple(
            FittedFactor(
                name=factor.name,
                column=factor.column,
                reads=factor.reads,
                weight=weight,
                curve=_curve(factor, values_of),
                reverse=factor.reverse,
                missing=_filling(factor),
            )
            for factor, weight in zip(composite.factors, weights, strict=True)
        ),
        classes={label: _points(least) for label, least in composite.classes.items()},
        least_known=int(composite.least_known * FULL),
    )


def _whole(weights: list[Decimal]) -> list[int]:
    """Return weights as the smallest whole numbers in the same proportion."""
    ratios = [weight.as_integer_ratio() for weight in weights]
    shared = lcm(*(denominator for _, denominator in ratios))
    return [numerator * (shared // denominator) for numerator, denominator in ratios]


def _points(points: Decimal) -> int:
    return int(points * (FULL // 100))


def _filling(factor: Factor) -> int | str:
    if factor.missing == NEUTRAL:
        return FULL // 2
    return factor.missing if isinstance(factor.missing, str) else _points(factor.missing)


def _curve(factor: Factor, values_of: ValuesOf) -> Curve | Table | None:
    if factor.transform == CODES:
        other = None if factor.other is None else _points(factor.other)
        return Table({code: _points(points) for code, points in factor.codes.items()}, other)
    if factor.transform == BANDS:
        starts, points = zip(*factor.bands, strict=True)
        return Steps(tuple(int(start * UNIT) for start in starts), (0, *(_points(each) for each in points)))
    return (
        _quantiles(values_of(factor).cuts(factor.groups), factor.groups)
        if factor.transform == QUANTILE
        else _ramp(factor, values_of)
    )


def _ramp(factor: Factor, values_of: ValuesOf) -> Curve | None:
    ends = [None if end is None else int(end * UNIT) for end in (factor.low, factor.high)]
    if None in ends:
        found = values_of(factor).ends(positive=factor.transform == LOG)
        if found is None:
            return None
        ends = [own if end is None else end for end, own in zip(ends, found, strict=True)]
    low, high = (end or 0 for end in ends)
    if low < high:
        return Ramp(low, high, logarithmic=factor.transform == LOG)
    if factor.low is not None or factor.high is not None:  # every value lies beyond the end that was given
        return Steps((low + 1,), (0, FULL)) if factor.low is not None else Steps((high,), (0, FULL))
    return Steps((), (FULL // 2,))  # all values are one: there is nothing to tell them apart by


def _quantiles(cuts: Int64s, groups: int) -> Curve | None:
    if not len(cuts):
        return None
    # A score is one more than the number of cuts that a value exceeds: whole numbers exceed a cut from the next one on.
    starts, places = np.unique(cuts, return_counts=True)
    reached = np.cumsum(places).tolist()
    points = [(2 * FULL * place + groups - 1) // (2 * (groups - 1)) for place in (0, *reached)]
    return Steps(tuple(int(start) + 1 for start in starts.tolist()), tuple(points))
