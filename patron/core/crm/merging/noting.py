"""
What the history is told of a merge, and of its undoing: everything that undoing takes, and which version each row was taken to.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from patron.core.nouns import noun_of, value_of
from patron.core.store import UnitOfWork
from patron.core.store.history import Entry
from patron.core.store.moving import Moved, overwrite

VERSION = "version"
"""The field whose change says to which version a row was taken: nobody else had a hand in that."""


def note_moves(work: UnitOfWork, moved: Iterable[Moved]) -> None:
    """Note rows that refer to another record than before."""
    work.note(_entries_of(work, moved))


def _entries_of(work: UnitOfWork, moved: Iterable[Moved]) -> Iterator[Entry]:
    for one in moved:
        yield work.entry(one.noun, one.id, one.field, one.old, one.new)
        if one.version is not None:
            yield work.entry(one.noun, one.id, VERSION, one.version, one.version + 1)


def write_noted(work: UnitOfWork, record: Any, values: Mapping[str, Any]) -> None:
    """
    Write values of a record that is held, extension fields by their names, and note them.

    Args:
        work: the unit of work.
        record: as it is, with all its values.
        values: field → value.
    """
    if not values:
        return
    noun = noun_of(record)
    own = {name: value for name, value in values.items() if "." not in name}
    given = {name: value for name, value in values.items() if "." in name}
    if given:
        own["ext"] = {name: value for name, value in {**record.ext, **given}.items() if value is not None}
    overwrite(work.connection, record, own)
    work.note(work.entry(noun, record.id, name, value_of(record, name), value) for name, value in values.items())
    work.note([work.entry(noun, record.id, VERSION, record.version, record.version + 1)])
