"""
Which pairs can't come to a question, told without comparing them in full.

Among a thousand rows and all customers of the same names hardly any pair has more in common than the name. What two records could
weigh at most is seen at once: numbers are equal, near, or differ; a name, a text and a day are taken for equal.
"""

from collections.abc import Callable, Sequence

from patron.core.matching.model import BIT, FIELDS, LEVELS, NUMBERS, Model
from patron.core.matching.person import Outline, Person
from patron.core.matching.phones import is_series


class Bound:
    """
    Says of pairs whether they can come to a question.

    Args:
        model: who is who.
    """

    def __init__(self, model: Model) -> None:
        from rapidfuzz.distance import OSA

        self._ask = round(model.ask * BIT)
        self._near: Callable[..., int] = OSA.distance
        self._values = [(name, model.weights(name)) for name in model.fields if FIELDS[name] in NUMBERS]
        self._others = [(name, max(0, *model.weights(name))) for name in model.fields if FIELDS[name] not in {*NUMBERS, "name"}]
        name = max(0, *model.weights("name")) if "name" in model.fields else 0
        self._name = max(name, round(model.most_name_weight * BIT))

    def reaches(self, one: Person | Outline, other: Person | Outline) -> bool:
        """Say whether two records can weigh enough for a question; the model, or more of them, may still say that they don't."""
        most = self._name
        for name, best in self._others:
            if getattr(one, name) and getattr(other, name):
                most += best
        for name, weights in self._values:
            left, right = getattr(one, name), getattr(other, name)
            if left and right:
                level = self._level(FIELDS[name], _several(left), _several(right))
                if level == 0:
                    return True
                most += weights[level]
        return most >= self._ask

    def _level(self, kind: str, left: Sequence[str], right: Sequence[str]) -> int:
        """Return the place of the level in `LEVELS` that the values of a field are on, compared in a way."""
        if not set(left).isdisjoint(right):
            return 0
        pairs = [(a, b) for a in left for b in right]
        series = [kind == "phones" and is_series(a, b) for a, b in pairs]
        near = any(self._near(a, b, score_cutoff=1) <= 1 for (a, b), one in zip(pairs, series, strict=True) if not one)
        return LEVELS[kind].index("near" if near else "series" if any(series) else "other")


def _several(values: str | tuple[str, ...]) -> tuple[str, ...]:
    return values if isinstance(values, tuple) else (values,)
