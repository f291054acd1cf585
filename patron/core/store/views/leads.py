"""
The views on leads: what became of them and who they are of, what was talked about with them, and how their fields moved.
"""

from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, String, and_, case, func, literal, select, type_coerce, union_all

from patron.core.nouns import FieldKind, Lead, Vocabulary, fields_of
from patron.core.records.view import ColumnKind, FactView, ViewColumn
from patron.core.store.criteria import has_member, member_text
from patron.core.store.views.source import ViewSource, elapsed_days, elapsed_seconds

_WON, _LOST = "won", "lost"
_NO_FIELD = "other"
MOVING = ("focus_point", "interests", "quoted_price", "likelihood")
"""The fields whose histories tell how a pursuit went (R034 to R037)."""


def _lead(name: str, kind: ColumnKind, **about: str) -> ViewColumn:
    return ViewColumn(name=name, kind=kind, noun="lead", **about)


def _customer(name: str, codes: str | None = None) -> ViewColumn:
    return ViewColumn(name=name, kind=ColumnKind.CODE if codes else ColumnKind.TEXT, noun="customer", codes=codes)


WHO = (
    _customer("age_band", "age_band"),
    _customer("gender", "gender"),
    _customer("occupation"),
    _customer("family_status", "family_status"),
    _customer("income_band", "income_band"),
    _customer("region"),
)
"""What is known of the person behind a lead."""

_WHOSE = (
    _lead("source", ColumnKind.CODE, codes="source"),
    ViewColumn(name="source_family", kind=ColumnKind.CODE, codes="source_family"),
    _lead("campaign", ColumnKind.REFERENCE, target="campaign", field="campaign_id"),
    _lead("medium", ColumnKind.TEXT),
    _lead("owner", ColumnKind.REFERENCE, target="user", field="owner_user_id"),
    _lead("team", ColumnKind.REFERENCE, target="team", field="owner_team_id"),
)


def _whose(lead: Any, vocabulary: Vocabulary) -> tuple[ColumnElement[Any], ...]:
    return (
        lead.c.source,
        by_attribute(lead.c.source, "source", "family", vocabulary).label("source_family"),
        lead.c.campaign_id.label("campaign"),
        lead.c.medium,
        lead.c.owner_user_id.label("owner"),
        lead.c.owner_team_id.label("team"),
    )


def by_attribute(column: ColumnElement[Any], codes: str, attribute: str, vocabulary: Vocabulary) -> ColumnElement[Any]:
    """Return the expression of what an attribute of codes says about the code in a column."""
    said = {code: str(about[attribute]) for code, about in vocabulary.codes[codes].items() if attribute in about}
    return case(said, value=column, else_=None) if said else literal(None, String)


def age_band(customer: Any, source: ViewSource) -> ColumnElement[Any]:
    """Return the expression of the age band: as noted, else by the year of birth; a band says in `least` where it begins."""
    bands = source.vocabulary.codes["age_band"]
    least = {code: about["least"] for code, about in bands.items() if isinstance(about.get("least"), int)}
    age = source.last_day.year - customer.c.birth_year
    oldest_first = sorted(least.items(), key=lambda band: -int(str(band[1])))
    reckoned = case(*((age >= years, code) for code, years in oldest_first), else_=None) if least else literal(None, String)
    return func.coalesce(customer.c.age_band, reckoned)


def _leads(source: ViewSource) -> Select[Any]:
    lead, customer = source("lead"), source("customer")
    return (
        select(
            lead.c.id,
            lead.c.customer_id.label("customer"),
            *_whose(lead, source.vocabulary),
            lead.c.status,
            lead.c.stage,
            lead.c.level,
            lead.c.lost_reason,
            lead.c.filed_at,
            lead.c.first_contact_at,
            lead.c.won_at,
            lead.c.lost_at,
            lead.c.likelihood,
            case((lead.c.status == _WON, lead.c.won_at), (lead.c.status == _LOST, lead.c.lost_at)).label("ended_at"),
            elapsed_seconds(lead.c.filed_at, lead.c.won_at).label("seconds_to_won"),
            elapsed_seconds(lead.c.filed_at, lead.c.lost_at).label("seconds_to_lost"),
            (_idle_days(lead, source) < source.times.fresh_days).label("fresh"),
            age_band(customer, source).label("age_band"),
            *(customer.c[column.name] for column in WHO[1:]),
        )
        .select_from(lead.outerjoin(customer, customer.c.id == lead.c.customer_id))
        .where(lead.c.duplicate_of_id.is_(None))
    )


