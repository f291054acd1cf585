"""What waits in quarantine: read again after a fix, or dropped."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from patron.app import App
from patron.core.errors import UsageError
from patron.core.intake import NEW, drop, replay, show_receipt
from patron.core.nouns import Lead, Receipt
from patron.core.records.intake import Envelope, Outcome, Unreadable
from patron.testing.application import NOW

AT = NOW - timedelta(days=40)


def read_at_last(delivery: Any, connection: Any) -> list[Envelope]:
    return [Envelope(customer={"name": delivery.body.decode()}, at=AT), Envelope(customer={"name": "B"}, at=AT)]


def leads(app: App) -> tuple[Lead, ...]:
    with app.session() as session, session.read() as reader:
        return reader.find(Lead, order=["id"])


def test_a_fixed_channel_turns_quarantine_into_leads_of_their_own_time(
    office: App, send: Callable[..., Any], channel: Callable[..., None]
) -> None:
    """The receipt that there was tells what came of it, further ones are added, and a second replay finds nothing."""
    (receipt,) = send("张三").receipts
    channel(parse=read_at_last)
    with office.session() as session:
        (replayed,) = replay(session)
        again = replay(session)
        view = show_receipt(session, receipt.id)

    assert replayed.outcomes == (Outcome.ACCEPTED, Outcome.ACCEPTED)
    assert (again, view.receipt.outcome, view.receipt.lead_id) == ((), "accepted", 1)
    assert view.delivery is not None
    assert view.delivery.body.decode() == "张三"
    assert [(lead.filed_at, lead.id) for lead in leads(office)] == [(AT, 1), (AT, 2)]


def test_a_replay_that_fails_again_stays_in_quarantine(
    office: App, send: Callable[..., Any], channel: Callable[..., None]
) -> None:
    """With the reason of now."""
    (receipt,) = send("张三").receipts

    def refuse(*_: object) -> None:
        raise Unreadable("still not")

    channel(parse=refuse)
    with office.session() as session:
        replay(session, [receipt.id])
        found = show_receipt(session, receipt.id).receipt

    assert (found.outcome, str(found.reason)) == ("quarantined", "It could not be read: 'still not'")


def test_what_is_dropped_is_left_alone_until_it_is_asked_for(
    office: App, send: Callable[..., Any], channel: Callable[..., None]
) -> None:
    """A replay of all leaves it; a replay by its number does not."""
    (receipt,) = send("张三").receipts
    with office.session() as session:
        (dropped,) = drop(session, [receipt.id], "advertising")
        assert drop(session, [receipt.id]) == ()
        channel(parse=read_at_last)
        left = replay(session)
        replay(session, [receipt.id])
        history = session_history(session, receipt.id)

    assert (dropped.outcome, str(dropped.reason), left) == ("dropped", "advertising", ())
    assert len(leads(office)) == 2
    assert [(old, new) for old, new in history] == [("quarantined", "dropped"), ("dropped", "accepted")]


def test_what_is_dropped_stays_so_when_its_delivery_is_read_again(office: App, send: Callable[..., Any]) -> None:
    """Two of one delivery are in quarantine; one was dropped, the other is replayed."""
    home = "浙江省杭州市西湖区文三路90号2栋301室"
    send({"name": "濮阳慧琳", "tel": "13800138000", "address": home})
    rows = [{"name": "濮阳慧琳", "address": home.replace("2栋301室", f"{number}栋302室")} for number in (3, 4)]
    first, second = send(*rows).receipts
    with office.session() as session:
        drop(session, [first.id])
        (one,) = replay(session, [second.id], NEW)
        found = show_receipt(session, first.id).receipt
        (both,) = replay(session, [first.id])

    assert ((Outcome.ACCEPTED,), "dropped") == (one.outcomes, found.outcome)
    assert first.id in {receipt.id for receipt in both.receipts}


def session_history(session: Any, number: int) -> list[tuple[object, object]]:
    with session.read() as reader:
        changes = reader.history(reader.get(Receipt, number), "outcome")
    return [(change.old, change.new) for change in changes]


def test_what_was_accepted_is_neither_replayed_nor_dropped(office: App, send: Callable[..., Any]) -> None:
    """A lead came of it."""
    (receipt,) = send({"name": "A"}).receipts
    with office.session() as session:
        for again in (replay, drop):
            with pytest.raises(UsageError, match=f"patron intake show {receipt.id}"):
                again(session, [receipt.id])
