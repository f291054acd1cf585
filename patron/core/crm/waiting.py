"""
Leads that wait for a user and must not be forgotten: the alert for who may give them out.

They are leads that are pursued and that no user has: those that nobody could take when they were to be given out, and those that
nobody has reached though that is due. What a department keeps for itself and has reached is no alarm.
"""

from datetime import datetime

import attrs

from patron.core.access import Action, Scope
from patron.core.assignment import WAITING
from patron.core.crm.further import besides
from patron.core.nouns import LIVE, Lead
from patron.core.nouns.criterion import Condition, Criterion, Joined, Operator, among, equal
from patron.core.session import Session
from patron.core.store import Reader
from patron.core.store.assignments import LAST_EVENT, last_event_beside
from patron.core.store.responses import RESPOND_BY

UNASSIGNED: tuple[Condition, ...] = (among("status", LIVE), equal("owner_user_id", None))
"""What holds for a lead that is pursued and that no user has."""


@attrs.frozen(kw_only=True)
class Alert:
    """
    That leads wait.

    Attributes:
        count: how many.
        lead: the one that should be reached first.
        by: by when.
    """

    count: int
    lead: Lead
    by: datetime


def alert_of(session: Session, reader: Reader, until: datetime) -> Alert | None:
    """
    Return what the actor, who may give out leads, must not forget; None where nothing waits, or for who may not.

    Args:
        session: the limits of the first answer.
        reader: the database.
        until: what is to be reached before this time is due.
    """
    if reader.policy.scope(reader.actor, Action.ASSIGN, "lead") is Scope.NONE:
        return None
    unreached = Criterion("first_contact_at", Operator.MISSING)
    due = Joined(True, (unreached, Criterion(RESPOND_BY, Operator.LESS, until)))
    criteria = (*UNASSIGNED, Joined(False, (equal(LAST_EVENT, WAITING), due)))
    beside = (*besides(session, reader, (RESPOND_BY,), "lead"), last_event_beside())
    first = reader.find_beside(Lead, beside, criteria, order=[RESPOND_BY], limit=1, action=Action.ASSIGN)
    if not first:
        return None
    ((lead, values),) = first
    count = reader.count(Lead, criteria, beside, action=Action.ASSIGN)
    by = values[RESPOND_BY]
    return Alert(count=count, lead=lead, by=by)  # type: ignore[arg-type]  # the column is an instant
