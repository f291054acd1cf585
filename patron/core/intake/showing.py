"""
What became of a delivery, as far as whoever brought it may know: to take something in is no right to see whom it is about.
"""

from collections.abc import Mapping
from typing import Any

import attrs

from patron.core.access import Action, Scope
from patron.core.intake.drafting import SAID_OF
from patron.core.intake.received import Received
from patron.core.message import Message
from patron.core.nouns import Receipt
from patron.core.records.intake import Outcome
from patron.core.session import Session
from patron.core.store import Reader

_NOTED = "intake.noted"
_ASIDE = "intake.aside"
_OF_THE_BODY = frozenset({"intake.unreadable", _ASIDE, "intake.too_large_kept", "intake.too_many", "intake.too_many_rows"})
"""Why nothing could be read: it speaks of what was brought alone."""
_NAMING = frozenset({"field.several_called", "crm.called_and_id"})
"""Complaints about a value that name records."""
_FOR_A_PERSON = Message(key="intake.for_a_person")
_ABOUT = {"customer_id": "customer", "lead_id": "lead", "interaction_id": "interaction"}
"""Field of a receipt → the noun that it names one of."""


def as_seen(session: Session, received: Received) -> Received:
    """
    Return what became of a delivery without what the actor may not see.

    Who may see receipts sees them whole. Others are told of the leads and customers in their own reach, what of their own words
    could not be read or fitted no field, and of a question that a person has to answer only that there is one, for it names
    those who may be meant. What had come before may have been brought by somebody else, so nothing is quoted of it.
    """
    if not received.receipts:
        return received
    with session.read() as reader:
        if reader.policy.scope(reader.actor, Action.READ, "receipt") is not Scope.NONE:
            return received
        seen = tuple(
            _as_seen(reader, one, theirs=outcome is not Outcome.DUPLICATE)
            for one, outcome in zip(received.receipts, received.outcomes, strict=True)
        )
        return attrs.evolve(received, receipts=seen)


def is_for_others(receipt: Receipt) -> bool:
    """Return whether who brought it was told that somebody else has to look at it; see `as_seen()`."""
    reason = receipt.reason
    return reason is not None and any(one.key == _FOR_A_PERSON.key for one in reason.parts())


def _as_seen(reader: Reader, receipt: Receipt, *, theirs: bool) -> Receipt:
    shown: dict[str, Any] = {}
    for name, noun in _ABOUT.items():
        number = getattr(receipt, name)
        if number is not None and number not in reader.within_reach(Action.READ, noun, [number]):
            shown[name] = None
    return attrs.evolve(receipt, **shown, reason=reason_as_seen(receipt, theirs=theirs))


def reason_as_seen(receipt: Receipt, *, theirs: bool) -> Message | None:
    """
    Return why a receipt is as it is, as far as everybody who brings something may know; see `as_seen()`.

    Args:
        receipt: what became of it.
        theirs: whether they brought it themselves; what others said is not quoted.
    """
    if receipt.reason is None:
        return None
    told = _told(receipt.reason) if theirs else None
    if receipt.outcome == Outcome.ACCEPTED.value or (told is not None and told.key == _ASIDE):
        return told
    return _FOR_A_PERSON if told is None else Message.several((told, _FOR_A_PERSON))


def _told(reason: Message) -> Message | None:
    """Return the part of a reason that speaks only of what was brought."""
    if reason.key in _OF_THE_BODY:
        return reason
    complaints = _complaints(reason)
    return Message(key=_NOTED, details={"what": Message.several(map(_unnamed, complaints))}) if complaints else None


def complaints_as_seen(receipt: Receipt) -> Mapping[str, Message]:
    """Return which fields were filled in with what could not be taken, each with why; for who brought it themselves."""
    reason = receipt.reason
    said = () if reason is None else _complaints(reason)
    return {str(one.details.get(SAID_OF) or ""): _unnamed(one) for one in said}


def _complaints(reason: Message) -> tuple[Message, ...]:
    """Return the complaints about values that a reason speaks of beside other things."""
    noted = next((one for one in reason.parts() if one.key == _NOTED), None)
    what = None if noted is None else noted.details.get("what")
    return what.parts() if isinstance(what, Message) else ()


def _unnamed(complaint: Message) -> Message:
    """Return a complaint about a value without the records that it names."""
    if complaint.key not in _NAMING:
        return complaint
    details = {"label": complaint.details.get("field"), **{name: complaint.details.get(name) for name in ("got", SAID_OF)}}
    return Message(key="intake.not_understood", details=details)
