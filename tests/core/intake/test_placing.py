"""Updates: what is told of somebody that is no sign of interest, before or after they are known."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import attrs
import pytest

from patron.app import App
from patron.core.intake import Received
from patron.core.nouns import Consent, Customer, IdentityLink, Interaction, Lead, Receipt
from patron.core.records import Connection, ConsentSaid, Delivery, Envelope, Reason
from tests.core.intake.conftest import parse

WANG = {"name": "王强", "tel": "13800138000"}
LEFT = {"kind": "update", "tel": "13800138000", "note": "left", "at": "2025-12-31T10:00:00+00:00"}

ALONE = pytest.mark.parametrize("address", ["sqlite"], indirect=True)
"""The database makes no difference."""

Send = Callable[..., Received]


def found(office: App, noun: type[Any]) -> Sequence[Any]:
    with office.session() as session, session.read() as reader:
        return reader.find(noun, order=["id"])


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("turned", [False, True])
def test_an_update_is_an_entry_of_who_is_known_whenever_they_are(office: App, send: Send, turned: bool, together: bool) -> None:
    """Before its person, behind it, or in one delivery with it; it begins no lead, and is brought in once."""
    rows = [dict(LEFT), dict(WANG)] if turned else [dict(WANG), dict(LEFT)]
    for some in [rows] if together else [[row] for row in rows]:
        send(*some)
    send({**WANG, "subject": "again"})

    (customer,), (lead,) = found(office, Customer), found(office, Lead)
    (entry, *_) = [one for one in found(office, Interaction) if one.note == "left"]
    receipt = next(one for one in found(office, Receipt) if one.kind == "update")
    assert (entry.customer_id, entry.lead_id, entry.effective, entry.source) == (customer.id, None, False, None)
    assert (entry.direction, entry.outcome) == ("in", "told")
    assert (receipt.outcome, receipt.customer_id, receipt.interaction_id) == ("accepted", customer.id, entry.id)
    assert len([one for one in found(office, Interaction) if one.note == "left"]) == 1
    assert lead.customer_id == customer.id


@ALONE
def test_of_a_stranger_an_update_makes_nothing(office: App, send: Send) -> None:
    """The receipt is accepted, and waits for the person."""
    done = send(dict(LEFT))

    assert [one.value for one in done.outcomes] == ["accepted"]
    assert (found(office, Customer), found(office, Interaction)) == ((), ())


@ALONE
def test_another_person_gets_nothing_of_it(office: App, send: Send) -> None:
    send(dict(LEFT))
    send({"name": "李芳", "tel": "13900139000"})

    assert found(office, Interaction) == ()


@ALONE
def test_what_is_new_of_somebody_is_told_once(office: App, send: Send, channel: Callable[..., None]) -> None:
    """A further number is theirs, an empty field is filled; words that stand on the timeline are not said again."""

    def updating(delivery: Delivery, connection: Connection) -> list[Envelope]:
        (one,) = parse(delivery, connection)
        return [attrs.evolve(one, remarks=("likes blue",))] if one.kind == "update" else [one]

    channel(parse=updating)
    send(dict(WANG))
    for place in range(2):
        send({"kind": "update", "tel": "13800138000", "email": "w@example.com", "occupation": "cook", "key": str(place)})

    assert [one.note for one in found(office, Interaction)] == ["likes blue"]
    assert [one.occupation for one in found(office, Customer)] == ["cook"]
    assert len(found(office, IdentityLink)) == 2


@ALONE
def test_only_the_first_contact_says_whom_it_is_about(office: App, send: Send) -> None:
    """A further number may be that of the household."""
    send(dict(WANG), {"name": "李芳", "email": "li@example.com"})
    send({**LEFT, "email": "li@example.com"})

    assert {one.customer_id for one in found(office, Interaction)} == {1}


@ALONE
def test_a_remark_by_a_key_is_told_in_words(office: App, send: Send, channel: Callable[..., None]) -> None:
    """Of the plugin, or of the core; what is no key is quoted."""

    def remarking(delivery: Delivery, connection: Connection) -> list[Envelope]:
        (one,) = parse(delivery, connection)
        return [attrs.evolve(one, remarks=(Reason("payloads.late", seconds=3), Reason("no words"), "plain"))]

    channel(parse=remarking)
    send(dict(WANG))

    (entry,) = found(office, Interaction)
    late, quoted, plain = (entry.note or "").splitlines()
    assert "3 seconds" in late
    assert ("no words" in quoted, plain) == (True, "plain")


@ALONE
def test_what_is_awaited_of_a_stranger_is_not(office: App, send: Send, channel: Callable[..., None]) -> None:
    """Nobody is asked about somebody who is none of ours; of who is, the details are."""

    def awaiting(delivery: Delivery, connection: Connection) -> list[Envelope]:
        return [attrs.evolve(one, awaits=one.kind == "update") for one in parse(delivery, connection)]

    channel(parse=awaiting)
    send({**LEFT, "native_id": "1"})
    send(dict(WANG))
    send({**LEFT, "native_id": "2", "key": "2"})

    assert [one.awaits for one in found(office, Receipt)] == [False, False, True]


@ALONE
def test_a_refusal_in_an_update_is_kept_for_whom_it_is(office: App, send: Send, channel: Callable[..., None]) -> None:
    def refusing(delivery: Delivery, connection: Connection) -> list[Envelope]:
        refusal = (ConsentSaid(decision="withdrawn", channel="im"),)
        return [attrs.evolve(one, consents=refusal if one.kind == "update" else ()) for one in parse(delivery, connection)]

    channel(parse=refusing)
    send(dict(LEFT))
    send(dict(WANG))

    assert [(one.customer_id, one.decision, one.receipt_id) for one in found(office, Consent)] == [(1, "withdrawn", 1)]


def test_whoever_comes_first_of_two_at_a_time_the_update_is_placed(office: App, send: Send) -> None:
    """Both hold the person's number, so the second sees what the first left."""
    numbers = [f"1380013800{place}" for place in range(6)]
    rows = [{**LEFT, "tel": number} for number in numbers] + [{"name": f"客户{number}", "tel": number} for number in numbers]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send, rows[::2] + rows[1::2]))

    told = [one for one in found(office, Interaction) if one.outcome == "told"]
    assert sorted(one.customer_id for one in told) == sorted(one.id for one in found(office, Customer))
    assert len(told) == len(numbers)
