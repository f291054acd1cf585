"""
The list of what a customer wants, said anew by the provider of a lead that is there.

Deliveries overtake each other on their way, so the time at which something was said decides which word is the last, and not the
order in which they reached us. Others may have added to the list since: a provider takes back its own words alone. What somebody
of us entered stands. Fields that hold one word are weighed with all that was said of them; see `standing.py`.
"""

from collections.abc import Sequence
from datetime import datetime

from patron.core.access import Action, ActorKind
from patron.core.intake.antedating import said_at
from patron.core.intake.gathering import LIST, added, gather
from patron.core.nouns import LIVE, Lead, Receipt
from patron.core.nouns.criterion import equal
from patron.core.store import UnitOfWork


def correct(work: UnitOfWork, lead: Lead, listed: Sequence[str], connection: str, at: datetime) -> Lead:
    """
    Return a lead with the list as its provider says it is by now; one that has ended as it is.

    Args:
        work: the unit of work.
        lead: the provider's lead.
        listed: what interests.
        connection: the connection that it came in by.
        at: when it was said; what was said later has come in before, or comes yet.
    """
    if tuple(listed) == lead.interests or lead.status not in LIVE or not work.may(Action.UPDATE, lead):
        return lead
    times = _times(work, lead, connection)
    if any(earlier > at for earlier in times):
        return lead
    changes = work.history(lead, LIST)
    if changes and changes[-1].actor_kind != ActorKind.CHANNEL.value:
        return lead
    return gather(work, lead, listed, at, withdrawn=added(changes, times))


def _times(work: UnitOfWork, lead: Lead, connection: str) -> frozenset[datetime]:
    """Return when something was said of a provider's lead."""
    of_it = equal("connection", connection), equal("native_key", lead.source_key), equal("outcome", "accepted")
    return frozenset(map(said_at, work.find(Receipt, of_it)))
