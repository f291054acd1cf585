"""
Persons as arrays of numbers: equal values of a field have equal numbers, so that a million pairs are compared at once.
"""

from collections.abc import Iterable, Sequence

import attrs
import numpy as np
import numpy.typing as npt

from patron.core.matching.person import Person

Codes = npt.NDArray[np.int32]
NONE = -1
"""The number of a missing value."""


@attrs.frozen(eq=False)
class Texts:
    """
    The values of a field.

    Attributes:
        values: the distinct values, sorted, as an array of objects.
        codes: a row a person: the numbers of its values, `NONE` behind them. A field of one value has one column.
    """

    values: npt.NDArray[np.object_]
    codes: Codes


@attrs.frozen(eq=False)
class Columns:
    """
    Persons, field by field.

    Attributes:
        count: how many there are.
        texts: field → its values; `family` and `given` have the same numbers, so that they can be compared crosswise.
    """

    count: int
    texts: dict[str, Texts]


_SINGLE = ("born", "address", "place", "region")
_SEVERAL = ("tel", "email", "id")


def columns_of(persons: Sequence[Person]) -> Columns:
    """Return the columns of persons."""
    texts = {name: _coded([(getattr(person, name),) for person in persons]) for name in _SINGLE}
    texts |= {name: _coded([getattr(person, name) for person in persons]) for name in _SEVERAL}
    # Masked numbers among the others: only what is seen of them is compared.
    texts["shown"] = _coded([(*person.tel, *person.masked) for person in persons])
    texts["postcode"] = _coded([(person.postcode,) for person in persons])
    names = _coded([(person.family, person.given) for person in persons], least=2)
    texts["family"] = Texts(names.values, names.codes[:, :1])
    texts["given"] = Texts(names.values, names.codes[:, 1:2])
    texts["first"] = _coded([(person.given.partition(" ")[0],) for person in persons])
    texts["initial"] = _coded([(person.given[:1],) for person in persons])
    return Columns(len(persons), texts)


def _coded(rows: Sequence[Iterable[str]], least: int = 1) -> Texts:
    kept = [list(row) for row in rows]
    distinct = sorted({value for row in kept for value in row if value})
    number = {value: place for place, value in enumerate(distinct)}
    width = max(least, *(len(row) for row in kept)) if kept else least
    codes = np.full((len(kept), width), NONE, np.int32)
    for place, row in enumerate(kept):
        for column, value in enumerate(row):
            if value:
                codes[place, column] = number[value]
    values = np.empty(len(distinct), object)
    values[:] = distinct
    return Texts(values, codes)
