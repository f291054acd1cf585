"""
From pairs to clusters: one for each person.

Records are joined from the surest pair downwards, and two groups only where they agree as wholes: the mean weight of all pairs
between them must reach that from which one would ask, and more of them must be sure than in doubt. So a chain of weak links
(A like B, B like C, A not at all like C) makes no cluster. The order of the rows changes nothing: pairs are taken by weight, and
those of equal weight by what the records hold.
"""

from collections.abc import Collection, Mapping, Sequence
from itertools import combinations

import attrs
import numpy as np

from patron.core.matching.columns import Columns
from patron.core.matching.comparing import Numbers
from patron.core.matching.model import BIT, Model
from patron.core.matching.scoring import Scores, Verdict, score

_MOST_WHOLE = 64
"""Records of a group of linked records of which all pairs are weighed, blocks or not."""

_Weighed = tuple[int, bool]
"""The weight of a pair, and whether it is in doubt."""


@attrs.frozen(eq=False)
class Clusters:
    """
    The clusters of records.

    Attributes:
        of: record → the smallest number of a record in its cluster.
        asked: places of the pairs that somebody has to look at, for they lie between two clusters.
        joined: places of the pairs by which groups became one, the surest first.
        weight: record → the weight of the best pair that holds it in its cluster; 0 where it is alone.
    """

    of: Numbers
    asked: Numbers
    joined: Numbers
    weight: Numbers


def cluster(
    columns: Columns, model: Model, one: Numbers, other: Numbers, scores: Scores, apart: Collection[tuple[int, int]] = ()
) -> Clusters:
    """Return the clusters of scored pairs; records *apart*, the smaller number first, are never in one, nor asked about."""
    asking = scores.verdicts != Verdict.NEW
    if apart:
        asking &= np.array([pair not in apart for pair in zip(one.tolist(), other.tolist(), strict=True)], bool)
    joins = np.flatnonzero(asking & (scores.verdicts == Verdict.JOIN))
    strengths = scores.strengths(model)
    joins = joins[np.lexsort((other[joins], one[joins], -strengths[joins]))]
    known = _weighed(columns, model, one, other, scores, joins)
    members: dict[int, list[int]] = {}
    of = np.arange(columns.count)
    weight = np.zeros(columns.count, np.int64)
    joined: list[int] = []
    for place in joins.tolist():
        a, b = int(of[one[place]]), int(of[other[place]])
        if a == b:
            continue
        left, right = members.get(a, [a]), members.get(b, [b])
        if not _agree(left, right, known, model) or _told_apart(left, right, apart):
            continue
        joined.append(place)
        low, high = min(a, b), max(a, b)
        members[low] = [*left, *right]
        members.pop(high, None)
        of[members[low]] = low
        for record in (int(one[place]), int(other[place])):
            weight[record] = max(weight[record], scores.total[place])
    between = of[one] != of[other]
    asked = np.flatnonzero(between & asking)
    asked = asked[np.lexsort((other[asked], one[asked], -scores.total[asked]))]
    return Clusters(of, asked, np.array(joined, np.int64), weight)


def _agree(left: Sequence[int], right: Sequence[int], known: Mapping[tuple[int, int], _Weighed], model: Model) -> bool:
    """Say whether two groups are of one person, seen as wholes."""
    ask, join = round(model.ask * BIT), round(model.join * BIT)
    found = [known[min(a, b), max(a, b)] for a in left for b in right]
    doubts = sum(doubted and weight >= ask for weight, doubted in found)
    joins = sum(not doubted and weight >= join for weight, doubted in found)
    return doubts < joins and sum(weight for weight, _ in found) >= ask * len(found)


def _told_apart(left: Sequence[int], right: Sequence[int], apart: Collection[tuple[int, int]]) -> bool:
    """Say whether somebody told a record of one group apart from one of the other."""
    return bool(apart) and any((min(a, b), max(a, b)) in apart for a in left for b in right)


def _weighed(
    columns: Columns, model: Model, one: Numbers, other: Numbers, scores: Scores, joins: Numbers
) -> Mapping[tuple[int, int], _Weighed]:
    """Return what is known of the pairs within groups of linked records: those that no block brought together are weighed now."""
    # Two records alone need no more than their own pair.
    groups = _linked(columns.count, one[joins], other[joins])
    known = _Pairs()
    pairs = [(a, b) for group in groups if 2 < len(group) <= _MOST_WHOLE for a, b in combinations(group, 2)]
    if pairs:
        left, right = np.array(pairs, np.int64).T
        found = score(columns, model, left, right)
        known |= dict(zip(pairs, zip(found.strengths(model).tolist(), found.doubted.tolist(), strict=True), strict=True))
    large = np.zeros(columns.count, bool)
    for group in groups:
        large[group] = len(group) == 2 or len(group) > _MOST_WHOLE
    rows = np.flatnonzero(large[one] & large[other])
    within = zip(one[rows].tolist(), other[rows].tolist(), strict=True)
    known |= dict(
        zip(within, zip(scores.strengths(model)[rows].tolist(), scores.doubted[rows].tolist(), strict=True), strict=True)
    )
    return known


class _Pairs(dict[tuple[int, int], _Weighed]):
    """Pairs and what is known of them; a pair that no block brought together was never likely, and agrees in nothing."""

    def __missing__(self, key: tuple[int, int]) -> _Weighed:
        return 0, False


def _linked(count: int, one: Numbers, other: Numbers) -> list[list[int]]:
    """Return the groups of records that pairs hang together, each sorted."""
    parent = list(range(count))

    def root(record: int) -> int:
        while parent[record] != record:
            parent[record] = parent[parent[record]]
            record = parent[record]
        return record

    for a, b in zip(one.tolist(), other.tolist(), strict=True):
        low, high = sorted((root(a), root(b)))
        parent[high] = low
    groups: dict[int, list[int]] = {}
    for record in sorted({*one.tolist(), *other.tolist()}):
        groups.setdefault(root(record), []).append(record)
    return list(groups.values())
