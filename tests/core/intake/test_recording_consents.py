"""What reaches us about being contacted: a consent with its receipt, for everybody who may have said it, and no lead."""

from collections.abc import Callable

import attrs
import pytest

from patron.app import App
from patron.core.crm import AddCustomer, Reach, add_customer, list_records
from patron.core.crm.records import Query
from patron.core.intake import Received
from patron.core.nouns import Consent, Customer, Lead
from patron.core.outreach import Answer, asking
from patron.core.records.intake import ConsentSaid, Envelope, Outcome

Send = Callable[..., Received]


def reading(envelope: Envelope) -> Envelope:
    """Read a note `STOP` or `START` as one, and `purpose` as a box that was ticked."""
    note, lead = envelope.interaction.get("note"), dict(envelope.lead)
    purpose = lead.pop("purpose", None)
    consents: tuple[ConsentSaid, ...] = ()
    if note in {"STOP", "START"}:
        decision = "withdrawn" if note == "STOP" else "granted"
        consents = (ConsentSaid(decision=decision, channel="sms", evidence=note, given_by="message"),)
    elif purpose:
        consents = (ConsentSaid(decision="granted", purpose=purpose, evidence="form 7"),)
    return attrs.evolve(envelope, lead=lead, consents=consents)


@pytest.fixture(autouse=True)
def _reading(channel: Callable[..., None], office: App) -> None:
    with office.session() as session:
        parse = session.host.channels()[0].item.parse
    channel(parse=lambda delivery, connection: [reading(one) for one in parse(delivery, connection)])


def all_of(office: App, noun: str) -> tuple[object, ...]:
    with office.session() as session:
        return list_records(session, Query(noun=noun)).records


def test_an_opt_out_of_a_stranger_is_kept_and_makes_no_lead(office: App, send: Send) -> None:
    """Should the number become somebody's later, it is known that they want no messages."""
    received = send({"tel": "13800138000", "kind": "message", "note": "STOP", "key": "a"})
    again = send({"tel": "13800138000", "kind": "message", "note": "STOP", "key": "a"})
    (consent,) = all_of(office, "consent")

    assert isinstance(consent, Consent)
    assert (received.outcomes, again.outcomes) == ((Outcome.ACCEPTED,), (Outcome.DUPLICATE,))
    assert (consent.decision, consent.channel, consent.evidence) == ("withdrawn", "sms", "STOP")
    assert consent.receipt_id == received.receipts[0].id
    assert all_of(office, "lead") == ()
    assert len(all_of(office, "customer")) == len(all_of(office, "interaction")) == 1


def test_an_opt_out_counts_for_everybody_who_shares_the_number(office: App, send: Send) -> None:
    """A lead from a number of two people would be asked about; a refusal waits for nobody."""
    people: list[Customer] = []
    with office.session() as session:
        for name in ("张三", "李四"):
            command = AddCustomer(values={"name": name}, reaches=(Reach("tel", "13800138000"),))
            people.append(add_customer(session, command).customer)
    send({"tel": "13800138000", "kind": "message", "note": "STOP"})
    with office.session() as session:
        answers = [asking(session, one.id, channel="sms").answer for one in people]
        phone = asking(session, people[0].id, channel="phone").answer

    assert (answers, phone) == ([Answer.NO, Answer.NO], Answer.YES)


def test_who_writes_start_is_written_to_again(office: App, send: Send) -> None:
    send({"tel": "13800138000", "kind": "message", "note": "STOP", "at": "2025-12-30T10:00:00+00:00"})
    send({"tel": "13800138000", "kind": "message", "note": "START", "at": "2025-12-31T10:00:00+00:00"})
    with office.session() as session:
        assert asking(session, 1, channel="sms").answer is Answer.YES


def test_a_form_with_a_box_is_a_lead_and_a_consent(office: App, send: Send) -> None:
    send({"tel": "13800138000", "name": "张三", "purpose": "marketing"})
    (consent,), (lead,) = all_of(office, "consent"), all_of(office, "lead")

    assert isinstance(consent, Consent)
    assert isinstance(lead, Lead)
    assert (consent.customer_id, consent.decision, consent.purpose) == (lead.customer_id, "granted", "marketing")


def test_a_purpose_that_is_not_there_waits_for_a_person(office: App, send: Send) -> None:
    assert send({"tel": "13800138000", "purpose": "astrology"}).outcomes == (Outcome.QUARANTINED,)
    assert all_of(office, "consent") == ()


@pytest.mark.parametrize("field", ["consent", "consents", "customer.consent", "do_not_contact", "consent.decision"])
def test_no_value_of_a_sender_says_it(office: App, send: Send, field: str) -> None:
    """F38: what a channel doesn't read as a consent is a remark that a person reads."""
    send({"tel": "13800138000", field: "granted"})

    assert all_of(office, "consent") == ()
