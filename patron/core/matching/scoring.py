"""
What the levels of a pair add up to, and what follows: join, ask, or two persons.
"""

from collections.abc import Mapping
from enum import IntEnum

import attrs
import numpy as np
import numpy.typing as npt

from patron.core.matching.columns import NONE, Columns
from patron.core.matching.comparing import MISSING, Flags, Levels, Numbers, levels_of
from patron.core.matching.model import BIT, FIELDS, LEVELS, Model

_EXPECTED = ("equal", "swapped")
"""Levels of a name on which it counts how common it is."""


class Verdict(IntEnum):
    """What is to be done about two records."""

    NEW = 0
    """They are of two persons."""
    ASK = 1
    """Somebody has to look."""
    JOIN = 2
    """They are of one person."""


@attrs.frozen(eq=False)
class Scores:
    """
    The weights of pairs.

    Attributes:
        levels: field → levels.
        weights: field → thousandths of a bit.
        total: their sums.
        verdicts: what follows of each, as numbers of `Verdict`.
        doubted: which of them nobody but a person may join.
        sure: which of them are joined whatever their weight.
    """

    levels: Mapping[str, Levels]
    weights: Mapping[str, Numbers]
    total: Numbers
    verdicts: npt.NDArray[np.int8]
    doubted: Flags
    sure: Flags

    def strengths(self, model: Model) -> Numbers:
        """Return the weights, of sure pairs at least that from which one joins."""
        return np.where(self.sure, np.maximum(self.total, round(model.join * BIT)), self.total)


@attrs.frozen(kw_only=True)
class Reason:
    """
    What one field says about two records.

    Attributes:
        field: the field.
        level: the level of agreement; `missing` where one of them has no value.
        bits: the weight.
    """

    field: str
    level: str
    bits: float


def score(columns: Columns, model: Model, one: Numbers, other: Numbers) -> Scores:
    """Return the weights of pairs of records."""
    levels = levels_of(columns, model, one, other)
    weights = {name: np.asarray(model.weights(name), np.int64)[found] for name, found in levels.items()}
    if "name" in levels:
        weights["name"] = _by_frequency(columns, model, one, levels["name"], weights["name"])
    total = np.zeros(len(one), np.int64)
    for weight in weights.values():
        total += weight
    verdicts: npt.NDArray[np.int8] = (total >= round(model.ask * BIT)).astype(np.int8) + (
        total >= round(model.join * BIT)
    ).astype(np.int8)
    doubted = _doubted(model, levels, len(one))
    verdicts[doubted & (verdicts == Verdict.JOIN)] = Verdict.ASK
    sure = _sure(model, levels, weights, len(one)) & ~doubted
    verdicts[sure] = Verdict.JOIN
    return Scores(levels, weights, total, verdicts, doubted, sure)


def reasons(scores: Scores, place: int) -> tuple[Reason, ...]:
    """Return what each field says of one pair, the most telling first."""
    found = [
        Reason(field=name, level=level_name(name, int(levels[place])), bits=int(scores.weights[name][place]) / BIT)
        for name, levels in scores.levels.items()
    ]
    return tuple(sorted(found, key=lambda one: -abs(one.bits)))


def level_name(field: str, level: int) -> str:
    """Return what a level is called."""
    return "missing" if level == MISSING else LEVELS[FIELDS[field]][level]


def _by_frequency(columns: Columns, model: Model, one: Numbers, levels: Levels, weights: Numbers) -> Numbers:
    """Return the weights of names, where equal ones weigh by how rare they are."""
    names = columns.texts["family"].values
    shares = {}
    for part in ("family", "given"):
        known = model.frequencies[part]
        # Behind the last value stands that of a missing one, which no equal name has.
        shares[part] = np.array([*(known.get(name, known[""]) for name in names), 1.0])
    family, given = columns.texts["family"].codes[one, 0], columns.texts["given"].codes[one, 0]
    found = weights.copy()
    for level in _EXPECTED:
        rows = np.flatnonzero((levels == LEVELS["name"].index(level)) & (family != NONE) & (given != NONE))
        common = shares["family"][family[rows]] * shares["given"][given[rows]]
        bits = np.log2(model.fields["name"][level].m) - np.log2(common)
        found[rows] = np.rint(np.minimum(bits, model.most_name_weight) * BIT).astype(np.int64)
    return found


def _sure(model: Model, levels: Mapping[str, Levels], weights: Mapping[str, Numbers], count: int) -> Flags:
    """Return the pairs that share something that is one person's, and of which no name says otherwise."""
    sure = np.zeros(count, bool)
    for name in model.sure:
        if name in levels:
            sure |= levels[name] == 0
    return sure & (weights["name"] >= 0) if "name" in weights else sure


def _doubted(model: Model, levels: Mapping[str, Levels], count: int) -> Flags:
    doubted = np.zeros(count, bool)
    for doubt in model.doubts:
        if doubt.field not in levels:
            continue
        kinds = [LEVELS[FIELDS[doubt.field]].index(level) for level in doubt.levels]
        here = np.isin(levels[doubt.field], kinds)
        for group in doubt.unless:
            if all(name in levels for name, _ in group):
                here &= ~np.all([(levels[name] >= 0) & (levels[name] <= worst) for name, worst in group], axis=0)
        doubted |= here
    return doubted
