"""
Who is not known: what is told of a contact or a consent is about a customer whom we know, and begins nobody.
"""

from typing import TypeVar

from patron.core.errors import PatronError

T = TypeVar("T")


class UnknownError(PatronError):
    """What is told is about a customer, and nobody is known by it."""


def require_known(found: T | None) -> T:
    """
    Return who was found.

    Raises:
        UnknownError: nobody was.
    """
    if found is None:
        raise UnknownError("exchange.no_customer")
    return found
