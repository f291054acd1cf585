"""
The view of how soon leads were answered: when each was reached, when a user had it, and whether in time.

A lead counts as judged when it was answered or its limit is over; one that still has time is neither early nor late (R268).
Whoever was spoken to before their lead was filed, such as a visitor whose form is typed in later, waited no time at all.

The owner with whom a lead begins is its owner since it was filed; but nobody had the lead before it was here, so that is when the
hand-over counts. Whom a file names as the owner had it in another system, and when nobody knows: that is not judged.
"""

from typing import Any

from sqlalchemy import BigInteger, Select, and_, case, func, literal, select, type_coerce

from patron.core.records.view import ColumnKind, FactView, ViewColumn
from patron.core.store.responses import respond_minutes
from patron.core.store.views.leads import by_attribute
from patron.core.store.views.source import ViewSource, elapsed_seconds, stored, waited_seconds

_MINUTE = 60
_IMPORT = "import"
"""The cause of what a file itself says, and nobody here decided."""


def _responses(source: ViewSource) -> Select[Any]:
    lead, user, change, times = source("lead"), source("user"), source.history("lead"), source.times
    as_of = literal(stored(times.as_of), BigInteger)
    effective, recorded, filed = (
        type_coerce(column, BigInteger) for column in (change.c.effective_at, change.c.recorded_at, lead.c.filed_at)
    )
    since = case((effective <= filed, recorded), else_=effective)
    owned = (change.c.subject_id == lead.c.id, change.c.field == "owner_user_id", change.c.new.is_not(None), since <= as_of)
    named = change.c.cause == _IMPORT
    had = select(func.min(since)).where(*owned).correlate(lead).scalar_subquery()
    elsewhere = select(func.min(since)).where(*owned, named).correlate(lead).scalar_subquery()
    brought = and_(elsewhere.is_not(None), elsewhere <= had)
    taken = case((~brought, had))
    contact = type_coerce(lead.c.first_contact_at, BigInteger)
    first = case((contact <= as_of, contact))
    limit = respond_minutes(lead.c.source, source.vocabulary, times.first_response_minutes) * _MINUTE
    passed = elapsed_seconds(lead.c.filed_at, as_of)
    reached, handed = (waited_seconds(lead.c.filed_at, end) for end in (first, taken))
    handover = times.handover_minutes * _MINUTE
    return select(
        lead.c.id,
        lead.c.source,
        by_attribute(lead.c.source, "source", "family", source.vocabulary).label("source_family"),
        lead.c.campaign_id.label("campaign"),
        lead.c.owner_user_id.label("owner"),
        func.coalesce(lead.c.owner_team_id, user.c.team_id).label("handling_team"),
        lead.c.status,
        lead.c.filed_at,
        reached.label("seconds_to_contact"),
        (first.is_not(None) | (passed > limit)).label("response_judged"),
        and_(first.is_not(None), reached <= limit).label("reached_in_time"),
        handed.label("seconds_to_handover"),
        and_(~brought, taken.is_not(None) | (passed > handover)).label("handover_judged"),
        and_(taken.is_not(None), handed <= handover).label("handed_in_time"),
    ).select_from(lead.outerjoin(user, user.c.id == lead.c.owner_user_id))


def _lead(name: str, kind: ColumnKind, **about: str) -> ViewColumn:
    return ViewColumn(name=name, kind=kind, noun="lead", **about)


RESPONSES = FactView(
    name="responses",
    noun="lead",
    records=True,
    relation=_responses,
    columns=(
        ViewColumn(name="id", kind=ColumnKind.REFERENCE, target="lead", noun="lead"),
        _lead("source", ColumnKind.CODE, codes="source"),
        ViewColumn(name="source_family", kind=ColumnKind.CODE, codes="source_family"),
        _lead("campaign", ColumnKind.REFERENCE, target="campaign", field="campaign_id"),
        _lead("owner", ColumnKind.REFERENCE, target="user", field="owner_user_id"),
        ViewColumn(name="handling_team", kind=ColumnKind.REFERENCE, target="team"),
        _lead("status", ColumnKind.CODE, codes="lead_status"),
        _lead("filed_at", ColumnKind.INSTANT),
        ViewColumn(name="seconds_to_contact", kind=ColumnKind.COUNT),
        ViewColumn(name="response_judged", kind=ColumnKind.TRUTH),
        ViewColumn(name="reached_in_time", kind=ColumnKind.TRUTH),
        ViewColumn(name="seconds_to_handover", kind=ColumnKind.COUNT),
        ViewColumn(name="handover_judged", kind=ColumnKind.TRUTH),
        ViewColumn(name="handed_in_time", kind=ColumnKind.TRUTH),
    ),
)
