"""
Answering who writes something down and sends it to us, row by row: a tablet at the reception, a form of the switchboard.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from patron.core.i18n import CORE, Translator, language_asked
from patron.core.payloads.broken import aside_envelope
from patron.core.payloads.texts import as_text
from patron.core.records.intake import Delivery, Envelope, Outcome, Reply
from patron.core.records.reason import Reason
from patron.core.records.telling import Told

_JSON = "application/json; charset=utf-8"
_NOBODY, _KEPT = "nobody", "kept"
_NOT_TAKEN = frozenset({Outcome.QUARANTINED, Outcome.REJECTED})


@attrs.frozen(kw_only=True)
class Entry:
    """
    What one row says.

    Attributes:
        envelope: what is made of it; None where it names nobody.
        number: by which whoever wrote it knows it.
        headings: field → what it is called there, as `headings_of()` gives it.
    """

    envelope: Envelope | None
    number: str = ""
    headings: Mapping[str, str] = attrs.field(factory=dict)


def envelopes_of(entries: Sequence[Entry]) -> list[Envelope]:
    """Return the envelopes of rows, each key once, in their order."""
    found: dict[str, Envelope] = {}
    for entry in entries:
        if entry.envelope is not None:
            found.setdefault(entry.envelope.key, entry.envelope)
    return list(found.values())


def aside_of(entries: Sequence[Entry], rows: Sequence[Mapping[str, Any]]) -> list[Envelope]:
    """
    Return as an envelope, if any, how many rows of a list name nobody, for whoever brought it.

    Args:
        entries: what the rows say.
        rows: as they stand there.
    """
    nobody = [as_text(row) for row, entry in zip(rows, entries, strict=True) if entry.envelope is None]
    return [aside_envelope(Reason("payloads.of_nobody", n=len(nobody)), *nobody)] if nobody and len(entries) > 1 else []


def language_of(delivery: Delivery) -> str:
    """Return the language that a request asks for: `?lang=`, else what its program says in `Accept-Language`."""
    return language_asked(delivery.query.get("lang", ""), delivery.headers.get("accept-language", ""))


def reply_to_entries(delivery: Delivery, entries: Sequence[Entry], told: Sequence[Told]) -> Reply:
    """
    Return the answer to rows: JSON with an object for each, in their order, behind them what could not be read.

    The status is 200 where all was taken that is about somebody, 202 where something waits, to be read or for a person, and 422
    where nothing could be read at all.

    Args:
        delivery: the request.
        entries: its rows, as `envelopes_of()` gave their envelopes to `parse`; none where it can't be read.
        told: what became of them; nothing where they are still to be read.
    """
    t = Translator(language_of(delivery), CORE)
    places = {envelope.key: place for place, envelope in enumerate(envelopes_of(entries))}
    by_place = {one.place: one for one in told}
    said = []
    for entry in entries:
        place = None if entry.envelope is None else places[entry.envelope.key]
        found = None if place is None else by_place.get(place)
        said.append(_said(entry, found, t))
    said += [_said(Entry(envelope=None), one, t) for one in told if one.place >= len(places)]
    body = json.dumps({"entries": said}, ensure_ascii=False).encode()
    return Reply(status=_status(entries, told, said), body=body, content_type=_JSON)


def _status(entries: Sequence[Entry], told: Sequence[Told], said: Sequence[Mapping[str, Any]]) -> int:
    if told and not entries and all(one.outcome in _NOT_TAKEN for one in told):
        return 422
    waits = any(one["outcome"] in {_KEPT, Outcome.QUARANTINED.value} for one in said)
    return 202 if waits else 200


def _said(entry: Entry, told: Told | None, t: Translator) -> dict[str, Any]:
    """Return what is said of a row: the same members each time, null where there is nothing to say."""
    if told is None:
        outcome = _NOBODY if entry.envelope is None else _KEPT
        told = Told(place=0, outcome=Outcome.ACCEPTED, message=t(f"intake.entry_{outcome}"))
    else:
        outcome = told.outcome.value
    return {
        "number": entry.number or None,
        "outcome": outcome,
        "receipt": told.receipt,
        "lead": told.lead,
        "user": {"login": told.user, "name": told.user_name} if told.user else None,
        "team": {"code": told.team, "name": told.team_name} if told.team else None,
        "message": told.message,
        "errors": {entry.headings.get(field, field): why for field, why in told.errors.items()},
    }
