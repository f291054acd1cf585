"""
The course of a lead: since when it is won or lost, which is not before it was filed, and which may be told late.
"""

from collections.abc import Mapping
from datetime import datetime, time
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from patron.core.clock import wall_time
from patron.core.nouns import FieldError, Lead, fields_of
from patron.core.store import Reader

_DATED: Mapping[str, str] = MappingProxyType(
    {"won_at": "won_at", "lost_at": "lost_at", "lost_reason": "lost_at", "pre_lost_at": "pre_lost_at"}
)
"""Field of a lead → the field that says since when it has its value."""

ENDS: Mapping[str, str] = MappingProxyType({"won": "won_at", "lost": "lost_at"})
"""Status in which a lead ends → the field that says when."""


_MOVES = ("pre_lost_at", "won_at", "lost_at")

OF_COURSE = frozenset({"status", "stage", "lost_reason", *_MOVES})
"""Fields of a lead that tell how its pursuit goes, which begins with the filing; prices may be known before."""

_LEFT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"won": ("pre_lost_at", "lost_at", "lost_reason"), "lost": ("won_at",), "open": ("won_at",), "revived": ("won_at",)}
)
"""Status → what is true of another one alone; that a lead was lost before it was revived stays known."""


def times_of(values: Mapping[str, Any]) -> dict[str, datetime]:
    """Return field → since when it has its value, of those values of a lead that say so."""
    dated = {**_DATED, "status": ENDS.get(values.get("status", ""), "")}
    return {name: values[at] for name, at in dated.items() if values.get(name) is not None and values.get(at) is not None}


def end_of(values: Mapping[str, Any], at: datetime) -> dict[str, datetime]:
    """Return when a lead ends, by field, where its new values end it and don't say when."""
    when = ENDS.get(values.get("status", ""))
    return {} if when is None or when in values else {when: at}


def course_of(
    values: Mapping[str, Any], lead: Lead | None, filed_at: datetime, zone: str, *, now: datetime
) -> dict[str, datetime]:
    """
    Return the times of a lead's course that its new values say, none of them before it was filed or still to come.

    A day alone, which stands for its first instant, is the day on which the lead was filed where that is the same.

    Args:
        values: the new ones, clean.
        lead: as it is; None for a new one.
        filed_at: when it was filed, as far as the values don't say.
        zone: whose days count.
        now: after which nothing has happened yet.

    Raises:
        FieldError: one is before the lead was filed, or still to come.
    """
    filed_at = values.get("filed_at") or filed_at
    for name in _MOVES:
        if (at := values.get(name)) is not None and at > max(now, filed_at):
            called = fields_of(Lead)[name].called
            raise FieldError("crm.to_come", field=called, at=wall_time(at, zone), now=wall_time(now, zone))
    known = {name: getattr(lead, name) for name in _MOVES} if lead is not None and "filed_at" in values else {}
    said = {**known, **{name: values[name] for name in _MOVES if name in values}}
    return {name: from_filing(name, at, filed_at, zone) for name, at in said.items() if at is not None}


def from_filing(name: str, at: datetime, filed_at: datetime, zone: str) -> datetime:
    """
    Return a time of which something is told of a lead: itself, or when the lead was filed where it is the day of that.

    Raises:
        FieldError: it is before the lead was filed.
    """
    if at >= filed_at:
        return at
    local, filed = at.astimezone(ZoneInfo(zone)), filed_at.astimezone(ZoneInfo(zone))
    if local.time() == time() and local.date() == filed.date():
        return filed_at
    field = fields_of(Lead).get(name)
    called = name if field is None else field.called
    raise FieldError("crm.before_filed", field=called, at=wall_time(at, zone), filed=wall_time(filed_at, zone))


def outlived(reader: Reader, lead: Lead) -> dict[str, datetime]:
    """Return the fields that tell of an end that a lead won or lost has left behind, each with the time since when it has."""
    left = [name for name in _LEFT.get(lead.status, ()) if getattr(lead, name) is not None]
    if not left:
        return {}
    turned = not_before(reader, lead, "status", lead.filed_at)
    return {name: not_before(reader, lead, name, turned) for name in left}


def not_before(reader: Reader, record: Any, field: str, at: datetime) -> datetime:
    """Return since when a field can get another value that shall last: not before the one that it has."""
    return max([at, *(change.effective_at for change in reader.history(record, field))])
