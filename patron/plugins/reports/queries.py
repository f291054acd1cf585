"""
The views of this plugin: who was given which lead when, who had one when it was won, and who came of those who wrote or called.

A rep's conversion is reckoned over leads that were given to the rep in the period and leads that the rep won in it, whoever has
them today.
"""

from typing import Any

from sqlalchemy import Select, case, func, select

from patron import ColumnKind, FactView, FieldKind, ViewColumn
from patron.plugins.reports.business.metrics import REMOTE

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


def _arrivals(source: Any) -> Select[Any]:
    lead, visit = source("lead"), source("interaction")
    families = {code: about.get("family") for code, about in source.vocabulary.codes["source"].items()}
    remote = [code for code, family in families.items() if family in REMOTE]
    came = (visit.c.channel == "visit", visit.c.direction == "in", visit.c.at >= lead.c.filed_at)
    first = select(func.min(visit.c.at)).where(visit.c.customer_id == lead.c.customer_id, *came)
    return select(
        lead.c.id,
        lead.c.source,
        case({code: families[code] for code in remote}, value=lead.c.source, else_=None).label("source_family"),
        lead.c.campaign_id.label("campaign"),
        lead.c.filed_at,
        first.correlate(lead).scalar_subquery().label("visited_at"),
    ).where(lead.c.source.in_(remote), lead.c.duplicate_of_id.is_(None))


VIEWS = (
    FactView(
        name="arrivals",
        noun="lead",
        relation=_arrivals,
        columns=(
            ViewColumn(name="id", kind=ColumnKind.REFERENCE, target="lead", noun="lead"),
            ViewColumn(name="source", kind=ColumnKind.CODE, codes="source", noun="lead"),
            ViewColumn(name="source_family", kind=ColumnKind.CODE, codes="source_family"),
            ViewColumn(name="campaign", kind=ColumnKind.REFERENCE, target="campaign", noun="lead", field="campaign_id"),
            ViewColumn(name="filed_at", kind=ColumnKind.INSTANT, noun="lead"),
            ViewColumn(name="visited_at", kind=ColumnKind.INSTANT),
        ),
    ),
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
