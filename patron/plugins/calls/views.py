"""
The views: calls, with the line, the recording and what is wrong with them; and the reviews of calls.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, exists, false, func, literal, select, type_coerce
from sqlalchemy.types import BigInteger

from patron import ColumnKind, FactView, ViewColumn, equal
from patron.plugins.calls.tables import REVIEWS

COACHED = "call.coached"
"""The field of a user that says who must call from recorded lines."""

_EARLY = ("new", "contacted")
"""Stages of a lead that is no opportunity yet."""
_MINUTE = 60_000_000


def lines_of(vocabulary: Any) -> dict[str, str]:
    """Return number → the code of our line."""
    lines = vocabulary.codes.get("call_line", {})
    return {str(number): code for code, about in lines.items() for number in about.get("numbers", ())}


def _line(call: Any, vocabulary: Any) -> ColumnElement[Any]:
    lines = lines_of(vocabulary)
    return case(lines, value=call.c.phone_line, else_=None) if lines else literal(None, String)


def _on_recorded_line(call: Any, vocabulary: Any) -> ColumnElement[bool]:
    lines = vocabulary.codes.get("call_line", {})
    recorded = [number for number, code in lines_of(vocabulary).items() if lines[code].get("recorded") is True]
    return func.coalesce(call.c.phone_line.in_(recorded), false()) if recorded else false()


def _coached(call: Any, source: Any) -> ColumnElement[bool]:
    """Return the predicate that who called was coached then."""
    found: ColumnElement[bool] = func.coalesce(source.value_at("user", call.c.user_id, COACHED, call.c.at), false())
    return found


def _noted_twice(call: Any, source: Any) -> ColumnElement[bool]:
    """Return the predicate that a call which was noted by hand has a record of its own: near in time, of the same two."""
    minutes = source.vocabulary.attributes("call_violation", "no_line").get("same_call_minutes", 0)
    record = source("interaction")
    apart = type_coerce(record.c.at, BigInteger) - type_coerce(call.c.at, BigInteger)
    near = and_(apart >= -int(minutes) * _MINUTE, apart <= int(minutes) * _MINUTE)
    same = and_(record.c.user_id == call.c.user_id, record.c.customer_id == call.c.customer_id)
    return exists().where(same, record.c.channel == "phone", record.c.phone_line.is_not(None), near)


def _violation(call: Any, source: Any) -> ColumnElement[Any]:
    """Return what is wrong with a call of somebody who is coached; nothing where nothing is."""
    unrecorded = false() if source.conceals("interaction", "recording") else call.c.recording.is_(None)
    wrong = case(
        (call.c.phone_line.is_(None), case((_noted_twice(call, source), None), else_="no_line")),
        (~_on_recorded_line(call, source.vocabulary), "other_line"),
        (and_(call.c.effective, unrecorded), "no_recording"),
        else_=None,
    )
    return case((and_(call.c.direction == "out", _coached(call, source)), wrong), else_=None)


def _calls(source: Any) -> Select[Any]:
    call, lead = source("interaction"), source("lead")
    coming = and_(call.c.direction == "in", lead.c.id.is_not(None), lead.c.stage.not_in(_EARLY))
    return select(
        call.c.id,
        call.c.at,
        call.c.channel,
        call.c.user_id.label("rep"),
        call.c.customer_id.label("customer"),
        call.c.phone_line,
        _line(call, source.vocabulary).label("line"),
        call.c.direction,
        call.c.effective,
        call.c.duration_seconds.label("seconds"),
        call.c.recording.is_not(None).label("recorded"),
        func.coalesce(_coached(call, source), false()).label("coached"),
        _violation(call, source).label("violation"),
        # The lead that was filed with the call is the one that the call began.
        func.coalesce(and_(coming, lead.c.filed_at == call.c.at), false()).label("opportunity"),
    ).select_from(call.outerjoin(lead, lead.c.id == call.c.lead_id))


def _reviews(source: Any) -> Select[Any]:
    call, review = source("interaction"), source(REVIEWS)
    return select(
        review.c.id,
        call.c.id.label("call"),
        call.c.at,
        review.c.at.label("reviewed_at"),
        call.c.user_id.label("rep"),
        call.c.customer_id.label("customer"),
        review.c.reviewer_id.label("reviewer"),
        review.c.score,
    ).select_from(review.join(call, call.c.id == review.c.interaction_id))


def _call(name: str, kind: ColumnKind, **about: str) -> ViewColumn:
    return ViewColumn(name=name, kind=kind, noun="interaction", **about)


_WHO = (
    _call("at", ColumnKind.INSTANT),
    ViewColumn(name="rep", kind=ColumnKind.REFERENCE, target="user"),
    _call("customer", ColumnKind.REFERENCE, target="customer", field="customer_id"),
)

VIEWS = (
    FactView(
        name="calls",
        noun="interaction",
        records=True,
        only=equal("channel", "phone"),
        relation=_calls,
        columns=(
            ViewColumn(name="id", kind=ColumnKind.REFERENCE, target="interaction", noun="interaction"),
            *_WHO,
            _call("channel", ColumnKind.CODE, codes="contact_channel"),
            _call("phone_line", ColumnKind.TEXT),
            ViewColumn(name="line", kind=ColumnKind.CODE, codes="call_line"),
            _call("direction", ColumnKind.CODE, codes="direction"),
            _call("effective", ColumnKind.TRUTH),
            ViewColumn(name="seconds", kind=ColumnKind.COUNT),
            _call("recorded", ColumnKind.TRUTH, field="recording"),
            ViewColumn(name="coached", kind=ColumnKind.TRUTH),
            ViewColumn(name="violation", kind=ColumnKind.CODE, codes="call_violation"),
            ViewColumn(name="opportunity", kind=ColumnKind.TRUTH),
        ),
    ),
    FactView(
        name="call_reviews",
        noun="interaction",
        relation=_reviews,
        columns=(
            ViewColumn(name="id", kind=ColumnKind.COUNT),
            *_WHO,
            ViewColumn(name="call", kind=ColumnKind.REFERENCE, target="interaction"),
            ViewColumn(name="reviewed_at", kind=ColumnKind.INSTANT),
            ViewColumn(name="reviewer", kind=ColumnKind.REFERENCE, target="user"),
            ViewColumn(name="score", kind=ColumnKind.COUNT),
        ),
    ),
)
"""What this plugin publishes."""
