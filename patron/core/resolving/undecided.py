"""
The question that a person has to answer: which of several customers is meant, or whether it is somebody new.
"""

from collections.abc import Sequence
from typing import Any, Protocol

import attrs

from patron.core.errors import PatronError
from patron.core.i18n import Translator
from patron.core.matching.wording import said

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

    def told(self, t: Translator) -> str:
        """Return who it is and why, in words."""
        if self.bits is None:
            return str(self.who.name)
        about = {"name": self.who.name, "bits": f"{self.bits:.1f}", "why": said(self.reasons, t)}
        return t("matching.alike", id=self.who.id, **about)


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

    def tell(self, t: Translator) -> None:
        """Put the candidates into the message in words; to be done when they have their ids."""
        self.details["customers"] = "; ".join(one.told(t) for one in self.candidates[:NAMED])
