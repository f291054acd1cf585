"""
Claims: whoever looked after a customer before may have the lead that somebody else got by turn, for some days.

It comes to that when a customer was here before and nobody knows with whom, or that user was not there. The lead is announced;
who served the customer keeps it when nobody claims it in time.
"""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from patron.core.assignment.hours import days_after
from patron.core.assignment.policy import AssignmentPolicy, Rotation
from patron.core.config import Settings
from patron.core.store import Reader
from patron.core.store.assignments import announced, users_of_team, users_with_logins


@attrs.frozen(kw_only=True)
class Announced:
    """
    A lead that may be claimed.

    Attributes:
        lead_id: the lead.
        customer: what the customer is called.
        at: when it was announced.
        until: until when it may be claimed.
        rotation: in which it was given out.
        user_id: who served the customer.
        earlier: who looks after the customer; None where nobody knows.
        counted: a turn was used up by it.
    """

    lead_id: int
    customer: str
    at: datetime
    until: datetime
    rotation: str
    user_id: int
    earlier: int | None
    counted: bool


def claim_period(settings: Settings, policy: AssignmentPolicy, now: datetime) -> datetime | None:
    """Return until when a lead may be claimed that is announced now; None where none ever may."""
    days = settings.assignment.claim_days
    if not days:
        return None
    if settings.assignment.claim_by == "work" and policy.working is not None:
        return policy.working.after(now, days)
    return days_after(now, days, ZoneInfo(settings.timezone))


def open_claims(reader: Reader, now: datetime, lead_id: int | None = None) -> Sequence[Announced]:
    """Return the leads that may be claimed now, the latest first, whoever asks: what is announced is no secret."""
    found = (_read(row) for row in announced(reader.connection, lead_id))
    return [one for one in found if one.until > now]


def may_be_claimed_by(one: Announced, users: Collection[int]) -> Collection[int]:
    """Return who of the members of a rotation may claim a lead: who looks after the customer, else all but who served them."""
    return {one.earlier} if one.earlier is not None else set(users) - {one.user_id}


def members_of(reader: Reader, rotation: Rotation) -> Collection[int]:
    """Return the users who are members of a rotation."""
    connection, vocabulary, settings = reader.connection, reader.vocabulary, rotation.settings
    found = [*users_with_logins(connection, vocabulary, settings.members).values()]
    found += users_of_team(connection, vocabulary, settings.team) if settings.team else []
    return {user.id for user in found if user.active}


def _read(row: Any) -> Announced:
    told = json.loads(row.told)
    return Announced(
        lead_id=row.lead_id,
        customer=row.customer,
        at=row.at,
        until=datetime.fromisoformat(told["claim_until"]),
        rotation=row.rotation,
        user_id=row.user_id,
        earlier=told["earlier"],
        counted=told["tried"][-1]["standing"].get("counts", True),
    )
