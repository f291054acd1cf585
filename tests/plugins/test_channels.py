"""Every way by which people come to us has a door that works."""

import json

import pytest

from patron import Delivery, testing
from patron.core.config import Settings
from patron.core.intake import receive
from patron.core.nouns import Customer, Interaction, Lead
from patron.plugins.channels import cdr, mail, qq, twilio, walkin, webhook

MESSAGE = {"id": "e", "op": 0, "t": "C2C_MESSAGE_CREATE", "d": {"id": "m", "author": {"user_openid": "U"}, "content": "?"}}
CALL = "uniqueid,src,dst,start,billsec,disposition\n1,13800138000,801,2025-12-30 10:00,42,ANSWERED\n"
VISIT = "姓名,手机\n张三,13800138000\n"
FORM = "application/x-www-form-urlencoded"
POST = json.dumps({"name": "张三", "tel": "13800138000"})
SECRET = {"secret_env": "DOORS_SECRET"}
DOORS = [
    ("email", "web", "email", mail, {"channel": "mail"}, "From: <a@example.com>\nSubject: ?\n\n?", ""),
    ("qq", "web", "im", qq, {"channel": "qq", **SECRET}, json.dumps(MESSAGE), ""),
    ("forum", "web", "web", webhook, {"channel": "webhook", "source": "forum"}, POST, ""),
    ("webshop", "web", "web", webhook, {"channel": "webhook", "source": "webshop"}, POST, ""),
    ("phone", "phone", "phone", cdr, {"channel": "cdr"}, CALL, ""),
    ("sms", "phone", "sms", twilio, {"channel": "twilio", **SECRET}, "MessageSid=SM1&From=%2B8613800138000&Body=%3F", FORM),
    ("store", "walk_in", "visit", walkin, {"channel": "walkin"}, VISIT, ""),
    ("market_event", "event", "visit", walkin, {"channel": "walkin", "source": "market_event"}, VISIT, ""),
    ("showroom", "walk_in", "visit", walkin, {"channel": "walkin", "source": "showroom"}, VISIT, ""),
]
"""Source, its family, how the person spoke, whose channel, connection, what comes by it, its type."""


@pytest.mark.requirement("R002", "R062")
@pytest.mark.parametrize(
    ("source", "family", "contact", "module", "table", "body", "content_type"), DOORS, ids=[door[0] for door in DOORS]
)
def test_every_source_has_a_door(source, family, contact, module, table, body, content_type, tmp_path, monkeypatch):
    """What comes by it becomes a lead of the source, and an entry that says how the person spoke."""
    monkeypatch.setenv("DOORS_SECRET", "s3cret")
    app = testing.app_with_database(tmp_path, module, settings=Settings(intake={"door": table}))
    with app.session() as session:
        delivery = Delivery(body=body.encode(), received_at=testing.NOW, content_type=content_type)
        (receipt,) = receive(session, "door", delivery).receipts
        with session.read() as reader:
            (lead,), (customer,) = reader.find(Lead), reader.find(Customer)
            entries = reader.find(Interaction)
        families = session.records.vocabulary.codes["source"]

    assert (receipt.outcome, receipt.lead_id, lead.customer_id) == ("accepted", lead.id, customer.id)
    assert (lead.source, families[source]["family"]) == (source, family)
    assert {entry.channel for entry in entries} <= {contact}


@pytest.mark.requirement("R002")
def test_the_sources_are_all():
    """There are nine, of three families and of events; each of them is tried here."""
    with testing.app().session() as session:
        known = session.records.vocabulary.codes["source"]

    assert set(known) == {door[0] for door in DOORS}
    assert len(known) == 9
