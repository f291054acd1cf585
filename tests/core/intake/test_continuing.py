"""Calls that are told in parts: what a further part changes, and what it leaves."""

from datetime import timedelta
from itertools import permutations

import pytest

from patron.app import App
from patron.core.intake.continuing import call_named, continue_call
from patron.core.intake.drafting import Draft
from patron.core.nouns import Customer, Interaction, fields_of
from patron.testing.application import NOW


def part(seconds: int, note: str = "", *, minutes: int = 0, **said: object) -> Draft:
    """Return what a part of a call tells."""
    interaction = {"duration_seconds": seconds, "effective": seconds >= 10, **said}
    at = NOW - timedelta(hours=1) + timedelta(minutes=minutes)
    return Draft(customer={}, lead={}, interaction=interaction, identities=(), note=note, about="", remarks=(), at=at)


def told(app: App, *parts: Draft) -> Interaction:
    """Return the call that the first of some parts began, with what the others tell."""
    with app.session() as session, session.write() as work:
        customer = work.add(Customer(name="Zhang"))
        first, *others = parts
        values = {"channel": "phone", "system": "pbx", "source_key": f"{customer.id}.0", **first.interaction}
        call = work.add(Interaction(customer_id=customer.id, at=first.at, note=first.note or None, **values))
        for one in others:
            assert call_named(work, "pbx", call.source_key) == call
            call = continue_call(work, call, one)
        work.commit()
    return call


def test_parts_of_a_call_come_in_any_order(office: App) -> None:
    """The earliest time, and what the leg says in which most was said."""
    parts = [part(0, "a", phone_line="801"), part(95, "b", minutes=1, phone_line="803"), part(12, "c", minutes=2)]
    calls = [told(office, *order) for order in permutations(parts)]

    assert {(one.at, one.duration_seconds, one.effective, one.phone_line) for one in calls} == {(parts[0].at, 95, True, "803")}
    assert {"".join(sorted((one.note or "").split())) for one in calls} == {"abc"}


@pytest.mark.parametrize("worse", [part(0), part(95, minutes=5, phone_line="801"), part(12, "spoke", phone_line=None)])
def test_what_tells_nothing_more_changes_nothing(office: App, worse: Draft) -> None:
    """No further version, either."""
    call = told(office, part(95, "spoke", phone_line="803", recording="one.wav"), worse)

    assert (call.version, call.duration_seconds, call.phone_line, call.recording) == (1, 95, "803", "one.wav")


def test_a_long_note_is_never_cut_for_a_further_line(office: App) -> None:
    """Who wrote it finds it as it was."""
    room = fields_of(Interaction)["note"].length - len("\nBUSY")
    notes = ["x" * room, "x" * (room + 1), ""]

    found = [told(office, part(5, note), part(0, "BUSY")).note for note in notes]
    assert found == [f"{notes[0]}\nBUSY", notes[1], "BUSY"]


def test_a_call_without_a_number_is_no_other(office: App) -> None:
    """Nor is one that another system calls so."""
    call = told(office, part(5))
    with office.session() as session, session.write() as work:
        assert call_named(work, "pbx", None) is None is call_named(work, "other", call.source_key)
