"""Price talks: rounds read from the history of a lead."""

from datetime import timedelta
from decimal import Decimal

import pytest

from patron.app import App
from patron.core.crm import ChangeRecord, change_lead, show_lead
from patron.core.crm.negotiation import negotiation_of
from patron.core.nouns import Lead
from patron.testing.application import NOW


@pytest.mark.requirement("R036")
def test_price_talks_are_told_by_round(office: App, lead: Lead) -> None:
    """Number, time, our quote, the customer's offer, the change against the round before; in all, absolute and as a share."""
    talks = [
        {"quoted_price": "200000"},
        {"offered_price": "180000"},
        {"quoted_price": "195000", "offered_price": "185000"},
        {"likelihood": "50"},
        {"quoted_price": "190000"},
    ]
    with office.session("wang") as session:
        for day, values in enumerate(talks):
            at = NOW - timedelta(days=10 - day)
            change_lead(session, ChangeRecord(noun="lead", id=lead.id, values=values, effective_at=at))
        found = show_lead(session, lead.id).negotiation

    assert [one.number for one in found.rounds] == [1, 2, 3, 4]
    assert [one.at for one in found.rounds] == [NOW - timedelta(days=days) for days in (10, 9, 8, 6)]
    assert [one.ours for one in found.rounds] == [200_000, 200_000, 195_000, 190_000]
    assert [one.theirs for one in found.rounds] == [None, 180_000, 185_000, 185_000]
    assert [one.ours_change for one in found.rounds] == [None, None, -5_000, -5_000]
    assert [one.theirs_change for one in found.rounds] == [None, None, 5_000, None]
    assert found.ours is not None
    assert found.theirs is not None
    assert (found.ours.change, found.ours.share) == (-10_000, Decimal("-0.05"))
    assert (found.theirs.change, found.theirs.share) == (5_000, Decimal("0.0278"))


def test_of_a_lead_as_it_was_the_talks_until_then_are_told(office: App, lead: Lead) -> None:
    with office.session("wang") as session:
        for days, price in ((10, "200000"), (5, "190000")):
            values = {"quoted_price": price}
            at = NOW - timedelta(days=days)
            change_lead(session, ChangeRecord(noun="lead", id=lead.id, values=values, effective_at=at))
        found = show_lead(session, lead.id, at=NOW - timedelta(days=7))
        before = show_lead(session, lead.id, at=lead.filed_at)

    assert [one.ours for one in found.negotiation.rounds] == [200_000]
    assert found.lead.quoted_price == 200_000
    assert before.negotiation.rounds == ()


def test_without_prices_there_were_no_talks() -> None:
    found = negotiation_of(())

    assert (found.rounds, found.ours, found.theirs) == ((), None, None)
