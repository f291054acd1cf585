"""
What a model is worth, on records of which it is known who is who.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import attrs
import numpy as np

from patron.core.matching.blocking import candidates
from patron.core.matching.columns import columns_of
from patron.core.matching.model import BIT, Model
from patron.core.matching.person import Person
from patron.core.matching.scanning import scan
from patron.core.matching.scoring import score

_STEPS = (-6, -4, -2, 0, 2, 4, 6)
"""Bits beside the threshold of which it is said what would come of them."""


@attrs.frozen(kw_only=True)
class Quality:
    """
    How many pairs are found, and how many of these are right.

    Attributes:
        right: pairs of one person that were found.
        found: pairs that were found.
        true: pairs of one person.
    """

    right: int
    found: int
    true: int

    @property
    def precision(self) -> float:
        """Of the pairs that were found, the share that is right; 1 where none was found."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Of the pairs of one person, the share that was found; 1 where there is none."""
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.right / (self.found + self.true) if self.found + self.true else 1.0


@attrs.frozen(kw_only=True)
class Evaluation:
    """
    What a model is worth.

    Attributes:
        records: records of which it is known whose they are.
        persons: of so many persons.
        clusters: of the pairs that share a cluster.
        thresholds: bits → of the pairs that would be joined from there on, before clusters are made of them.
    """

    records: int
    persons: int
    clusters: Quality
    thresholds: Mapping[float, Quality]


def evaluate(persons: Sequence[Person], truth: Sequence[str], model: Model) -> Evaluation:
    """
    Compare what a model says with what is known.

    Args:
        persons: the records.
        truth: whose each of them is; what is empty is not known, and its record is left out.
        model: who is who.
    """
    known = [(person, whose) for person, whose in zip(persons, truth, strict=True) if whose]
    kept, labels = [person for person, _ in known], [whose for _, whose in known]
    true = _pairs(Counter(labels).values())
    clusters = scan(kept, model).clusters
    found = _pairs(Counter(clusters).values())
    right = _pairs(Counter(zip(clusters, labels, strict=True)).values())
    return Evaluation(
        records=len(kept),
        persons=len(set(labels)),
        clusters=Quality(right=right, found=found, true=true),
        thresholds=_at_thresholds(kept, labels, model, true),
    )


def _at_thresholds(persons: Sequence[Person], truth: Sequence[str], model: Model, true: int) -> Mapping[float, Quality]:
    columns = columns_of(persons)
    pairs = candidates(columns, model)
    scores = score(columns, model, pairs.one, pairs.other)
    numbers = {whose: number for number, whose in enumerate(dict.fromkeys(truth))}
    of = np.array([numbers[whose] for whose in truth], np.int64)
    same = of[pairs.one] == of[pairs.other]
    found = {}
    for bits in (round(model.join + step, 1) for step in _STEPS):
        joined = scores.sure | ((scores.total >= round(bits * BIT)) & ~scores.doubted)
        found[bits] = Quality(right=int((same & joined).sum()), found=int(joined.sum()), true=true)
    return found


def _pairs(sizes: Iterable[int]) -> int:
    """Return how many pairs groups of some sizes have."""
    return sum(size * (size - 1) // 2 for size in sizes)
