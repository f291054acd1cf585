"""
From what was counted to shares that a model may have: those without evidence stay, and a better agreement never weighs less.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from patron.core.matching.model import BIT, FIELDS, LEVELS, Level

_DIGITS = 6
"""Digits of a share: more than any evidence has, and the same on every machine."""

_NEITHER_IS_BETTER = frozenset({"family", "given"})
"""Levels of a name that stand beside each other: which of them says more, the records tell."""

Counted = npt.NDArray[np.float64]

_Pool = tuple[list[str], float, float]
"""Levels of equal weight, and their shares in all."""


def settled(counts: Counted, others: Counted, before: Sequence[float], least: int) -> tuple[list[float], list[bool]]:
    """
    Return the shares of levels, and which of them are learned.

    Args:
        counts: pairs on each level.
        others: pairs of the other kind on each level.
        before: the shares until now.
        least: so many pairs must be on a level for its share to be learned; or so many of the other kind, where as many of this
            kind would have been expected: that they are not there says something, too.
    """
    total = float(counts.sum())
    learned = [
        count >= least or (other >= least and share * total >= least)
        for count, other, share in zip(counts.tolist(), others.tolist(), before, strict=True)
    ]
    if not any(learned):
        return list(before), learned
    # What is expected somewhere and never seen is rarer than once among all.
    seen = [count + 1.0 if here else 0.0 for count, here in zip(counts.tolist(), learned, strict=True)]
    rest = 1.0 - sum(share for share, here in zip(before, learned, strict=True) if not here)
    return [rest * one / sum(seen) if here else share for one, share, here in zip(seen, before, learned, strict=True)], learned


def in_steps(field: str, shares: Mapping[str, Level]) -> Mapping[str, Level]:
    """
    Return shares whose weights never rise from a level to a worse one: levels out of step are weighed together.

    The shares of two persons stay, as does the sum of those of one.
    """
    pools: list[_Pool] = []
    for level in _best_first(field, shares):
        pools.append(([level], shares[level].m, shares[level].u))
        while len(pools) > 1 and _bits(pools[-2]) < _bits(pools[-1]):
            (left, m, u), (right, more_m, more_u) = pools[-2:]
            pools[-2:] = [([*left, *right], m + more_m, u + more_u)]
    found = {level: _share(shares[level].u, _bits(pool)) for pool in pools for level in pool[0]}
    return {level: found[level] for level in LEVELS[FIELDS[field]]}


def _best_first(field: str, shares: Mapping[str, Level]) -> list[str]:
    levels = list(LEVELS[FIELDS[field]])
    beside = [place for place, level in enumerate(levels) if level in _NEITHER_IS_BETTER]
    ranked = sorted((levels[place] for place in beside), key=lambda level: -shares[level].weight)
    for place, level in zip(beside, ranked, strict=True):
        levels[place] = level
    return levels


def _bits(pool: _Pool) -> float:
    return math.log2(pool[1] / pool[2])


def _share(u: float, bits: float) -> Level:
    """Return shares of few digits that have whole thousandths of a bit between them."""
    u = rounded(u)
    return Level(m=min(rounded(u * 2 ** (round(bits * BIT) / BIT)), 1.0), u=u)


def rounded(share: float) -> float:
    """Return a share as it is written."""
    return float(f"{share:.{_DIGITS}g}")
