"""
Values that became true before others which are known already.

A record's columns have what is true now. A value that is entered late, and that something later has overtaken, belongs to the
history alone: it changes what was true from its time on until the next change, and not the present.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

import attrs

from patron.core.store.history import Known, value_at


@attrs.frozen
class Past:
    """
    A value that was overtaken before it was entered.

    Attributes:
        old: what was true just before its time, as far as is known.
        new: the value.
    """

    old: object
    new: object


def overtaken(changes: Iterable[Known], values: Mapping[str, object], at: datetime) -> Mapping[str, Past]:
    """
    Return those of the values that something later has overtaken, by field.

    Args:
        changes: what is known of the record, in the order in which it became known.
        values: tracked field → value that became true *at* a time before now.
        at: that time.
    """
    in_time = sorted(changes, key=lambda change: change.effective_at)
    found: dict[str, Past] = {}
    for field, value in values.items():
        of_field = [change for change in in_time if change.field == field]
        if of_field and of_field[-1].effective_at > at:
            found[field] = Past(value_at(of_field, at), value)
    return found
