"""
Criteria: which records are meant, said by field, without a word of any database.
"""

from collections.abc import Iterator
from enum import StrEnum

import attrs


class Operator(StrEnum):
    """How a field is compared with a value."""

    EQUAL = "=="
    UNEQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    AMONG = "in"
    """Is one of several values."""
    CONTAINS = "contains"
    """A text has the value in it, whatever the case; a list has it as a member."""
    MISSING = "missing"
    """Has no value (the value True), or has one (False)."""


@attrs.frozen
class Criterion:
    """
    One condition on one field; several mean all of them.

    A record without a value meets `UNEQUAL` and `MISSING`, and no other comparison.

    Attributes:
        field: `id`, a field of the noun, or an extension field.
        operator: the comparison.
        value: what it is compared with; a tuple for `AMONG`.
    """

    field: str
    operator: Operator
    value: object = True


@attrs.frozen
class Negated:
    """
    Holds for the records for which another condition does not hold.

    Attributes:
        condition: the other.
    """

    condition: "Condition"


@attrs.frozen
class Joined:
    """
    Holds where all of its parts hold, or any of them.

    Attributes:
        every: all of them must.
        parts: at least one.
    """

    every: bool
    parts: "tuple[Condition, ...]"


@attrs.frozen
class Having:
    """
    Holds for the records to which at least one record of another noun belongs that meets a condition.

    Attributes:
        noun: the other noun, as `order_line`.
        reference: its field that refers to the record, as `order_id`.
        condition: what it must meet.
    """

    noun: str
    reference: str
    condition: "Condition"


Condition = Criterion | Negated | Joined | Having


def equal(field: str, value: object) -> Criterion:
    """Return the condition that *field* has *value*; None means that it has none."""
    return Criterion(field, Operator.MISSING, True) if value is None else Criterion(field, Operator.EQUAL, value)


def named_in(condition: Condition, noun: str) -> Iterator[tuple[str, str]]:
    """Yield (noun, field) of everything that a condition on records of *noun* names, on records of other nouns, too."""
    match condition:
        case Negated(inner):
            yield from named_in(inner, noun)
        case Joined(_, parts):
            for part in parts:
                yield from named_in(part, noun)
        case Having(other, _, inner):
            yield from named_in(inner, other)
        case Criterion():
            yield noun, condition.field


def among(field: str, values: tuple[object, ...]) -> Criterion:
    """Return the condition that *field* has one of *values*."""
    return Criterion(field, Operator.AMONG, values)
