"""A second inquiry loses nothing of what it says: lists grow, and what a record has another value for is told in the entry."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from patron.app import App
from patron.core.nouns import Campaign, Customer, Interaction, Lead
from patron.testing.application import NOW

Send = Callable[..., Any]
PERSON = {"name": "张三", "tel": "13800138000"}


def test_every_field_that_differs_is_told_in_words(office: App, send: Send) -> None:
    """Of lead and customer, with the names of what they refer to; what is the same or is new is not."""
    with office.session() as session, session.write() as work:
        for code in ("spring", "autumn"):
            work.add(Campaign(code=code, name=code.title()))
        work.commit()
    first = {"subject": "a car", "campaign_id": "spring", "expected_on": "2026-02-01", "occupation": "teacher"}
    send(PERSON | first | {"at": (NOW - timedelta(hours=1)).isoformat()})
    send(PERSON | first | {"subject": "a van", "campaign_id": "autumn", "occupation": "farmer", "address": "Main St 1"})
    send(PERSON | {"expected_on": "2026-03-01"})

    with office.session() as session, session.read() as reader:
        (lead,), (customer,) = reader.find(Lead), reader.find(Customer)
        entries = reader.find(Interaction, order=["id"])
    assert (lead.subject, lead.campaign_id, customer.occupation, customer.address) == ("a car", 1, "teacher", "Main St 1")
    assert [set((entry.note or "").splitlines()) for entry in entries] == [
        {"occupation: farmer", "subject: a van", "campaign: Autumn"},
        {"expected purchase: 2026-03-01"},
    ]


def test_what_is_filled_in_is_true_since_it_was_said(office: App, send: Send) -> None:
    """A field that was empty gets the value as of then."""
    send(PERSON | {"at": "2025-12-01T10:00:00+00:00"})
    send(PERSON | {"at": "2025-12-05T10:00:00+00:00", "focus_point": "boot"})

    with office.session() as session, session.read() as reader:
        (change,) = reader.history(reader.get(Lead, 1), "focus_point")
    assert change.effective_at.isoformat() == "2025-12-05T10:00:00+00:00" != NOW.isoformat()
