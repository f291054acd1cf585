"""
The pairs that shares are learned from: of any two records, who are strangers but for a few, and of records that share a key.

The same records give the same pairs, in whatever order they come: they are put in that of what they hold first.
"""

import hashlib
from collections.abc import Sequence

import attrs
import numpy as np

from patron.core.matching.blocking import candidates
from patron.core.matching.columns import Columns
from patron.core.matching.comparing import Numbers
from patron.core.matching.model import Model
from patron.core.matching.person import Person

Pairs = tuple[Numbers, Numbers]


def in_order(persons: Sequence[Person]) -> list[Person]:
    """Return persons in the order of what is known of them; what records are called says nothing of anybody."""
    return sorted((attrs.evolve(person, key="") for person in persons), key=lambda one: attrs.astuple(one, recurse=False))


def digest_of(persons: Sequence[Person]) -> str:
    """Return a digest of what is known of persons in their order."""
    digest = hashlib.sha256()
    for person in persons:
        digest.update(repr(attrs.astuple(person, recurse=False)).encode("utf-8", "backslashreplace") + b"\n")
    return digest.hexdigest()


def any_pairs(count: int, most: int, chances: np.random.Generator) -> Pairs:
    """Return pairs of any two of some records: all of them, or as many as asked for."""
    if count * (count - 1) // 2 <= most:
        one, other = np.triu_indices(count, 1)
        return one.astype(np.int64), other.astype(np.int64)
    drawn = chances.integers(0, count, size=(2, most))
    keys = np.unique(drawn.min(axis=0) * count + drawn.max(axis=0))
    one, other = keys // count, keys % count
    return one[one != other], other[one != other]


def pairs_of_block(columns: Columns, model: Model, block: tuple[str, ...], chances: np.random.Generator) -> Pairs:
    """Return the pairs of records that share a key: all of them, or as many as the model looks at."""
    found = candidates(columns, attrs.evolve(model, blocks=(block,)))
    if len(found.one) <= model.learning.pairs:
        return found.one, found.other
    rows = np.sort(chances.choice(len(found.one), model.learning.pairs, replace=False))
    return found.one[rows], found.other[rows]
