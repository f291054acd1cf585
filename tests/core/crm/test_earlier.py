"""Records as they were: in the world at a time, and in what the database knew then."""

from datetime import timedelta

import pytest

from patron.app import App
from patron.core.crm import (
    AddOrder,
    AddRecord,
    ChangeRecord,
    add_order,
    add_record,
    change_lead,
    change_record,
    show_lead,
    show_record,
)
from patron.core.nouns import Lead
from patron.core.store import NotFoundError
from patron.testing.application import NOW


def test_before_a_lead_began_there_is_nothing_to_show(office: App, lead: Lead) -> None:
    with office.session("wang") as session, pytest.raises(NotFoundError) as refused:
        show_lead(session, lead.id, at=NOW - timedelta(days=60))

    assert "begins at 2025-12-01 08:00." in session.t(refused.value.key, **refused.value.details)


def test_a_lead_begins_where_something_is_told_of_it(office: App, lead: Lead) -> None:
    """What was true since before the file was created can be seen as it was then."""
    early = lead.filed_at - timedelta(days=9)
    with office.session("wang") as session:
        change = ChangeRecord(noun="lead", id=lead.id, values={"quoted_price": 200_000}, effective_at=early)
        change_lead(session, change)
        then = show_lead(session, lead.id, at=early + timedelta(days=1))
        with pytest.raises(NotFoundError, match="begins at"):
            show_lead(session, lead.id, at=early - timedelta(seconds=1))

    assert (then.lead.quoted_price, [one.ours for one in then.negotiation.rounds]) == (200_000, [200_000])


def test_before_it_was_recorded_nothing_was_known(office: App, lead: Lead) -> None:
    with office.session("wang") as session:
        with pytest.raises(NotFoundError) as refused:
            show_lead(session, lead.id, known_at=NOW - timedelta(seconds=1))
        known = show_lead(session, lead.id, known_at=NOW).lead

    assert "was not known at that time" in session.t(refused.value.key, **refused.value.details)
    assert known == lead


def test_every_record_with_a_history_is_shown_as_it_was(office: App, lead: Lead) -> None:
    """A value that was true yesterday was overtaken by the one of today."""
    with office.session() as session:
        product = add_record(session, AddRecord(noun="product", values={"code": "A1", "name": "A", "list_price": 100}))
        order = add_order(
            session,
            AddOrder(values={"customer_id": lead.customer_id, "number": "1", "channel": "phone", "ordered_at": "2025-12-24"}),
        ).order
        for noun, number, values in (
            ("customer", lead.customer_id, {"relationship": 4}),
            ("product", product.id, {"list_price": 90}),
            ("order", order.id, {"status": "delivered"}),
            ("user", 1, {"active": "no"}),
        ):
            early = NOW - timedelta(days=1)
            change_record(session, ChangeRecord(noun=noun, id=number, values=values, effective_at=early))

        def at(noun: str, number: int, field: str) -> list[object]:
            times = (NOW - timedelta(hours=1), NOW)
            return [getattr(show_record(session, noun, number, at=time).records[0], field) for time in times]

        assert at("customer", lead.customer_id, "relationship") == [4, 4]
        assert at("product", product.id, "list_price") == [90, 100]
        assert at("order", order.id, "status") == ["delivered", "placed"]
        assert at("user", 1, "active") == [False, True]
        with pytest.raises(NotFoundError, match="begins at"):
            show_record(session, "order", order.id, at=order.ordered_at - timedelta(seconds=1))


def test_what_came_later_and_has_no_history_is_not_known_then(office: App, lead: Lead) -> None:
    """When the file was made and the customer first reached is still to come on a day before."""
    early = lead.filed_at - timedelta(days=9)
    with office.session("wang") as session:
        for values, since in (({"quoted_price": 9}, early), ({"first_contact_at": lead.filed_at}, None)):
            change_lead(session, ChangeRecord(noun="lead", id=lead.id, values=values, effective_at=since))
        then, now = (show_lead(session, lead.id, at=at).lead for at in (early, lead.filed_at))
    assert (then.quoted_price, then.filed_at, then.first_contact_at, then.created_at) == (9, None, None, None)
    assert (now.filed_at, now.first_contact_at) == (lead.filed_at, lead.filed_at)
