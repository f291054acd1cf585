"""
What is said anew of a lead that is there.

Deliveries overtake each other on their way, so the time at which something was said decides which word is the last, and not the
order in which they reached us. A provider corrects its own words alone, those about one lead of its; what anybody else entered
since stands. What becomes no value is told, for a person to read.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from patron.core.access import Action, ActorKind
from patron.core.intake.antedating import said_at
from patron.core.intake.gathering import LIST, added, gather
from patron.core.nouns import LIVE, Lead, Receipt
from patron.core.nouns.criterion import equal
from patron.core.store import UnitOfWork

WISHES = ("subject", "interests", "focus_point", "level", "likelihood", "quoted_price", "offered_price", "expected_on")
"""Fields of a lead that say what the customer wants; the others say where it is from, whose it is, and how far it has come."""


def correct(work: UnitOfWork, lead: Lead, said: Mapping[str, Any], connection: str, at: datetime) -> Lead:
    """
    Return a lead as its provider says it is by now, in what the provider said before; one that has ended as it is.

    Args:
        work: the unit of work.
        lead: the provider's lead.
        said: field → value.
        connection: the connection that it came in by.
        at: when it was said; what was said later has come in before, or comes yet.
    """
    wishes = _wishes(lead, said) if lead.status in LIVE else {}
    if not wishes or not work.may(Action.UPDATE, lead):
        return lead
    times = _times(work, lead, connection)
    if any(earlier > at for earlier in times):
        return lead
    changes = work.history(lead)
    last = {change.field: (change.actor_kind, change.actor_name) for change in changes}
    listed = wishes.pop(LIST, None)
    if listed is not None and last.get(LIST, ("",))[0] == ActorKind.CHANNEL.value:
        # Others may have added to the list since: the provider takes back its own words alone.
        own = added([change for change in changes if change.field == LIST], times)
        lead = gather(work, lead, listed, at, withdrawn=own)
    theirs = {name: value for name, value in wishes.items() if last.get(name) == (ActorKind.CHANNEL.value, connection)}
    if not theirs:
        return lead
    extensions = {name: theirs.pop(name) for name in tuple(theirs) if name not in WISHES}
    return work.update(lead, effective_at=at, **theirs, **({"ext": extensions} if extensions else {}))


def _wishes(lead: Lead, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a provider says of a lead of its that has another value for it, and may correct."""
    wishes = {name: said[name] for name in WISHES if name in said and said[name] != getattr(lead, name)}
    extensions = {name: value for name, value in said.get("ext", {}).items() if lead.ext.get(name) not in (None, (), value)}
    return {name: value for name, value in wishes.items() if getattr(lead, name) not in (None, ())} | extensions


def _times(work: UnitOfWork, lead: Lead, connection: str) -> frozenset[datetime]:
    """Return when something was said of a provider's lead."""
    of_it = equal("connection", connection), equal("native_key", lead.source_key), equal("outcome", "accepted")
    return frozenset(map(said_at, work.find(Receipt, of_it)))
