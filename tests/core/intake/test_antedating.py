"""The first inquiry by its time began the lead, in whatever order they reach us."""

import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from patron.app import App
from patron.core.intake import receive
from patron.core.intake.antedating import said_at
from patron.core.nouns import Interaction, Lead, Receipt
from patron.core.records.intake import Delivery
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


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_what_is_earliest_of_several_is_where_the_lead_is_from(office: App, send: Send, order: Sequence[int]) -> None:
    """Though it was antedated before; all that they ask for stands in order of time, and each of the others has an entry."""
    words = [
        PERSON | {"at": FIRST.isoformat(), "native_id": "1", "interests": "Z"},
        PERSON | {"at": SECOND.isoformat(), "native_id": "2", "source": "forum", "interests": "G"},
        PERSON | {"at": NOW.isoformat(), "native_id": "3", "source": "website", "interests": "Z"},
    ]
    for place in order:
        send(words[place])

    (lead,), entries = all_of(office, Lead), all_of(office, Interaction)
    assert (lead.filed_at, lead.source, lead.source_key, lead.interests) == (FIRST, "webshop", "1", ("Z", "G"))
    assert sorted((one.at, one.source) for one in entries) == [(SECOND, "forum"), (NOW, "website")]


@pytest.mark.parametrize("names", [("shop", "form"), ("form", "shop")])
def test_of_two_at_one_time_the_names_of_connections_decide(office: App, names: Sequence[str]) -> None:
    settings = office.settings._replace(intake={name: {"channel": "lines"} for name in names})
    with office._replace(settings=settings).session() as session:
        for name in names:
            body = json.dumps(PERSON | {"at": FIRST.isoformat(), "native_id": name, "interests": name}).encode()
            receive(session, name, Delivery(body=body, received_at=NOW))

    (lead,), (entry,) = all_of(office, Lead), all_of(office, Interaction)
    assert (lead.system, lead.source_key, lead.interests, entry.note) == ("form", "form", ("form", "shop"), None)
