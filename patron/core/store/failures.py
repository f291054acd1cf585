"""
What can go wrong with a database, in words that a person can act on.
"""

from patron.core.errors import PatronError


class StoreError(PatronError):
    """The database can't do what was asked; the transaction was undone."""


class BusyError(StoreError):
    """Somebody else was in the way for too long; the same work may succeed when it is tried again."""


class DownError(StoreError):
    """The database can do nothing for anybody as it is: it is full, gone, damaged, or may only be read."""


class ConflictError(StoreError):
    """Somebody else changed the record since it was read."""


class NotFoundError(StoreError):
    """There is no such record, or none that the actor may see."""


class ContradictionError(StoreError):
    """A record contradicts what the tables demand."""


class DuplicateError(ContradictionError):
    """A record with this key is there already."""


class DanglingError(ContradictionError):
    """A record refers to one that isn't there, or is to go while others refer to it."""


class RuleError(ContradictionError):
    """A record lacks a value that it must have, or its values don't go together."""


def first_line(error: BaseException | None) -> str:
    """Return the first line of what a driver says, bounded."""
    lines = str(error or "").strip().splitlines() or ["–"]
    return lines[0][:200].rstrip(".")
