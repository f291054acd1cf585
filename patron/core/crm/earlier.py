"""
Records as they were at an earlier time, in the world or in what the database knew, by the history of their tracked fields.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

import attrs

from patron.core.clock import wall_time
from patron.core.nouns import Change, Field, FieldKind, fields_of, noun_of
from patron.core.session import Session
from patron.core.store import NotFoundError, Reader
from patron.core.store.history import value_at
from patron.core.store.rows import stamped

_BEGUN: Mapping[str, str] = MappingProxyType({"lead": "filed_at", "order": "ordered_at"})
"""Noun → the field that says since when there is one, which may be long before it was recorded."""


def record_then(
    session: Session, reader: Reader, record: Any, *, at: datetime | None = None, known_at: datetime | None = None
) -> Any:
    """
    Return a record as it was at a time; as it is now where none is given.

    Args:
        session: the clock and the zone.
        reader: reads the history.
        record: as it is now.
        at: the time in the world; now by default.
        known_at: as the database knew it then; what came later is not seen.

    Raises:
        NotFoundError: there was nothing of it at that time, or the database didn't know it yet.
    """
    if at is None and known_at is None:
        return record
    changes = reader.history(record)
    stored: datetime | None = getattr(record, "created_at", None)
    recorded = min([*(change.recorded_at for change in changes), *([stored] if stored else ())], default=None)
    if known_at is not None and recorded is not None and known_at < recorded:
        raise _nothing_then(session, "crm.not_known_then", record, recorded)
    known = [change for change in changes if known_at is None or change.recorded_at <= known_at]
    begun = _begun(record, known)
    if at is not None and begun is not None and at < begun:
        raise _nothing_then(session, "crm.nothing_then", record, begun)
    return record_at(reader.vocabulary.fields(noun_of(record)), record, known, at or session.clock.now())


def record_at(fields: Mapping[str, Field], record: Any, changes: list[Change], at: datetime) -> Any:
    """
    Return a record with its tracked fields as they were at a time.

    Args:
        fields: those of its noun.
        record: as it is now.
        changes: its history, as far as it is to be known.
        at: the time in the world.
    """
    own: dict[str, Any] = {}
    extensions = dict(getattr(record, "ext", {}))
    for name, field in fields.items():
        if not field.tracked:
            continue
        value = value_at([one for one in changes if one.field == name], at)
        if name not in fields_of(type(record)):
            extensions[name] = value
        elif value is not None or not field.required:
            own[name] = () if value is None and field.kind in (FieldKind.CODES, FieldKind.TEXTS) else value
    if "ext" in fields_of(type(record)):
        own["ext"] = extensions
    # A time that a record must have may be unknown then, too.
    return stamped(attrs.evolve(record, **own), _to_come(fields, record, at))


def _to_come(fields: Mapping[str, Field], record: Any, at: datetime) -> dict[str, None]:
    """Return nothing for each time that has no history and lies after *at*: nobody could know it then."""
    names = [name for name, field in fields.items() if field.kind is FieldKind.INSTANT and not field.tracked]
    return dict.fromkeys(name for name in names if (getattr(record, name, None) or at) > at)


def readable_time(session: Session, at: datetime) -> str:
    """Return a time in the zone of the session as people write it, and as a command takes it for no earlier one."""
    return wall_time(at, session.settings.timezone)


def _begun(record: Any, changes: list[Change]) -> datetime | None:
    """Return the earliest time of which something is told: it may be known since before the record says that it began."""
    said: datetime | None = getattr(record, _BEGUN.get(noun_of(record), "created_at"), None)
    return min([*(change.effective_at for change in changes), *([said] if said else ())], default=None)


def _nothing_then(session: Session, key: str, record: Any, since: datetime) -> NotFoundError:
    noun = session.t(f"noun.{noun_of(record)}")
    return NotFoundError(key, noun=noun, id=record.id, since=readable_time(session, since))
