"""
Inquiries that reach us behind later ones of the same lead.

The first by its time is the one that began the lead, in whatever order they come: its time, its source and its provider's number
stand on the lead, and what had begun it becomes a further sign of interest, with an entry of its own. What somebody of us wrote
stands; so does a lead that was not begun by what reached us by itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from patron.core.access import Action, ActorKind
from patron.core.crm.records import made
from patron.core.intake.sitting import Sitting
from patron.core.nouns import LIVE, Change, Interaction, Lead, Receipt
from patron.core.nouns.criterion import equal
from patron.core.records.intake import EnvelopeKind
from patron.core.store import UnitOfWork

_BEGUN = ("status", "stage")
"""Tracked fields that a lead has from its beginning on."""


def antedate(sitting: Sitting, lead: Lead, at: datetime, source: str, key: Mapping[str, str]) -> Lead | None:
    """
    Return a lead as begun by an earlier inquiry; None where that is none. Of two at one time the names of connections decide.

    Args:
        sitting: the work.
        lead: the lead that the inquiry belongs to.
        at: when it was made.
        source: where it is from.
        key: system and number that its provider gives the lead; empty for none.
    """
    work, since, before = sitting.work, lead.filed_at, lead.source
    if at > since or lead.status not in LIVE or lead.batch_id is not None or not work.may(Action.UPDATE, lead):
        return None
    told = work.find(Receipt, [equal("lead_id", lead.id), equal("outcome", "accepted")], order=["id"])
    began = min((one for one in told if said_at(one) == since), key=lambda one: one.connection, default=None)
    if began is None or (at == since and sitting.opened.connection.name >= began.connection):
        return None
    changes = work.history(lead)
    begun = dict(_begun(changes, since))
    by_channels = all(one.actor_kind == ActorKind.CHANNEL.value for one in changes if one.field == "source")
    named = {"source": source} if by_channels and source != before else {}
    # Its number is heard of by its connection's receipts from then on; a system that others share knows it by the lead alone.
    numbered = {"system": None, "source_key": None, **key} if lead.system in (None, began.connection) else {}
    lead = work.update(lead, effective_at=at, filed_at=at, **begun, **named, **numbered)
    for later in sorted({one.effective_at for one in changes if one.field == "source"}) if named else ():
        lead = work.update(lead, effective_at=later, **named)
    is_same = bool(key) and (began.connection, began.native_key) == (sitting.opened.connection.name, key["source_key"])
    if began.interaction_id is None and began.kind == EnvelopeKind.LEAD.value and not is_same:
        enter(sitting, began, None if before == lead.source else before)
    _say_sources(work, lead, told, before)
    return lead


def said_at(receipt: Receipt) -> datetime:
    """Return when something was said: nothing was after it reached us, whatever the sender's clock tells."""
    return min(receipt.at or receipt.received_at, receipt.received_at)


def _begun(changes: Sequence[Change], since: datetime) -> Iterator[tuple[str, object]]:
    for name in _BEGUN:
        first = next((one for one in changes if one.field == name), None)
        if first is not None and first.effective_at == since:
            yield name, first.new


def enter(sitting: Sitting, told: Receipt, source: str | None = None) -> Interaction:
    """Return a new entry for an envelope that brought none, put onto the timeline as a further sign of interest is."""
    contacts = {owned.item.code: owned.item.contact for owned in sitting.session.host.channels()}
    contact = contacts.get(told.channel, sitting.opened.channel.contact)
    about = {"customer_id": told.customer_id, "lead_id": told.lead_id, "channel": contact, "source": source}
    entry = sitting.work.add(made(Interaction, {**about, "direction": "in", "effective": False, "at": said_at(told)}))
    sitting.work.update(told, interaction_id=entry.id)
    return entry


def _say_sources(work: UnitOfWork, lead: Lead, told: Sequence[Receipt], before: str) -> None:
    """Say of the entries of a lead that has another source which one they are of."""
    for number in [one.interaction_id for one in told if one.interaction_id is not None]:
        entry = work.get(Interaction, number)
        own = entry.source or before
        kept = None if own == lead.source else own
        if kept != entry.source:
            work.update(entry, source=kept)
