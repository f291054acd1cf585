"""
The question that a person has to answer: which of several customers is meant, or whether it is somebody new.
"""

from collections.abc import Sequence
from typing import Any, Protocol

import attrs

from patron.core.errors import PatronError
from patron.core.message import Message

NAMED = 5
"""Customers that a question names."""


class Named(Protocol):
    """Somebody with a name, and with an id once stored."""

    id: int
    name: str


@attrs.frozen
class Candidate:
    """
    Somebody who may be meant.

    Attributes:
        who: the customer.
        bits: what speaks for it, in bits; None where the model was not asked.
        reasons: what each field says.
    """

    who: Any
    bits: float | None = None
    reasons: Sequence[Any] = ()

    def message(self) -> Message:
        """Return who it is and why."""
        if self.bits is None:
            return Message.of(PatronError("matching.one_of", id=self.who.id, name=self.who.name))
        why = tuple(_weight(one) for one in self.reasons if one.bits)
        return Message.of(PatronError("matching.alike", id=self.who.id, name=self.who.name, bits=f"{self.bits:.1f}", why=why))


def named_in(question: Message | None) -> tuple[int, ...]:
    """Return the ids of the customers whom a question names; none for what is no such question."""
    said = None if question is None else question.details.get("customers")
    parts = said.details.get("text") if isinstance(said, Message) else None
    found = [one.details.get("id") for one in parts if isinstance(one, Message)] if isinstance(parts, tuple) else []
    return tuple(number for number in found if isinstance(number, int))


def _weight(reason: Any) -> Message:
    """Return what a field weighs."""
    part, level = Message(key=f"matching.field_{reason.field}"), Message(key=f"matching.level_{reason.level}")
    return Message.of(PatronError("matching.weighs", part=part, level=level, bits=f"{reason.bits:+.1f}"))


class UndecidedError(PatronError):
    """
    Several customers may be meant, or one who may be another, and a person has to say.

    Args:
        key: of the message.
        candidates: whom it may be, the most likely first.
        customers: what they are called.
    """

    def __init__(self, key: str, candidates: Sequence[Candidate], *, customers: str) -> None:
        super().__init__(key, customers=customers)
        self.candidates = tuple(candidates)

    def tell(self) -> None:
        """Name the candidates in the message; to be done when they have their ids."""
        self.details["customers"] = Message.several(one.message() for one in self.candidates[:NAMED])
