"""
The view of forms that are filled in by hand and typed in afterwards: by whom, for whom, and how much later (R061).

A form of which nobody wrote when it was filled in is there and can't be judged; one that was typed in before it was filled in, by
two clocks, was typed in at once.
"""

from typing import Any

from sqlalchemy import Select, and_, func, select

from patron.core.nouns.criterion import Criterion, Operator
from patron.core.records.view import ColumnKind, FactView, ViewColumn
from patron.core.store.views.source import ViewSource, waited_seconds

_MINUTE = 60


def _entries(source: ViewSource) -> Select[Any]:
    visit, user = source("interaction"), source("user")
    seconds = waited_seconds(visit.c.form_filled_at, visit.c.entered_at)
    judged = visit.c.form_filled_at.is_not(None)
    limit = source.times.entry_minutes * _MINUTE
    return select(
        visit.c.id,
        visit.c.entered_at,
        visit.c.form_filled_at,
        visit.c.at,
        visit.c.customer_id.label("customer"),
        visit.c.lead_id.label("lead"),
        visit.c.channel,
        visit.c.entered_by_id.label("assistant"),
        visit.c.user_id.label("host"),
        func.coalesce(visit.c.team_id, user.c.team_id).label("host_team"),
        seconds.label("seconds_to_entry"),
        judged.label("entry_judged"),
        and_(judged, seconds <= limit).label("entered_in_time"),
        and_(judged, seconds > limit).label("entered_late"),
    ).select_from(visit.outerjoin(user, user.c.id == visit.c.user_id))


def _visit(name: str, kind: ColumnKind, **about: str) -> ViewColumn:
    return ViewColumn(name=name, kind=kind, noun="interaction", **about)


ENTRIES = FactView(
    name="entries",
    noun="interaction",
    records=True,
    only=Criterion("entered_at", Operator.MISSING, False),
    relation=_entries,
    columns=(
        ViewColumn(name="id", kind=ColumnKind.REFERENCE, target="interaction", noun="interaction"),
        _visit("entered_at", ColumnKind.INSTANT),
        _visit("form_filled_at", ColumnKind.INSTANT),
        _visit("at", ColumnKind.INSTANT),
        _visit("customer", ColumnKind.REFERENCE, target="customer", field="customer_id"),
        _visit("lead", ColumnKind.REFERENCE, target="lead", field="lead_id"),
        _visit("channel", ColumnKind.CODE, codes="contact_channel"),
        _visit("assistant", ColumnKind.REFERENCE, target="user", field="entered_by_id"),
        ViewColumn(name="host", kind=ColumnKind.REFERENCE, target="user"),
        ViewColumn(name="host_team", kind=ColumnKind.REFERENCE, target="team"),
        ViewColumn(name="seconds_to_entry", kind=ColumnKind.COUNT),
        ViewColumn(name="entry_judged", kind=ColumnKind.TRUTH),
        ViewColumn(name="entered_in_time", kind=ColumnKind.TRUTH),
        ViewColumn(name="entered_late", kind=ColumnKind.TRUTH),
    ),
)
