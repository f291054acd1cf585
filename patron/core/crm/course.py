"""
The course of a lead: since when it is won or lost, which is later than it was filed, and which may be told late.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from patron.core.store import Reader

_DATED: Mapping[str, str] = MappingProxyType(
    {"won_at": "won_at", "lost_at": "lost_at", "lost_reason": "lost_at", "pre_lost_at": "pre_lost_at"}
)
"""Field of a lead → the field that says since when it has its value."""

ENDS: Mapping[str, str] = MappingProxyType({"won": "won_at", "lost": "lost_at"})
"""Status in which a lead ends → the field that says when."""


def times_of(values: Mapping[str, Any]) -> dict[str, datetime]:
    """Return field → since when it has its value, of those values of a lead that say so."""
    dated = {**_DATED, "status": ENDS.get(values.get("status", ""), "")}
    return {name: values[at] for name, at in dated.items() if values.get(name) is not None and values.get(at) is not None}


def end_of(values: Mapping[str, Any], at: datetime) -> dict[str, datetime]:
    """Return when a lead ends, by field, where its new values end it and don't say when."""
    when = ENDS.get(values.get("status", ""))
    return {} if when is None or when in values else {when: at}


def not_before(reader: Reader, record: Any, field: str, at: datetime) -> datetime:
    """Return since when a field can get another value that shall last: not before the one that it has."""
    return max([at, *(change.effective_at for change in reader.history(record, field))])
