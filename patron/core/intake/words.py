"""
What envelopes say of a customer and a lead: which word was said when, and by whom.

The history keeps the words of every envelope that was accepted, beside its receipt and as of the time at which they were said.
So what fields hold can be told from all words at any time, whichever came first; and what they don't tell, somebody of us wrote.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

import attrs

from patron.core.intake.gathering import LIST
from patron.core.nouns import OWNERS, Change, Customer, Receipt
from patron.core.nouns.criterion import equal
from patron.core.store import UnitOfWork
from patron.core.store.chain import decode, encode

Voice = tuple[str, str]
"""Who speaks: a connection, and what its provider calls the lead; empty for one who is not heard again."""

_SAID = "said"
"""What the history calls the words of an envelope; no field of a receipt, as they are read here alone."""

_APART = frozenset({"ext", "source", "system", "source_key", "filed_at", "customer_id", "status", "stage", LIST, *OWNERS})
"""Fields that say where a record is from, whose it is and how far it has come, and the list that grows."""

_MOST_HEARD = 500
"""Envelopes of a customer whose words are weighed: who writes for ever must not make each further word dearer than the last."""

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@attrs.frozen(kw_only=True)
class Words:
    """
    What an envelope says.

    Attributes:
        at: when it was said.
        voice: by whom.
        customer: field → value, extension fields among the others.
        lead: the same of the lead.
        listed: whether it is a row of a list, which may be handed in again: its entry tells another name alone.
        revised_at: when what it says of the customer was last revised, by who keeps that; None where nobody says.
        receipt: its receipt; None while there is none yet.
    """

    at: datetime
    voice: Voice
    customer: Mapping[str, Any] = _NOTHING
    lead: Mapping[str, Any] = _NOTHING
    listed: bool = False
    revised_at: datetime | None = None
    receipt: Receipt | None = None

    @property
    def are_any(self) -> bool:
        """Whether it says anything."""
        return bool(self.customer or self.lead)

    @property
    def lead_id(self) -> int | None:
        """The lead that it belongs to."""
        return None if self.receipt is None else self.receipt.lead_id

    def of(self, noun: str) -> Mapping[str, Any]:
        """Return what is said of a noun."""
        return self.customer if noun == "customer" else self.lead


def weighed(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return field → value of what is said in fields that hold one word, as the history keeps it."""
    told = {name: value for name, value in said.items() if name not in _APART} | dict(said.get("ext", {}))
    return {name: decode(encode(value)) for name, value in told.items() if value not in (None, ())}


def keep_words(work: UnitOfWork, receipt: Receipt, words: Words) -> None:
    """Note what an envelope said that was accepted; its receipt says that it did."""
    told = {noun: {name: encode(value) for name, value in words.of(noun).items()} for noun in ("customer", "lead")}
    kept: dict[str, object] = {noun: said for noun, said in told.items() if said}
    if kept:
        kept |= {"listed": True} if words.listed else {}
        kept |= {} if words.revised_at is None else {"revised_at": words.revised_at.isoformat()}
        text = json.dumps(kept, ensure_ascii=False)
        work.note([work.entry("receipt", receipt.id, _SAID, None, text, words.at)])


def drop_words(work: UnitOfWork, receipt: Receipt) -> Receipt:
    """Return a receipt, noting that what was said is about nobody whom it belongs to: somebody else wrote it for them."""
    work.note(work.entry("receipt", receipt.id, _SAID, one.new, None, one.effective_at) for one in _last(work, receipt))
    return work.update(receipt, says=False)


def heard(work: UnitOfWork, customer: Customer) -> tuple[Words, ...]:
    """Return what was said before of a customer and the customer's leads, by the earliest envelopes that said anything."""
    theirs = equal("customer_id", customer.id), equal("outcome", "accepted"), equal("says", value=True)
    receipts = work.find(Receipt, theirs, order=["at", "id"], limit=_MOST_HEARD)
    work.load_histories(receipts)
    return tuple(words for one in receipts for words in _kept(work, one))


def _kept(work: UnitOfWork, receipt: Receipt) -> Iterator[Words]:
    for change in _last(work, receipt):
        kept = json.loads(str(change.new))
        customer, lead = ({name: decode(text) for name, text in kept.get(noun, {}).items()} for noun in ("customer", "lead"))
        voice = receipt.connection, receipt.native_key or ""
        revised_at = datetime.fromisoformat(kept["revised_at"]) if "revised_at" in kept else None
        yield Words(
            at=change.effective_at,
            voice=voice,
            customer=customer,
            lead=lead,
            listed=kept.get("listed", False),
            revised_at=revised_at,
            receipt=receipt,
        )


def _last(work: UnitOfWork, receipt: Receipt) -> tuple[Change, ...]:
    """Return what the history says last of the words of an envelope; nothing where it has none, or has none any more."""
    return tuple(change for change in work.history(receipt, _SAID)[-1:] if change.new is not None)
