"""
What rows remark of leads: entries on the timeline, as the intake makes of what comes in with a lead.

A remark is of the day on which the lead was filed. It never takes the place of another, nor of what was noted of the customer;
what the timeline says already is not told again.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

import attrs

from patron.core.access import Action
from patron.core.exchange.column import REMARK
from patron.core.exchange.draft import Draft
from patron.core.exchange.writing import add_values
from patron.core.nouns import Interaction
from patron.core.store import UnitOfWork
from patron.core.store.keys import records_by

_ANY_CONTACT = "visit"
"""By what means people come from a source of which nobody said it; as of lists that reach us by themselves."""


@attrs.frozen(kw_only=True)
class Remark:
    """
    A remark on a lead.

    Attributes:
        customer_id: whose lead it is.
        lead_id: the lead.
        source: where the lead is from.
        at: of when the remark is.
        note: what it says.
    """

    customer_id: int
    lead_id: int
    source: str
    at: datetime
    note: str


def remark_of(draft: Draft) -> str | None:
    """Return what a row remarks."""
    noun, name = REMARK
    found: str | None = draft.of(noun).get(name)
    return found


def told_of(work: UnitOfWork, leads: Collection[int]) -> Mapping[int, frozenset[str]]:
    """Return what the timelines of leads say; what the actor may not see there is compared with nothing."""
    found = records_by(work.connection, Interaction, work.vocabulary, "lead_id", leads) if leads else []
    seen = work.within_reach(Action.READ, "interaction", {one.id for one in found})
    told: dict[int, set[str]] = {}
    for one in found:
        if one.id in seen and one.note and one.lead_id is not None:
            told.setdefault(one.lead_id, set()).add(one.note)
    return {lead: frozenset(notes) for lead, notes in told.items()}


def is_told(note: str, told: Collection[str]) -> bool:
    """Say whether a remark is told: as it is, or with what else a row said behind it, as the intake writes it down."""
    return any(one == note or one.startswith(f"{note}\n") for one in told)


def put_remarks(work: UnitOfWork, remarks: Iterable[Remark]) -> None:
    """
    Put remarks onto the timelines of their leads.

    Raises:
        DeniedError: the actor may not.
    """
    rows = [
        {
            "customer_id": one.customer_id,
            "lead_id": one.lead_id,
            "at": one.at,
            "channel": str(work.vocabulary.attributes("source", one.source).get("contact") or _ANY_CONTACT),
            "direction": "in",
            # Somebody wrote it down; whether anything was said to anybody, a list of leads does not tell.
            "effective": False,
            "note": one.note,
        }
        for one in remarks
    ]
    add_values(work, Interaction, rows)
