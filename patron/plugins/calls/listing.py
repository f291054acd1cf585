"""
Lists of calls as rows: as text two lines a call, so that an address stays whole; as JSON and CSV with names and codes.
"""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from patron import Customer, Labels, Session, User
from patron.core.formulas import guard
from patron.core.names import listed
from patron.core.nouns.lists import join_list
from patron.plugins.calls.library import ModelCall
from patron.plugins.calls.reviewing import Listening
from patron.plugins.calls.words import WORDS

FORMATS = ("text", "json", "csv")
_INDENT = " " * 6
_ARROWS = {"in": "←", "out": "→"}


def listening(session: Session, calls: Sequence[Listening], form: str) -> str:
    """Return the calls to listen to: whose, when, where the recording is, and what was thought of it."""
    t, zone = session.t.within(WORDS), ZoneInfo(session.settings.timezone)
    with session.read() as reader:
        reps = reader.names(User, (one.call.user_id for one in calls))
        people = reader.names(Customer, (one.call.customer_id for one in calls), merged=True)
    if form == "text":
        lines = []
        for one in calls:
            known = [str(review.score) for review in one.reviews]
            about = {
                "id": one.call.id,
                "at": _moment(one.call.at, zone),
                "rep": reps.get(one.call.user_id or 0, "–"),
                "arrow": _ARROWS[one.call.direction],
                "customer": people.get(one.call.customer_id, f"#{one.call.customer_id}"),
                "seconds": "–" if one.call.duration_seconds is None else one.call.duration_seconds,
                "scored": "  " + t("calls.scored", scores=", ".join(known)) if known else "",
            }
            lines += [t("calls.line", **about), _INDENT + (one.call.recording or "–")]
        return "\n".join(lines) + "\n"
    rows = [
        {
            "call": one.call.id,
            "at": one.call.at.isoformat(),
            "rep": reps.get(one.call.user_id or 0),
            "customer": people.get(one.call.customer_id),
            "direction": one.call.direction,
            "seconds": one.call.duration_seconds,
            "sample": one.sample,
            "scores": tuple(int(str(review.score)) for review in one.reviews),
            "recording": one.call.recording,
        }
        for one in calls
    ]
    return _written(rows, form)


def library(session: Session, calls: Sequence[ModelCall], form: str) -> str:
    """Return the model calls: who speaks, about what, and why they are worth listening to."""
    t, zone = session.t.within(WORDS), ZoneInfo(session.settings.timezone)
    labels = Labels(session.records.vocabulary, session.t.lang)
    if form == "text":
        lines = []
        for one in calls:
            topics = [labels.code("topic", topic) for topic in one.topics]
            said = listed([*topics, *filter(None, [one.product])]).in_words(t.lang)
            lines.append(t("calls.model_line", id=one.number, at=_moment(one.at, zone), rep=one.rep or "–", about=said))
            lines += [_INDENT + " ".join(one.why.split()), _INDENT + one.recording]
        return "\n".join(lines) + "\n"
    names = ("number", "call", "at", "rep", "topics", "product", "why", "seconds", "recording")
    return _written([{name: getattr(one, name) for name in names} | {"at": one.at.isoformat()} for one in calls], form)


def _written(rows: Sequence[Mapping[str, Any]], form: str) -> str:
    if form == "json":
        return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(rows[0])
    for row in rows:
        writer.writerow([_cell(value) for value in row.values()])
    return text.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, tuple):
        return join_list(map(str, value))
    return guard(value) if isinstance(value, str) else value


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
