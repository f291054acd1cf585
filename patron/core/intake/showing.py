"""
What became of a delivery, as far as whoever brought it may know: to take something in is no right to see whom it is about.
"""

from typing import Any

import attrs

from patron.core.access import Action, Scope
from patron.core.intake.received import Received
from patron.core.message import Message
from patron.core.nouns import Receipt
from patron.core.records.intake import Outcome
from patron.core.session import Session
from patron.core.store import Reader

_ABOUT = {"customer_id": "customer", "lead_id": "lead", "interaction_id": "interaction"}
"""Field of a receipt → the noun that it names one of."""


def as_seen(session: Session, received: Received) -> Received:
    """
    Return what became of a delivery without what the actor may not see.

    Who may see receipts sees them whole. Others are told of the leads and customers in their own reach, and of a question that a
    person has to answer only that there is one, for it names those who may be meant.
    """
    if not received.receipts:
        return received
    with session.read() as reader:
        if reader.policy.scope(reader.actor, Action.READ, "receipt") is not Scope.NONE:
            return received
        return attrs.evolve(received, receipts=tuple(_as_seen(reader, one) for one in received.receipts))


def _as_seen(reader: Reader, receipt: Receipt) -> Receipt:
    shown: dict[str, Any] = {}
    for name, noun in _ABOUT.items():
        number = getattr(receipt, name)
        if number is not None and number not in reader.within_reach(Action.READ, noun, [number]):
            shown[name] = None
    if receipt.reason is not None:
        shown["reason"] = None if receipt.outcome == Outcome.ACCEPTED.value else Message(key="intake.for_a_person")
    return attrs.evolve(receipt, **shown)
