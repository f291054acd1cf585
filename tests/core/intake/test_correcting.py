"""F24: in whatever order a provider's words about its lead reach us, the last by its time counts, and nothing rises again."""

from collections.abc import Callable
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from patron.app import App
from patron.core.crm.merging import Merge, merge
from patron.core.nouns import Interaction, Lead
from patron.core.records.intake import Outcome
from patron.testing.application import NOW

Send = Callable[..., Any]


def said(hour: int, interests: str, number: int = 1, **about: str) -> dict[str, str]:
    """Return what a provider says of a lead at an hour."""
    person = {"name": f"P{number}", "tel": f"1380013{number:04}", "native_id": str(number)}
    return {**person, "at": (NOW - timedelta(hours=24 - hour)).isoformat(), "interests": interests, **about}


def all_of(app: App, noun: type) -> tuple[Any, ...]:
    with app.session() as session, session.read() as reader:
        return reader.find(noun, order=["id"])


@pytest.mark.parametrize("wishes", ["ABC", "ABA"])
@pytest.mark.parametrize("together", [False, True])
def test_f24_the_last_word_by_its_time_counts_in_whatever_order_they_come(
    office: App, send: Send, wishes: str, together: bool
) -> None:
    """In deliveries of their own, or in one; one that repeats the first word is the last all the same."""
    orders = list(permutations(range(3)))
    for number, order in enumerate(orders):
        rows = [said(hour, wishes[hour], number) for hour in order]
        for part in [rows] if together else [[row] for row in rows]:
            assert set(send(*part).outcomes) == {Outcome.ACCEPTED}

    assert [(wishes[2],)] * len(orders) == [lead.interests for lead in all_of(office, Lead)]
    assert len(all_of(office, Interaction)) == 2 * len(orders)


def test_the_history_has_the_time_at_which_it_was_said(office: App, send: Send) -> None:
    """A word without a time was said when it reached us; one from a clock that is ahead, too."""
    send(said(1, "A"))
    send(said(2, "B"))
    send(said(90, "C"))

    with office.session() as session, session.read() as reader:
        changes = reader.history(reader.get(Lead, 1), "interests")
    hours = [NOW - timedelta(hours=23), NOW - timedelta(hours=22), NOW]
    assert [(change.new, change.effective_at) for change in changes] == list(zip([("A",), ("B",), ("C",)], hours, strict=True))


@pytest.mark.parametrize("status", ["lost", "invalid"])
def test_f24_what_has_ended_does_not_rise_again(office: App, send: Send, status: str) -> None:
    """A later word about it stands on its timeline alone."""
    send(said(1, "A"))
    with office.session() as session, session.write() as work:
        work.update(work.get(Lead, 1), status=status, **({"lost_at": NOW} if status == "lost" else {}))
        work.commit()
    send(said(2, "B", status="open"))

    (lead,) = all_of(office, Lead)
    assert (lead.status, lead.interests) == (status, ("A",))
    assert "products of interest: B" in all_of(office, Interaction)[-1].note


def test_f24_what_was_merged_does_not_rise_again_and_changes_no_other(office: App, send: Send) -> None:
    """What it says beside the other is added."""
    send(said(1, "A", 1), said(1, "A", 2))
    with office.session() as session:
        merge(session, Merge(noun="customer", keep=1, others=(2,), certain=True))
        merge(session, Merge(noun="lead", keep=1, others=(2,), certain=True))
    received = send(said(2, "B", 2))

    (lead,) = all_of(office, Lead)
    assert (lead.id, lead.interests) == (received.receipts[0].lead_id, ("A", "B"))


def test_what_somebody_of_us_entered_stands_and_the_other_is_told(office: App, send: Send) -> None:
    send(said(1, "A", focus_point="boot"))
    with office.session() as session, session.write() as work:
        work.update(work.get(Lead, 1), interests=("X",))
        work.commit()
    send(said(2, "B", focus_point="price"))

    (lead,) = all_of(office, Lead)
    assert (lead.interests, lead.focus_point) == (("X",), "price")
    assert all_of(office, Interaction)[-1].note == "products of interest: B"


def test_a_further_sign_of_interest_changes_nothing_but_adds_what_interests(office: App, send: Send) -> None:
    """Whatever else the person wants, whoever pursues the lead reads it."""
    send(said(1, "A", subject="a car"))
    send(said(2, "B", subject="a van", native_id="other"))

    (lead,) = all_of(office, Lead)
    assert (lead.interests, lead.subject) == (("A", "B"), "a car")
    assert all_of(office, Interaction)[-1].note.splitlines() == ["subject: a van"]


def test_a_provider_takes_back_its_own_words_alone(office: App, send: Send) -> None:
    """What an inquiry asks for beside them stays, in whatever order the three come."""
    words = [said(1, "A"), said(2, "B", native_id="other"), said(3, "C")]
    for order in ((0, 1, 2), (0, 2, 1)):
        number = str(order)
        for word in (words[place] for place in order):
            of_another = {"tel": f"1390013900{order[1]}", "name": number, "native_id": number + word["native_id"]}
            send(word | of_another)

    assert [("B", "C")] * 2 == [lead.interests for lead in all_of(office, Lead)]
