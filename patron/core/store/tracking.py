"""
Which fields of a noun the history follows; asked of every record that is written, so found once a noun.
"""

from patron.core.nouns import fields_of


def tracked_fields(noun: type) -> tuple[str, ...]:
    """Return the fields whose every change stays in the history."""
    found = _TRACKED.get(noun)
    if found is None:
        found = _TRACKED[noun] = tuple(name for name, field in fields_of(noun).items() if field.tracked)
    return found


_TRACKED: dict[type, tuple[str, ...]] = {}


def moving_fields(noun: type) -> tuple[str, ...]:
    """Return the fields that say on what a record hangs, of which the history has the changes and the end."""
    found = _MOVING.get(noun)
    if found is None:
        found = _MOVING[noun] = tuple(name for name, field in fields_of(noun).items() if field.moves)
    return found


_MOVING: dict[type, tuple[str, ...]] = {}
