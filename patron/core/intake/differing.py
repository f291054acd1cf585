"""
What an envelope says of a customer and a lead that hold another value: it is told in its entry on the timeline, so that whoever
pursues the lead reads it.

Which word stands may change with one that reaches us late: then it is told in the entry of the word that stood until then, and no
more in those that say the same as what stands now. What somebody of us wrote into a note stays where it is.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from patron.core.access import Action
from patron.core.crm.records import called
from patron.core.intake.antedating import enter
from patron.core.intake.notes import noted
from patron.core.intake.sitting import Sitting
from patron.core.intake.words import Words
from patron.core.nouns import Interaction, Labels
from patron.core.session import Session
from patron.core.store import UnitOfWork

Place = tuple[str, str]
"""Noun and field."""

_NAME = ("customer", "name")
"""The name comes first, in words of its own."""


def is_within(value: object, before: object) -> bool:
    """Return whether a value says nothing else than the one before, or nothing beyond it in a list."""
    return set(value) <= set(before) if isinstance(value, tuple) and isinstance(before, tuple) else value == before


def is_told(words: Words, place: Place) -> bool:
    """Return whether the entry of an envelope tells what it says of a field where something else stands."""
    return not words.listed or place == _NAME


def lines_of(sitting: Sitting, words: Words, places: Collection[Place]) -> list[str]:
    """Return what an envelope says in some fields, for a person to read, in the order in which its entry tells it."""
    return [line for place, line in _lines(sitting, words) if place in places] if places else []


def retell(sitting: Sitting, words: Words, changes: Mapping[Place, bool]) -> None:
    """
    Bring the entry of an envelope up to date that reached us before another; where it had nothing to tell, it gets one.

    Args:
        sitting: the work.
        words: what the envelope said.
        changes: field → whether another word stands there from now on, or its own, or one that says the same.
    """
    work, receipt = sitting.work, words.receipt
    if receipt is None:
        return
    if receipt.interaction_id is not None:
        entry = work.get(Interaction, receipt.interaction_id)
    elif any(changes.values()):
        entry = enter(sitting, receipt)
    else:
        return
    lines = dict(_lines(sitting, words))
    text, told = _parted(entry.note or "", lines)
    wanted = {place for place in lines if changes.get(place, place in told)}
    note = noted(text, [line for place, line in lines.items() if place in wanted]) or None
    if note != entry.note and work.may(Action.UPDATE, entry):
        work.update(entry, note=note)


def line_of(session: Session, work: UnitOfWork, place: Place, value: Any) -> str:
    """Return what is said of a field, for a person to read."""
    noun, name = place
    if place == _NAME:
        return session.t("intake.other_name", name=value)
    labels, field = Labels(work.vocabulary, session.t.lang), work.vocabulary.fields(noun)[name]
    if field.target is None:
        readable = labels.value(field, value, ZoneInfo(session.settings.timezone))
    else:
        readable = called(work, {field.target: {value}}).get((field.target, value), f"#{value}")
    return session.t("intake.remark", label=labels.field(noun, name), value=readable)


def _lines(sitting: Sitting, words: Words) -> Iterator[tuple[Place, str]]:
    """Yield field and line of all that an envelope says, the name first; not of fields that left with their plugin."""
    nouns = ("customer", "lead")
    known = {noun: sitting.work.vocabulary.fields(noun) for noun in nouns}
    places = [(noun, name) for noun in nouns for name in words.of(noun) if name in known[noun]]
    for place in sorted(places, key=lambda one: one != _NAME):
        yield place, line_of(sitting.session, sitting.work, place, words.of(place[0])[place[1]])


def _parted(note: str, lines: Mapping[Place, str]) -> tuple[str, set[Place]]:
    """Return a note without the lines at its end in which fields are told, and which fields these are."""
    told: set[Place] = set()
    for place, line in reversed(list(lines.items())):
        if note == line or note.endswith(f"\n{line}"):
            note = note.removesuffix(line).removesuffix("\n")
            told.add(place)
    return note, told
