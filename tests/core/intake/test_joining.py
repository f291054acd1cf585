"""Answers that came before what they answer go over to it, on every database."""

from collections.abc import Callable
from typing import Any

from patron.app import App
from patron.core.crm import AddTask, add_task
from patron.core.nouns import Customer, Interaction, Lead, Receipt

FIRST = {"key": "1", "email": "zhang@example.com", "subject": "Model A"}
ANSWER = {"key": "2", "email": "office@example.com", "kind": "message", "answers": ["1"], "note": "Yes.", "interests": "B"}


def test_what_an_answer_began_goes_over_and_takes_nothing_along(
    office: App, channel: Callable[..., None], send: Callable[..., Any]
) -> None:
    """Neither a wish nor a name; its receipt is that of the other lead."""
    channel(threads=True)
    send(ANSWER)
    send(FIRST)

    with office.session() as session, session.read() as reader:
        (lead,), (customer,) = reader.find(Lead), reader.find(Customer)
        (entry,) = reader.find(Interaction)
        receipts = [(one.customer_id, one.lead_id, one.thread) for one in reader.find(Receipt, order=["id"])]
    assert (customer.name, lead.subject, lead.interests) == ("zhang@example.com", "Model A", ())
    assert (entry.lead_id, entry.note) == (lead.id, "Yes.\nAnswered by office@example.com")
    assert receipts == [(customer.id, lead.id, "1"), (customer.id, lead.id, None)]


def test_a_lead_with_a_task_stays(office: App, channel: Callable[..., None], send: Callable[..., Any]) -> None:
    """Whatever hangs on it that came of no answer."""
    channel(threads=True)
    send(ANSWER)
    with office.session() as session:
        add_task(session, AddTask(values={"customer_id": "#1", "subject": "call"}))
    send(FIRST)

    with office.session() as session, session.read() as reader:
        assert [one.customer_id for one in reader.find(Lead, order=["id"])] == [1, 2]


def test_answers_of_a_channel_without_threads_are_first_messages(office: App, send: Callable[..., Any]) -> None:
    send(FIRST)
    send(ANSWER)

    with office.session() as session, session.read() as reader:
        assert reader.count(Lead) == 2
