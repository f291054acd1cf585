"""
The views of this plugin: who was given which lead when, and who had a lead when it was won.

A rep's conversion is reckoned over leads that were given to the rep in the period and leads that the rep won in it, whoever has
them today.
"""

from typing import Any

from sqlalchemy import Select, func, select

from patron import ColumnKind, FactView, FieldKind, ViewColumn

_OWNER = "owner_user_id"
_COLUMNS = (
    ViewColumn(name="lead", kind=ColumnKind.REFERENCE, target="lead", noun="lead", field="id"),
    ViewColumn(name="at", kind=ColumnKind.INSTANT),
    ViewColumn(name="rep", kind=ColumnKind.REFERENCE, target="user"),
    ViewColumn(name="source", kind=ColumnKind.CODE, codes="source", noun="lead"),
    ViewColumn(name="campaign", kind=ColumnKind.REFERENCE, target="campaign", noun="lead", field="campaign_id"),
)


def _assignments(source: Any) -> Select[Any]:
    lead, change = source("lead"), source.history("lead")
    given = change.c.new.is_not(None) & (change.c.field == _OWNER) & (change.c.subject_id == lead.c.id)
    return select(
        change.c.sequence.label("id"),
        lead.c.id.label("lead"),
        change.c.effective_at.label("at"),
        source.value(change.c.new, FieldKind.REFERENCE).label("rep"),
        lead.c.source,
        lead.c.campaign_id.label("campaign"),
    ).select_from(lead.join(change, given))


def _wins(source: Any) -> Select[Any]:
    lead = source("lead")
    return select(
        lead.c.id,
        lead.c.id.label("lead"),
        lead.c.won_at.label("at"),
        # A lead whose owner nobody noted until it was won belongs to the one who has it.
        func.coalesce(source.value_at("lead", lead.c.id, _OWNER, lead.c.won_at), lead.c.owner_user_id).label("rep"),
        lead.c.source,
        lead.c.campaign_id.label("campaign"),
    ).where(lead.c.status == "won", lead.c.won_at.is_not(None))


VIEWS = (
    FactView(
        name="assignments",
        noun="lead",
        columns=(ViewColumn(name="id", kind=ColumnKind.COUNT), *_COLUMNS),
        relation=_assignments,
    ),
    FactView(
        name="wins",
        noun="lead",
        columns=(ViewColumn(name="id", kind=ColumnKind.REFERENCE, target="lead", noun="lead"), *_COLUMNS),
        relation=_wins,
    ),
)
"""What this plugin publishes."""