def _idle_days(lead: Any, source: ViewSource) -> ColumnElement[int]:
    """
    Return the expression of how many days ago a lead was heard of: a contact, or a change of a field that is tracked.

    What an import notes of other fields, so that it can be taken back, is no news of the customer.
    """
    contact, change = source("interaction"), source.history("lead")
    extensions = source.vocabulary.extensions.get("lead", {})
    fields = [name for name, field in {**fields_of(Lead), **extensions}.items() if field.tracked]
    heard = select(func.max(type_coerce(contact.c.at, Integer))).where(contact.c.lead_id == lead.c.id).scalar_subquery()
    changed = (
        select(func.max(type_coerce(change.c.effective_at, Integer)))
        .where(change.c.subject_id == lead.c.id, change.c.field.in_(fields))
        .scalar_subquery()
    )
    latest = case((func.coalesce(heard, 0) > func.coalesce(changed, 0), heard), else_=func.coalesce(changed, 0))
    return elapsed_days(latest, source.times.as_of)


LEADS = FactView(
    name="leads",
    noun="lead",
    records=True,
    relation=_leads,
    columns=(
        ViewColumn(name="id", kind=ColumnKind.REFERENCE, target="lead", noun="lead"),
        _lead("customer", ColumnKind.REFERENCE, target="customer", field="customer_id"),
        *_WHOSE,
        _lead("status", ColumnKind.CODE, codes="lead_status"),
        _lead("stage", ColumnKind.CODE, codes="lead_stage"),
        _lead("level", ColumnKind.CODE, codes="lead_level"),
        _lead("lost_reason", ColumnKind.CODE, codes="lost_reason"),
        _lead("filed_at", ColumnKind.INSTANT),
        _lead("first_contact_at", ColumnKind.INSTANT),
        _lead("won_at", ColumnKind.INSTANT),
        _lead("lost_at", ColumnKind.INSTANT),
        _lead("likelihood", ColumnKind.COUNT),
        ViewColumn(name="ended_at", kind=ColumnKind.INSTANT),
        ViewColumn(name="seconds_to_won", kind=ColumnKind.COUNT),
        ViewColumn(name="seconds_to_lost", kind=ColumnKind.COUNT),
        ViewColumn(name="fresh", kind=ColumnKind.TRUTH),
        *WHO,
    ),
)


def _contacts(source: ViewSource) -> Select[Any]:
    contact, lead = source("interaction"), source("lead")
    return select(*_of_contact(contact, lead)).select_from(contact.outerjoin(lead, lead.c.id == contact.c.lead_id))


def _topics(source: ViewSource) -> Select[Any]:
    contact, lead = source("interaction"), source("lead")
    known = {code: member_text(code) for code in source.vocabulary.codes["topic"]}
    each = (select(literal(code, String).label("code"), literal(text, String).label("text")) for code, text in known.items())
    codes = union_all(*each).subquery()
    said = has_member(type_coerce(contact.c.topics, String), codes.c.text)
    joined = contact.join(codes, said).outerjoin(lead, lead.c.id == contact.c.lead_id)
    return select(*_of_contact(contact, lead), codes.c.code.label("topic")).select_from(joined)


def _of_contact(contact: Any, lead: Any) -> tuple[ColumnElement[Any], ...]:
    return (
        contact.c.id,
        contact.c.at,
        contact.c.lead_id.label("lead"),
        contact.c.customer_id.label("customer"),
        contact.c.channel,
        contact.c.direction,
        contact.c.purpose,
        contact.c.outcome.label("result"),
        contact.c.effective,
        contact.c.user_id.label("person"),
        lead.c.source,
        lead.c.owner_user_id.label("owner"),
        lead.c.status,
    )


