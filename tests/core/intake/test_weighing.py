"""What fields hold is the first word by its time, in whatever order words reach us; what somebody of us wrote stands over all."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from patron.app import App
from patron.core.nouns import Campaign, Customer, Interaction, Lead
from patron.testing.application import NOW

Send = Callable[..., Any]
Row = dict[str, Any]
PERSON = {"name": "张三", "tel": "13800138000"}


def said(minute: int, **about: str) -> Row:
    """Return what somebody says at some minutes past ten."""
    return PERSON | about | {"at": (NOW - timedelta(hours=8) + timedelta(minutes=minute)).isoformat()}


def all_of(app: App, noun: type) -> tuple[Any, ...]:
    with app.session() as session, session.read() as reader:
        return reader.find(noun, order=["id"])


def notes(app: App) -> list[tuple[int, str | None]]:
    """Return the minutes of the entries, and what they say."""
    ten = NOW - timedelta(hours=8)
    return sorted((int((one.at - ten).total_seconds() // 60), one.note) for one in all_of(app, Interaction))


def change(app: App, noun: type, **values: Any) -> None:
    """Let somebody of us change the first record of a noun."""
    with app.session() as session, session.write() as work:
        work.update(work.get(noun, 1), **values)
        work.commit()


@pytest.fixture(name="campaigns")
def _campaigns(office: App) -> None:
    with office.session() as session, session.write() as work:
        work.add_many([Campaign(code=code, name=code.title()) for code in ("spring", "autumn")])
        work.commit()


@pytest.mark.usefixtures("campaigns")
def test_an_ad_that_reaches_us_behind_the_form_that_it_led_to(office: App, send: Send) -> None:
    """The campaign of ten o'clock brought the lead; that of five past ten is told in the entry of the form."""
    send(said(5, campaign_id="autumn", subject="a van"), by="lines")
    send(said(0, campaign_id="spring"))

    (lead,) = all_of(office, Lead)
    assert (lead.campaign_id, lead.subject) == (1, "a van")
    assert notes(office) == [(5, "campaign: Autumn")]


WORDS = [
    said(0, note="first", subject="a car", address="Main St 1"),
    said(5, note="second", subject="a van", address="Elm St 2", occupation="farmer"),
    said(9, note="third", subject="a car", occupation="teacher", expected_on="2026-03-01"),
]
TOLD = [(0, "first"), (5, "second\naddress: Elm St 2\nsubject: a van"), (9, "third\noccupation: teacher")]


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("together", [False, True])
def test_whichever_comes_first_the_same_stands_and_the_same_is_told(
    office: App, send: Send, order: Sequence[int], together: bool
) -> None:
    """In deliveries of their own, or in one; each that lost is told in its own entry, and those that say what stands are not."""
    rows = [WORDS[place] for place in order]
    for part in [rows] if together else [[row] for row in rows]:
        send(*part)

    (lead,), (customer,) = all_of(office, Lead), all_of(office, Customer)
    assert (lead.subject, str(lead.expected_on)) == ("a car", "2026-03-01")
    assert (customer.address, customer.occupation) == ("Main St 1", "farmer")
    assert notes(office) == [one for one in TOLD if one[1]]


def test_what_somebody_of_us_changed_stands_over_earlier_and_later_words(office: App, send: Send) -> None:
    """Of lead and customer; both words are told."""
    send(said(5, note="a", subject="a van", address="Elm St 2"))
    change(office, Lead, subject="two vans")
    change(office, Customer, address="Elm St 3")
    send(said(0, note="b", subject="a car", address="Main St 1"))
    send(said(9, note="c", subject="a lorry"))

    (lead,), (customer,) = all_of(office, Lead), all_of(office, Customer)
    assert (lead.subject, customer.address) == ("two vans", "Elm St 3")
    assert notes(office) == [(0, "b\naddress: Main St 1\nsubject: a car"), (5, "a"), (9, "c\nsubject: a lorry")]


def test_what_somebody_of_us_took_away_does_not_come_back(office: App, send: Send) -> None:
    send(said(0, subject="a car"))
    change(office, Lead, subject=None)
    send(said(5, subject="a car"))

    assert all_of(office, Lead)[0].subject is None
    assert notes(office) == [(5, "subject: a car")]


def test_what_somebody_of_us_changed_and_changed_back_stands(office: App, send: Send) -> None:
    """The history of a field that has one knows it."""
    send(said(5, focus_point="boot"))
    change(office, Lead, focus_point="price")
    change(office, Lead, focus_point="boot")
    send(said(0, focus_point="colour"))

    assert all_of(office, Lead)[0].focus_point == "boot"


def test_the_history_has_what_stood_since_when(office: App, send: Send) -> None:
    """Whichever came first: the first word is true from its time on, at every later time."""
    for minute, word in ((9, "boot"), (5, "price"), (0, "colour")):
        send(said(minute, focus_point=word))

    with office.session() as session, session.read() as reader:
        lead = reader.get(Lead, 1)
        changes = reader.history(lead, "focus_point")
    since = {one.effective_at: one.new for one in changes}
    assert lead.focus_point == "colour"
    assert list(since.values()) == ["colour"] * 3
    assert min(since) == NOW - timedelta(hours=8)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_provider_corrects_its_own_words_alone(office: App, send: Send, order: Sequence[int]) -> None:
    """Who spoke first is who may correct it, though another spoke in between; that other is told."""
    words = [
        said(0, native_id="1", subject="a car"),
        said(5, native_id="2", subject="a van", note="?"),
        said(9, native_id="1", subject="a lorry"),
    ]
    for place in order:
        send(words[place])

    assert all_of(office, Lead)[0].subject == "a lorry"
    assert [note for _, note in notes(office) if note] == ["?\nsubject: a van"]


def test_the_first_name_stands(office: App, send: Send) -> None:
    """Another way of writing it is told in the entry of its own."""
    person = {"email": "ann@example.org"}
    send(said(5, note="b") | person | {"name": "Berg, Ann"})
    send(said(0, note="a") | person | {"name": "Ann Berg"})

    assert all_of(office, Customer)[0].name == "Ann Berg"
    assert notes(office) == [(0, "a"), (5, "b\nName given this time: Berg, Ann")]


def test_what_somebody_of_us_wrote_into_a_note_stays(office: App, send: Send) -> None:
    """What is to be told comes behind it."""
    send(said(5, note="b", subject="a van"))
    change(office, Interaction, note="b\nI called him.")
    send(said(0, subject="a car"))

    assert notes(office) == [(5, "b\nI called him.\nsubject: a van")]


def test_what_lost_before_may_say_what_stands_now(office: App, send: Send) -> None:
    """Then its entry tells it no more."""
    send(said(5, note="b", subject="a van"), said(9, note="c", subject="a car"))
    before = notes(office)
    send(said(0, subject="a car"))

    assert before == [(5, "b"), (9, "c\nsubject: a car")]
    assert notes(office) == [(5, "b\nsubject: a van"), (9, "c")]


def test_who_was_entered_by_hand_keeps_what_was_entered(office: App, send: Send) -> None:
    """And gets what is still empty."""
    send(said(5))
    change(office, Customer, occupation="farmer")
    send(said(0, occupation="teacher", address="Main St 1"))

    (customer,) = all_of(office, Customer)
    assert (customer.occupation, customer.address) == ("farmer", "Main St 1")
