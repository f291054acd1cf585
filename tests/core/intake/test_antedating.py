"""The first inquiry by its time began the lead, in whatever order they reach us."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from patron.app import App
from patron.core.intake.antedating import said_at
from patron.core.nouns import Interaction, Lead, Receipt
from patron.testing.application import NOW

Send = Callable[..., Any]
FIRST, SECOND = NOW - timedelta(days=5), NOW - timedelta(days=1)
PERSON = {"name": "张三", "tel": "13800138000"}
LATER = PERSON | {"at": SECOND.isoformat(), "native_id": "2", "source": "forum"}
EARLIER = PERSON | {"at": FIRST.isoformat(), "native_id": "1"}


def all_of(app: App, noun: type) -> tuple[Any, ...]:
    with app.session() as session, session.read() as reader:
        return reader.find(noun, order=["id"])


def test_an_earlier_inquiry_that_comes_later_began_the_lead(office: App, send: Send) -> None:
    """Its time, source and number stand there, also in the history; what had begun it is an entry; both numbers are known."""
    send(LATER)
    send(EARLIER)
    send(LATER | {"note": "more"})

    (lead,), entries = all_of(office, Lead), all_of(office, Interaction)
    assert (lead.filed_at, lead.source, lead.source_key) == (FIRST, "webshop", "1")
    assert [(one.at, one.source, one.note, one.effective) for one in entries] == [
        (SECOND, "forum", None, False),
        (SECOND, "forum", "more", False),
    ]
    assert [one.interaction_id for one in all_of(office, Receipt)] == [1, None, 2]
    with office.session() as session, session.read() as reader:
        begun = {(one.field, one.effective_at) for one in reader.history(reader.get(Lead, 1)) if one.new is not None}
    assert {("source", FIRST), ("status", FIRST), ("stage", FIRST)} <= begun


def test_the_entry_of_what_had_begun_a_lead_says_its_source_from_then_on(office: App, send: Send) -> None:
    send(LATER | {"note": "how much?"})
    send(EARLIER | {"note": "hello"})

    assert [(one.note, one.source) for one in all_of(office, Interaction)] == [("how much?", "forum"), ("hello", None)]


@pytest.mark.parametrize("change", [{"filed_at": NOW}, {"status": "lost", "lost_at": NOW}])
def test_what_somebody_of_us_said_of_its_beginning_stands(office: App, send: Send, change: dict[str, Any]) -> None:
    """And what has ended does not begin anew."""
    send(LATER)
    with office.session() as session, session.write() as work:
        work.update(work.get(Lead, 1), **change)
        work.commit()
    send(EARLIER)

    lead = all_of(office, Lead)[0]
    assert (lead.filed_at, lead.source, lead.source_key) == (change.get("filed_at", SECOND), "forum", "2")


def test_a_source_that_somebody_of_us_mended_stands(office: App, send: Send) -> None:
    send(LATER)
    with office.session() as session, session.write() as work:
        work.update(work.get(Lead, 1), source="store")
        work.commit()
    send(EARLIER)

    (lead,) = all_of(office, Lead)
    assert (lead.filed_at, lead.source) == (FIRST, "store")


def test_nothing_was_said_after_it_reached_us() -> None:
    receipt = Receipt(connection="lines", channel="lines", outcome="accepted", at=NOW, received_at=FIRST)

    assert said_at(receipt) == FIRST


def test_a_number_that_was_taken_for_a_name_is_none(office: App, send: Send) -> None:
    """However it is written, the first name takes its place."""
    send({"tel": "+86 138 0013 8000", "note": "?"})
    send(PERSON | {"note": "!"})

    assert [one.note for one in all_of(office, Interaction)] == ["?", "!"]
