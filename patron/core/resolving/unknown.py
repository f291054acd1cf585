"""
Who is not known: what is told of a contact or a consent is about a customer whom we know, and begins nobody.
"""

from collections.abc import Sequence
from typing import TypeVar

from patron.core.errors import PatronError
from patron.core.nouns import Identity

T = TypeVar("T")


class UnknownError(PatronError):
    """What is told is about a customer, and nobody is known by it."""


def require_known(found: T | None, identities: Sequence[Identity]) -> T:
    """
    Return who was found.

    Args:
        found: who.
        identities: by what the person was looked for; a name alone finds nobody.

    Raises:
        UnknownError: nobody was.
    """
    if found is None:
        raise UnknownError("exchange.no_customer" if identities else "exchange.name_alone")
    return found
