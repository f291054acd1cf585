"""
Learning the shares of a model from records of which nobody knows who is who.

First those of two persons, from pairs of any records: nearly all are strangers, and those that the model joins already are left
out. Then those of one person, key by key of the model: among the records that share a key many are of one person, and the fields
that are not in the key show how these agree. Each field is learned from all keys that it has no part in, by the pairs of each.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import attrs
import numpy as np
import numpy.typing as npt

from patron.core.errors import InputError
from patron.core.matching.columns import Columns, columns_of
from patron.core.matching.comparing import MISSING, Levels, Numbers, levels_of
from patron.core.matching.model import FIELDS, LEVELS, Level, Model
from patron.core.matching.person import Person
from patron.core.matching.scoring import Verdict, score
from patron.core.matching.training.estimating import likelihoods, splink_version
from patron.core.matching.training.sampling import Pairs, any_pairs, digest_of, in_order, pairs_of_block
from patron.core.matching.training.settling import in_steps, rounded, settled

_TOGETHER = ("address", "place", "postcode", "region")
"""Fields that change together when somebody moves: a key with one of them says nothing of how often the others agree."""
_OF_NAME = ("name", "family", "given", "initial")
_FEWEST_FIELDS = 2
"""Fields beside a key; of one alone, nobody could tell how its pairs agree from how many of them are of one person."""

Counts = dict[str, npt.NDArray[np.float64]]


class _Seen(NamedTuple):
    """What one key shows of a field: pairs, the level of each, and how likely each is of one person."""

    pairs: Numbers
    levels: Levels
    likely: npt.NDArray[np.float64]


@attrs.frozen(kw_only=True)
class Evidence:
    """
    What the shares of a level were learned from.

    Attributes:
        level: the level.
        same: pairs of one person on it, as far as can be told.
        different: pairs of two persons on it.
        learned_m: its share among pairs of one person is learned; else it is that of the model before.
        learned_u: the same of its share among pairs of two.
    """

    level: str
    same: int
    different: int
    learned_m: bool
    learned_u: bool


@attrs.frozen(kw_only=True)
class Trained:
    """
    What was learned.

    Attributes:
        model: the model.
        before: that whose shares it began with.
        evidence: field → its levels, from the best to the worst.
        records: how many records there were.
        prior: the share of pairs of any two records that are of one person.
    """

    model: Model
    before: Model
    evidence: Mapping[str, Sequence[Evidence]]
    records: int
    prior: float

    @property
    def unlearned(self) -> tuple[str, ...]:
        """The fields of which no level was learned from pairs of one person: their weights are the old ones but for strangers."""
        return tuple(name for name, levels in self.evidence.items() if not any(one.learned_m for one in levels))


def train(persons: Sequence[Person], model: Model, seed: int = 0) -> Trained:
    """
    Learn the shares of a model from records.

    The order of the records changes nothing.

    Args:
        persons: the records; the more there are twice, the better.
        model: what to begin with; what the records say nothing about stays as it is there.
        seed: of the choice of pairs.

    Raises:
        UsageError: Splink isn't there.
        InputError: the records say nothing.
    """
    version = splink_version()
    ordered = in_order(persons)
    columns = columns_of(ordered)
    any_two = any_pairs(len(ordered), model.learning.pairs, np.random.default_rng([seed, 0]))
    strangers = _strangers(columns, model, any_two)
    if not len(strangers[0]):
        raise InputError("matching.no_strangers", records=len(ordered))
    levels = _with_values(levels_of(columns, model, *strangers))
    if len(levels) <= _FEWEST_FIELDS:
        raise InputError("matching.too_few_fields", records=len(ordered), fields=len(levels))
    different = {name: _counted(name, here, np.ones(len(here))) for name, here in levels.items()}
    prior = 1 - len(strangers[0]) / len(any_two[0])
    current = attrs.evolve(model, fields=_with_u(model, different))
    same, looked_at = _pairs_of_one(columns, current, strangers, seed)
    fields, evidence = _settled(model, same, different)
    if not any(one.learned_m for levels_of_field in evidence.values() for one in levels_of_field):
        found = round(max((float(counts.sum()) for counts in same.values()), default=0.0))
        raise InputError("matching.nothing_learned", records=len(ordered), pairs=found, least=model.learning.least)
    digest = digest_of(ordered)
    origin: dict[str, str | int | float] = {
        "base": model.name,
        "records": len(ordered),
        "pairs_of_any": len(any_two[0]),
        "pairs_with_a_key": looked_at,
        "prior": rounded(prior),
        "seed": seed,
        "splink": version,
        "sha256": digest,
    }
    join = _join(model, prior)
    trained = attrs.evolve(
        model,
        name=f"{model.name}-{digest[:8]}",
        join=join,
        ask=round(join - (model.join - model.ask), 1),
        fields=fields,
        origin=origin,
    )
    return Trained(model=trained, before=model, evidence=evidence, records=len(ordered), prior=prior)


def _join(model: Model, prior: float) -> float:
    """Return the bits from which two records are joined, among records of which so many pairs are of one person."""
    if not prior:
        return model.join
    return min(model.join, round(_bits(model.learning.likely) - _bits(prior), 1))


def _bits(share: float) -> float:
    return math.log2(share / (1 - share))


def _strangers(columns: Columns, model: Model, pairs: Pairs) -> Pairs:
    """Return the pairs that are of two persons, as far as the model until now can tell."""
    apart = score(columns, model, *pairs).verdicts != Verdict.JOIN
    return pairs[0][apart], pairs[1][apart]


def _pairs_of_one(columns: Columns, model: Model, strangers: Pairs, seed: int) -> tuple[Counts, int]:
    """Return on which levels pairs of one person are, field by field, and how many pairs were looked at."""
    found: dict[str, list[_Seen]] = {name: [] for name in model.fields}
    looked_at = np.empty(0, np.int64)
    own = {doubt.field for doubt in model.doubts}
    for number, block in enumerate(model.blocks):
        one, other = pairs_of_block(columns, model, block, np.random.default_rng([seed, 1 + number]))
        # Beside as many strangers, there are pairs of both kinds whatever the key.
        beside = _some(strangers, len(one))
        scores = score(columns, model, np.append(one, beside[0]), np.append(other, beside[1]))
        levels = _with_values(scores.levels, without=_fields_of(block))
        if len(one) < model.learning.least or len(levels) < _FEWEST_FIELDS:
            continue
        pairs, likely = one * columns.count + other, likelihoods(levels, model.fields)[: len(one)]
        looked_at = np.union1d(looked_at, pairs)
        beyond_doubt = ~scores.doubted[: len(one)]
        for name, here in levels.items():
            # The people of a household agree in much and are not one: they teach nothing but how their names differ.
            rows = np.ones(len(one), bool) if name in own else beyond_doubt
            found[name].append(_Seen(pairs[rows], here[: len(one)][rows], likely[rows]))
    return {name: _counted_once(name, seen) for name, seen in found.items() if seen}, len(looked_at)


def _counted_once(field: str, seen: Sequence[_Seen]) -> npt.NDArray[np.float64]:
    """Return how many pairs are on each level; one of several keys counts once, as far as it is likely by all."""
    pairs = np.concatenate([one.pairs for one in seen])
    likely = np.concatenate([one.likely for one in seen])
    _, first, place, times = np.unique(pairs, return_index=True, return_inverse=True, return_counts=True)
    levels = np.concatenate([one.levels for one in seen])[first]
    return _counted(field, levels, np.bincount(place, likely) / times)


def _some(pairs: Pairs, most: int) -> Pairs:
    """Return so many of some pairs at most, evenly from all of them."""
    places = np.linspace(0, len(pairs[0]) - 1, min(most, len(pairs[0]))).astype(np.int64)
    return pairs[0][places], pairs[1][places]


def _fields_of(block: Sequence[str]) -> set[str]:
    """Return the fields that agree because of a key."""
    fields = {"name" if key in _OF_NAME else key for key in block}
    return fields | set(_TOGETHER) if fields & set(_TOGETHER) else fields


def _with_values(levels: Mapping[str, Levels], without: Collection[str] = ()) -> dict[str, Levels]:
    """Return the levels of the fields that some pairs have a value of."""
    return {name: found for name, found in levels.items() if name not in without and (found != MISSING).any()}


def _counted(field: str, levels: Levels, likely: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return how many pairs are on each level, each counted as far as it is likely."""
    there = levels != MISSING
    return np.bincount(levels[there], likely[there], minlength=len(LEVELS[FIELDS[field]])).astype(np.float64)


