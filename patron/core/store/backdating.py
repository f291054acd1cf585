"""
Values that became true before others which are known already.

A record's columns have what is true now. A value that is entered late, and that something later has overtaken, belongs to the
history alone: it changes what was true from its time on until the next change, and not the present.
"""

from collections.abc import Mapping
from datetime import datetime

import attrs
from sqlalchemy import Connection

from patron.core.store.history import changes_of, value_at


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


def overtaken(
    connection: Connection, noun: str, record_id: int, values: Mapping[str, object], at: datetime
) -> Mapping[str, Past]:
    """
    Return those of the values that something later has overtaken, by field.

    Args:
        connection: a transaction; the history must be written up to now.
        noun: the kind of the record.
        record_id: the record's id.
        values: tracked field → value that became true *at* a time before now.
        at: that time.
    """
    found: dict[str, Past] = {}
    for field, value in values.items():
        changes = changes_of(connection, noun, record_id, field)
        if changes and changes[-1].effective_at > at:
            found[field] = Past(value_at(changes, at), value)
    return found
