"""
What the model says of pairs of persons: many at once, each the same as alone.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs

from patron.core.matching.bounding import Bound
from patron.core.matching.model import BIT, Model
from patron.core.matching.person import Person

if TYPE_CHECKING:
    from patron.core.matching.scoring import Reason


@attrs.frozen
class Weight:
    """
    What speaks for two records being of one person, where it is enough to ask at least.

    Attributes:
        joins: whether they are one without a question.
        bits: the weight.
        reasons: what each field says, the most telling first.
    """

    joins: bool
    bits: float
    reasons: "tuple[Reason, ...]"


class Weigher:
    """
    Weighs pairs.

    Args:
        model: who is who.

    Attributes:
        reaches: says whether two persons, or what is seen of them at once, can weigh enough for a question.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self.reaches = Bound(model).reaches

    def weigh(self, pairs: Sequence[tuple[Person, Person]]) -> list[Weight | None]:
        """Return the weights of pairs, in their order; None for two persons."""
        likely = [place for place, pair in enumerate(pairs) if self.reaches(*pair)]
        found: list[Weight | None] = [None] * len(pairs)
        for place, weight in zip(likely, _weighed(self._model, [pairs[place] for place in likely]), strict=True):
            found[place] = weight
        return found


def _weighed(model: Model, pairs: Sequence[tuple[Person, Person]]) -> list[Weight | None]:
    if not pairs:
        return []
    import numpy as np

    from patron.core.matching.columns import columns_of
    from patron.core.matching.scoring import Verdict, reasons, score

    places: dict[int, int] = {}
    persons: list[Person] = []
    for pair in pairs:
        for person in pair:
            if id(person) not in places:
                places[id(person)] = len(persons)
                persons.append(person)
    one = np.array([places[id(left)] for left, _ in pairs], np.int64)
    other = np.array([places[id(right)] for _, right in pairs], np.int64)
    scores = score(columns_of(persons), model, one, other)
    found: list[Weight | None] = [None] * len(pairs)
    for place in np.flatnonzero(scores.verdicts != Verdict.NEW).tolist():
        joins = bool(scores.verdicts[place] == Verdict.JOIN)
        found[place] = Weight(joins, int(scores.total[place]) / BIT, reasons(scores, place))
    return found
