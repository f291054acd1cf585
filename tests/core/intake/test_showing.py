"""What became of a delivery is told as far as whoever brought it may know."""

import json
from typing import Any

import pytest

from patron.app import App
from patron.core.intake import is_for_others, receive, receive_all
from patron.core.records.intake import Delivery
from patron.testing.application import NOW

pytestmark = pytest.mark.parametrize("address", ["sqlite"], indirect=True)
PERSON = {"name": "张三", "tel": "13800138000"}


def bring(office: App, login: str | None, **row: Any) -> Any:
    with office.session(login) as session:
        (receipt,) = receive(session, "lines", Delivery(body=json.dumps(row).encode(), received_at=NOW)).receipts
    return receipt


def test_who_may_see_no_receipts_is_told_of_nobody_else(office: App) -> None:
    """Neither who may be meant, nor which lead of others learned of it."""
    bring(office, None, **PERSON)
    asked = bring(office, "wang", name="李芳", tel=PERSON["tel"])
    again = bring(office, "wang", **PERSON)

    assert (asked.outcome, str(asked.reason)) == ("quarantined", "A person has to look at it, who looks after the quarantine.")
    assert (again.outcome, again.customer_id, again.lead_id) == ("accepted", None, None)


def test_many_that_are_brought_together_tell_no_more(office: App) -> None:
    bring(office, None, **PERSON)
    rows = [{"name": "李芳", "tel": PERSON["tel"]}, PERSON | {"note": "again"}]
    with office.session("wang") as session:
        brought = [Delivery(body=json.dumps(row).encode(), received_at=NOW) for row in rows]
        asked, again = (one.receipts[0] for one in receive_all(session, "lines", brought))

    assert (asked.outcome, asked.reason.key) == ("quarantined", "intake.for_a_person")
    assert (again.outcome, again.customer_id, again.lead_id) == ("accepted", None, None)


def test_who_may_see_receipts_is_told_all(office: App) -> None:
    bring(office, None, **PERSON)

    assert "张三 (14.6 bits" in str(bring(office, None, name="李芳", tel=PERSON["tel"]).reason)
    assert bring(office, None, **PERSON).lead_id == 1


def test_own_leads_are_told(office: App) -> None:
    """A visit of a customer whose lead one looks after."""
    with office.session() as session:
        from patron.core.crm import AddLead, Reach, add_lead

        values = {"source": "store", "owner_user_id": "wang"}
        add_lead(session, AddLead(values=values, customer={"name": "张三"}, reaches=(Reach("tel", "13800138000"),)))

    assert bring(office, "wang", **PERSON, note="again").lead_id == 1


def test_who_brought_it_is_told_what_of_it_was_not_understood(office: App) -> None:
    """A number that is none speaks of nobody else; what somebody else had brought before is quoted to nobody."""
    odd = {"name": "张三", "tel": "12345", "key": "k"}
    brought = bring(office, "wang", **odd)
    again = bring(office, "wang", **odd | {"note": "again"})

    assert (brought.outcome, brought.reason.key) == ("accepted", "intake.noted")
    assert "'12345'" in str(brought.reason) or '"12345"' in str(brought.reason)
    assert (again.id, again.reason) == (brought.id, None)


def test_who_brought_what_cannot_be_read_is_told_why_and_whose_it_is_now(office: App) -> None:
    with office.session("wang") as session:
        (receipt,) = receive(session, "lines", Delivery(body=b"{", received_at=NOW)).receipts

    assert "no JSON" in str(receipt.reason)
    assert is_for_others(receipt)
