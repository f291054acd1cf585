"""
On which level of agreement each field of each pair is.

One record against another and a million pairs at once go the same way: a scan and a lead that comes in get the same answer.
Values are compared by their numbers, and two different ones by their letters once, however many pairs have them.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from patron.core.matching.columns import NONE, Codes, Columns, Texts
from patron.core.matching.model import FIELDS, LEVELS, Model
from patron.core.matching.phones import is_series, may_be

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Levels = npt.NDArray[np.int8]
MISSING = -1
"""The level of a pair of which one has no value."""

_HAN = ("\u3400", "\ufaff")
_FIGURES = re.compile(r"\d+")
_FEW = 10_000
"""Pairs that one thread has compared before others have begun."""
_LONGEST = 80
"""Letters of a value that are compared one by one; equality looks at all."""


def levels_of(columns: Columns, model: Model, one: Numbers, other: Numbers) -> dict[str, Levels]:
    """Return the levels of pairs: field → places in `LEVELS`, `MISSING` where one of the two has no value."""
    return {name: _READERS[FIELDS[name]](columns, model, name, one, other) for name in model.fields}


def _text(columns: Columns, model: Model, name: str, one: Numbers, other: Numbers) -> Levels:
    texts = columns.texts[name]
    a, b = texts.codes[one, 0], texts.codes[other, 0]
    found = _measured(texts, a, b, _token_similarity)
    # Number 12 is not number 14, however alike the streets are.
    figures = np.array([" ".join(sorted(_FIGURES.findall(value))) for value in texts.values] or [""])
    similar = (found >= model.similar["similar"]) & (figures[a] == figures[b])
    return _ranked("text", _missing(a, b), a == b, similar, found >= model.similar["loose"])


def _values(columns: Columns, model: Model, name: str, one: Numbers, other: Numbers) -> Levels:
    texts = columns.texts[name]
    missing = _missing(texts.codes[one, 0], texts.codes[other, 0])
    equal = np.zeros(len(one), bool)
    near = np.zeros(len(one), bool)
    for there, a, b in _each(texts, one, other):
        equal |= there & (a == b)
        near |= there & (_measured(texts, a, b, _misspellings) <= 1)
    return _ranked("values", missing, equal, near)


def _phones(columns: Columns, model: Model, name: str, one: Numbers, other: Numbers) -> Levels:
    texts, shown = columns.texts[name], columns.texts["shown"]
    missing = _missing(texts.codes[one, 0], texts.codes[other, 0])
    equal, near, series = (np.zeros(len(one), bool) for _ in range(3))
    for there, a, b in _each(texts, one, other):
        equal |= there & (a == b)
        runs = there & (a != b) & (_measured(texts, a, b, _neighbours) > 0)
        series |= runs
        near |= there & ~runs & (_measured(texts, a, b, _misspellings) <= 1)
    # Of a masked number nobody knows whose it is, but whose it is not.
    rows = np.flatnonzero(missing & ~_missing(shown.codes[one, 0], shown.codes[other, 0]))
    fits = np.zeros(len(rows), bool)
    for there, a, b in _each(shown, one[rows], other[rows]):
        fits |= there & (_measured(shown, a, b, _possible) > 0)
    missing[rows[~fits]] = False
    return _ranked("phones", missing, equal, near, series)


def _each(texts: Texts, one: Numbers, other: Numbers) -> Iterator[tuple[Flags, Codes, Codes]]:
    """Yield every value of the ones with every value of the others: whether both are there, and their numbers."""
    for left in range(texts.codes.shape[1]):
        for right in range(texts.codes.shape[1]):
            a, b = texts.codes[one, left], texts.codes[other, right]
            yield ~_missing(a, b), a, b


def _day(columns: Columns, model: Model, name: str, one: Numbers, other: Numbers) -> Levels:
    texts = columns.texts[name]
    a, b = texts.codes[one, 0], texts.codes[other, 0]
    years = np.array([value[:4] for value in texts.values] or [""])
    whole = np.array([len(value) == 10 for value in texts.values] or [False])
    swapped = np.array([value[:5] + value[8:10] + value[7:8] + value[5:7] for value in texts.values] or [""])
    plain = np.array([str(value) for value in texts.values] or [""])
    year = years[a] == years[b]
    both = whole[a] & whole[b]
    near = both & ((_measured(texts, a, b, _misspellings) <= 1) | (swapped[a] == plain[b]))
    # A year alone is everybody's who was born in it.
    return _ranked("day", _missing(a, b), both & (a == b), near, year)


def _name(columns: Columns, model: Model, name: str, one: Numbers, other: Numbers) -> Levels:
    family, given = columns.texts["family"], columns.texts["given"]
    first, initial = columns.texts["first"].codes[:, 0], columns.texts["initial"].codes[:, 0]
    fa, fb, ga, gb = family.codes[one, 0], family.codes[other, 0], given.codes[one, 0], given.codes[other, 0]
    nothing = ((fa == NONE) & (ga == NONE)) | ((fb == NONE) & (gb == NONE))
    same_family, same_given = (fa == fb) & (fa != NONE), (ga == gb) & (ga != NONE)
    likeness = [_measured(family, a, b, _letters) for a, b in ((fa, fb), (ga, gb), (fa, gb), (ga, fb))]

    def alike(least: float) -> Flags:
        straight = (likeness[0] >= least) & (likeness[1] >= least)
        return straight | ((likeness[2] >= least) & (likeness[3] >= least))

    lengths = np.array([len(value) for value in given.values] or [0])
    single = (lengths[ga] == 1) | (lengths[gb] == 1)
    han = np.array([bool(value) and _HAN[0] <= value[0] <= _HAN[1] for value in given.values] or [False])
    latin = ~(han[ga] | han[gb])
    begins = latin & (single & (initial[one] == initial[other]) & (initial[one] != NONE) | (first[one] == first[other]))
    lacking = _missing(ga, gb) | _missing(fa, fb)
    apart = same_family & ~_missing(ga, gb) & begins | lacking & (
        (likeness[0] >= model.similar["similar"]) | (likeness[1] >= model.similar["similar"]) | _any_equal(fa, ga, fb, gb)
    )
    close = same_family & han[ga] & han[gb] & (lengths[ga] == lengths[gb]) & (_measured(given, ga, gb, _misspellings) <= 1)
    return _ranked(
        "name",
        nothing,
        same_family & same_given,
        (fa == gb) & (ga == fb) & (fa != NONE) & (ga != NONE),
        alike(model.similar["similar"]),
        apart,
        alike(model.similar["loose"]),
        close & (lengths[ga] > 1),
        same_family,
        same_given,
    )


def _any_equal(fa: Codes, ga: Codes, fb: Codes, gb: Codes) -> Flags:
    found: Flags = ((fa == gb) & (fa != NONE)) | ((ga == fb) & (ga != NONE))
    return found


_READERS: dict[str, Callable[[Columns, Model, str, Numbers, Numbers], Levels]] = {
    "name": _name,
    "values": _values,
    "phones": _phones,
    "text": _text,
    "day": _day,
}


def _missing(a: Codes, b: Codes) -> Flags:
    found: Flags = (a == NONE) | (b == NONE)
    return found


def _ranked(kind: str, missing: Flags, *found: Flags) -> Levels:
    """Return the first level that was found, the last where none was."""
    levels = np.full(len(missing), len(LEVELS[kind]) - 1, np.int8)
    for place in reversed(range(len(found))):
        levels[found[place]] = place
    levels[missing] = MISSING
    return levels


_Measure = Callable[[list[str], list[str]], npt.NDArray[Any]]


def _measured(texts: Texts, a: Codes, b: Codes, measure: _Measure) -> npt.NDArray[np.float32]:
    """Return what a measure says of each pair of values; of missing ones it says the worst."""
    worst = np.float32(99 if measure is _misspellings else 0)
    best = np.float32(0 if measure is _misspellings else 1)
    found = np.full(len(a), worst, np.float32)
    there = ~_missing(a, b)
    found[there & (a == b)] = best
    rows = np.flatnonzero(there & (a != b))
    if len(rows):
        low, high = np.minimum(a[rows], b[rows]).astype(np.int64), np.maximum(a[rows], b[rows]).astype(np.int64)
        keys, place = np.unique(low * len(texts.values) + high, return_inverse=True)
        left = [value[:_LONGEST] for value in texts.values[keys // len(texts.values)]]
        right = [value[:_LONGEST] for value in texts.values[keys % len(texts.values)]]
        found[rows] = measure(left, right).astype(np.float32)[place]
    return found


def _letters(left: list[str], right: list[str]) -> npt.NDArray[Any]:
    """Return the similarity of words after Jaro and Winkler; Chinese ones, of one or two characters, are equal or are not."""
    from rapidfuzz.distance import JaroWinkler
    from rapidfuzz.process import cpdist

    found: npt.NDArray[Any] = cpdist(
        left, right, scorer=JaroWinkler.normalized_similarity, dtype=np.float32, workers=_workers(left)
    )
    found[[bool(one) and _HAN[0] <= one[0] <= _HAN[1] for one in left]] = 0
    return found


def _token_similarity(left: list[str], right: list[str]) -> npt.NDArray[Any]:
    """Return the similarity of texts whose words may stand in any order."""
    from rapidfuzz.distance import Indel
    from rapidfuzz.process import cpdist

    sorted_left, sorted_right = ([" ".join(sorted(one.split())) for one in side] for side in (left, right))
    found: npt.NDArray[Any] = cpdist(
        sorted_left, sorted_right, scorer=Indel.normalized_similarity, dtype=np.float32, workers=_workers(left)
    )
    return found


def _misspellings(left: list[str], right: list[str]) -> npt.NDArray[Any]:
    """Return how many letters are wrong, missing, too many, or transposed with the next, counted to 2."""
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import cpdist

    found: npt.NDArray[Any] = cpdist(left, right, scorer=OSA.distance, score_cutoff=1, dtype=np.int32, workers=_workers(left))
    return found


def _neighbours(left: list[str], right: list[str]) -> npt.NDArray[Any]:
    return np.array([is_series(one, other) for one, other in zip(left, right, strict=True)], np.int8)


def _possible(left: list[str], right: list[str]) -> npt.NDArray[Any]:
    return np.array([may_be(one, other) for one, other in zip(left, right, strict=True)], np.int8)


def _workers(values: list[str]) -> int:
    return -1 if len(values) > _FEW else 1
