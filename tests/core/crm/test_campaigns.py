"""Campaigns and what is spent."""

from decimal import Decimal

import pytest

from patron.app import App
from patron.core.access import DeniedError
from patron.core.crm import AddLead, AddRecord, Query, add_lead, add_record, list_records, show_campaign
from patron.core.nouns import Campaign, FieldError
from patron.testing import app

SPRING = {
    "code": "spring",
    "name": "Spring show",
    "kind": "展会",
    "place": "Hall 3",
    "starts_on": "2026-03-01",
    "ends_on": "2026-03-03",
    "owner_user_id": "ma",
    "budget": "80000",
    "themes": "family; safety",
    "target": "families",
    "result": "a good one",
}


@pytest.fixture(name="campaign")
def _campaign(office: App) -> Campaign:
    with office.session("ma") as session:
        campaign: Campaign = add_record(session, AddRecord(noun="campaign", values=SPRING))
    return campaign


@pytest.mark.requirement("R009")
def test_a_campaign_has_a_plan_a_cost_and_what_it_brought(office: App, campaign: Campaign) -> None:
    with office.session() as session:
        for amount in ("12000", "3000.50"):
            values = {"on": "2026-03-01", "amount": amount, "kind": "event", "campaign_id": "spring"}
            add_record(session, AddRecord(noun="spend", values=values))
        for name, interests, status in (("Ada", "A1", "won"), ("Grace", "", "open"), ("Alan", "B2", "open")):
            lead = {"source": "market_event", "campaign_id": "spring", "interests": interests, "status": status}
            add_lead(session, AddLead(values=lead, customer={"name": name}))
        view = show_campaign(session, campaign.id)
    with office.session("wang") as session:
        blind = show_campaign(session, campaign.id)

    assert (campaign.kind, campaign.place, campaign.themes, campaign.budget) == (
        "exhibition",
        "Hall 3",
        ("family", "safety"),
        80_000,
    )
    assert (view.cost, view.leads, view.intentions, view.won) == (Decimal("15000.5"), 3, 2, 1)
    assert view.names["user", campaign.owner_user_id or 0] == "Ma"
    assert (blind.cost, blind.leads) == (None, 0)


def test_a_level_may_be_an_intention(office: App, campaign: Campaign) -> None:
    levels = {"hot": {"en": "Hot", "zh": "高", "intention": True}, "cold": {"en": "Cold", "zh": "低"}}
    graded = app(settings=office.settings._replace(codes={"lead_level": levels}))
    with graded.session() as session:
        for level in ("hot", "cold"):
            lead = {"source": "market_event", "campaign_id": "spring", "level": level}
            add_lead(session, AddLead(values=lead, customer={"name": level}))
        view = show_campaign(session, campaign.id)

    assert (view.leads, view.intentions) == (2, 1)


@pytest.mark.requirement("R007")
def test_spend_is_kept_by_day_kind_source_and_campaign(office: App, campaign: Campaign) -> None:
    kinds = ["advertising", "event", "store_exterior", "store_rent", "merchandising", "training", "incentive_gift", "other"]
    with office.session("ma") as session:
        for day, kind in enumerate(kinds, 1):
            values = {"on": f"2026-01-{day:02}", "amount": "10.01", "kind": kind, "source": "forum", "campaign_id": "spring"}
            add_record(session, AddRecord(noun="spend", values=values))
        with pytest.raises(FieldError):
            add_record(session, AddRecord(noun="spend", values={"on": "2026-01-01", "amount": "1", "kind": "bribe"}))
        late = list_records(session, Query(noun="spend", where="on >= '2026-01-07' and source == '网上论坛'", order=("-on",)))
    with office.session("wang") as session, pytest.raises(DeniedError):
        list_records(session, Query(noun="spend"))

    assert [spend.kind for spend in late.records] == ["other", "incentive_gift"]
    assert {spend.amount for spend in late.records} == {Decimal("10.01")}