def _contact(name: str, kind: ColumnKind, **about: str) -> ViewColumn:
    return ViewColumn(name=name, kind=kind, noun="interaction", **about)


_CONTACT = (
    ViewColumn(name="id", kind=ColumnKind.REFERENCE, target="interaction", noun="interaction"),
    _contact("at", ColumnKind.INSTANT),
    _contact("lead", ColumnKind.REFERENCE, target="lead", field="lead_id"),
    _contact("customer", ColumnKind.REFERENCE, target="customer", field="customer_id"),
    _contact("channel", ColumnKind.CODE, codes="contact_channel"),
    _contact("direction", ColumnKind.CODE, codes="direction"),
    _contact("purpose", ColumnKind.CODE, codes="purpose"),
    _contact("result", ColumnKind.CODE, codes="outcome", field="outcome"),
    _contact("effective", ColumnKind.TRUTH),
    _contact("person", ColumnKind.REFERENCE, target="user", field="user_id"),
    _lead("source", ColumnKind.CODE, codes="source"),
    _lead("owner", ColumnKind.REFERENCE, target="user", field="owner_user_id"),
    _lead("status", ColumnKind.CODE, codes="lead_status"),
)

CONTACTS = FactView(name="contacts", noun="interaction", records=True, relation=_contacts, columns=_CONTACT)

CONTACT_TOPICS = FactView(
    name="contact_topics",
    noun="interaction",
    relation=_topics,
    columns=(*_CONTACT, _contact("topic", ColumnKind.CODE, codes="topic", field="topics")),
)


def _moves(source: ViewSource) -> Select[Any]:
    lead, change = source("lead"), source.history("lead")
    ended = case((lead.c.status == _WON, lead.c.won_at), (lead.c.status == _LOST, lead.c.lost_at))
    value = case(
        (change.c.field == "quoted_price", source.value(change.c.new, FieldKind.MONEY)),
        (change.c.field == "likelihood", source.value(change.c.new, FieldKind.INTEGER)),
    )
    within = and_(change.c.effective_at >= lead.c.filed_at, change.c.effective_at <= ended)
    joined = lead.join(change, and_(change.c.subject_id == lead.c.id, change.c.field.in_(MOVING), within))
    return select(
        change.c.sequence.label("id"),
        lead.c.id.label("lead"),
        *_whose(lead, source.vocabulary),
        lead.c.status,
        ended.label("ended_at"),
        change.c.field.label("moved"),
        change.c.effective_at.label("at"),
        value.label("value"),
        change.c.old.is_(None).label("first"),
        elapsed_seconds(lead.c.filed_at, change.c.effective_at).label("seconds_since_filed"),
        elapsed_seconds(change.c.effective_at, ended).label("seconds_to_end"),
        elapsed_seconds(lead.c.filed_at, ended).label("seconds_in_all"),
    ).select_from(joined)


LEAD_MOVES = FactView(
    name="lead_moves",
    noun="lead",
    relation=_moves,
    columns=(
        ViewColumn(name="id", kind=ColumnKind.COUNT),
        ViewColumn(name="lead", kind=ColumnKind.REFERENCE, target="lead"),
        *_WHOSE,
        _lead("status", ColumnKind.CODE, codes="lead_status"),
        ViewColumn(name="ended_at", kind=ColumnKind.INSTANT),
        ViewColumn(name="moved", kind=ColumnKind.TEXT),
        ViewColumn(name="at", kind=ColumnKind.INSTANT),
        ViewColumn(name="value", kind=ColumnKind.COUNT),
        ViewColumn(name="first", kind=ColumnKind.TRUTH),
        ViewColumn(name="seconds_since_filed", kind=ColumnKind.COUNT),
        ViewColumn(name="seconds_to_end", kind=ColumnKind.COUNT),
        ViewColumn(name="seconds_in_all", kind=ColumnKind.COUNT),
    ),
)