def _with_u(model: Model, different: Counts) -> Mapping[str, Mapping[str, Level]]:
    """Return the shares of a model with those of pairs of two persons as counted, as far as these were seen."""
    fields = {}
    for name, levels in model.fields.items():
        counts = _of(different, name)
        us, _ = settled(counts, counts, [levels[level].u for level in _best_first(name)], model.learning.least)
        fields[name] = {level: Level(m=levels[level].m, u=u) for level, u in zip(_best_first(name), us, strict=True)}
    return fields


def _settled(
    model: Model, same: Counts, different: Counts
) -> tuple[Mapping[str, Mapping[str, Level]], Mapping[str, Sequence[Evidence]]]:
    fields, evidence = {}, {}
    for name, levels in model.fields.items():
        before = {level: levels[level] for level in _best_first(name)}
        ones, twos, least = _of(same, name), _of(different, name), model.learning.least
        ms, learned_m = settled(ones, twos, [level.m for level in before.values()], least)
        us, learned_u = settled(twos, ones, [level.u for level in before.values()], least)
        shares = {level: Level(m=m, u=u) for level, m, u in zip(before, ms, us, strict=True)}
        fields[name] = in_steps(name, shares) if any(learned_m) or any(learned_u) else before
        evidence[name] = [
            Evidence(level=level, same=round(one), different=round(two), learned_m=learned_m[place], learned_u=learned_u[place])
            for place, (level, one, two) in enumerate(zip(before, ones.tolist(), twos.tolist(), strict=True))
        ]
    return fields, evidence


def _best_first(field: str) -> tuple[str, ...]:
    """Return the levels of a field; a file may have them in any order."""
    return LEVELS[FIELDS[field]]


def _of(counts: Counts, field: str) -> npt.NDArray[np.float64]:
    return counts.get(field, np.zeros(len(_best_first(field))))
