"""
Scanning many persons for records that are of one.
"""

from collections.abc import Iterable, Sequence

import attrs
import numpy as np

from patron.core.matching.blocking import candidates
from patron.core.matching.clustering import cluster
from patron.core.matching.columns import columns_of
from patron.core.matching.model import BIT, Model
from patron.core.matching.person import Person
from patron.core.matching.scoring import Reason, Scores, Verdict, reasons, score


@attrs.frozen(kw_only=True)
class Pair:
    """
    Two records and what speaks for their being of one person.

    Attributes:
        one: the place of one of them in what was scanned.
        other: that of the other.
        bits: the weight.
        verdict: what follows.
        reasons: what each field says, the most telling first.
    """

    one: int
    other: int
    bits: float
    verdict: Verdict
    reasons: tuple[Reason, ...]


@attrs.frozen(kw_only=True)
class Scan:
    """
    What a scan found.

    Attributes:
        clusters: the place of each record → the place of the first record of its cluster.
        bits: the place of each record → the weight of the best pair that holds it in its cluster; 0 where it is alone.
        sure: the pairs by which records came together, the surest first.
        asked: pairs between clusters that somebody has to look at, the most likely first.
        compared: how many pairs were compared.
        left_out: how many keys too many records share, so that these were not compared by them.
        left_out_records: how many records these keys have.
    """

    clusters: tuple[int, ...]
    bits: tuple[float, ...]
    sure: tuple[Pair, ...]
    asked: tuple[Pair, ...]
    compared: int
    left_out: int
    left_out_records: int


def scan(persons: Sequence[Person], model: Model, *, most_asked: int = 100_000, apart: Iterable[tuple[int, int]] = ()) -> Scan:
    """
    Return which records are of one person.

    The order of the records changes nothing: they are put in an order of their own first, that of what they hold.

    Args:
        persons: the records.
        model: who is who.
        most_asked: pairs to ask about that are returned, the most likely ones.
        apart: places of records of whom somebody decided that they are two persons.
    """
    order = sorted(range(len(persons)), key=lambda place: attrs.astuple(persons[place], recurse=False))
    columns = columns_of([persons[place] for place in order])
    pairs = candidates(columns, model)
    scores = score(columns, model, pairs.one, pairs.other)
    rank = {place: record for record, place in enumerate(order)}
    two = {(min(rank[a], rank[b]), max(rank[a], rank[b])) for a, b in apart}
    found = cluster(columns, model, pairs.one, pairs.other, scores, two)
    places = np.array(order, np.int64)
    first: dict[int, int] = {}
    for record in np.argsort(places).tolist():
        first.setdefault(int(found.of[record]), int(places[record]))
    clusters, bits = [0] * len(persons), [0.0] * len(persons)
    for record, place in enumerate(order):
        clusters[place], bits[place] = first[int(found.of[record])], int(found.weight[record]) / BIT

    def pair(place: int) -> Pair:
        a, b = sorted((order[int(pairs.one[place])], order[int(pairs.other[place])]))
        return _pair(a, b, scores, place)

    return Scan(
        clusters=tuple(clusters),
        bits=tuple(bits),
        sure=tuple(pair(place) for place in found.joined.tolist()),
        asked=tuple(pair(place) for place in found.asked[:most_asked].tolist()),
        compared=len(pairs.one),
        left_out=pairs.left_out,
        left_out_records=pairs.left_out_records,
    )


def compare(model: Model, person: Person, others: Sequence[Person]) -> tuple[Pair, ...]:
    """Return what speaks for a person's being each of some others, in their order."""
    columns = columns_of([person, *others])
    other = np.arange(1, len(others) + 1)
    scores = score(columns, model, np.zeros(len(others), np.int64), other)
    return tuple(_pair(0, place + 1, scores, place) for place in range(len(others)))


def _pair(one: int, other: int, scores: Scores, place: int) -> Pair:
    return Pair(
        one=one,
        other=other,
        bits=int(scores.total[place]) / BIT,
        verdict=Verdict(int(scores.verdicts[place])),
        reasons=reasons(scores, place),
    )
