"""
Claiming back: what was announced to the floor, and giving it to whoever looked after the customer before.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import attrs

from patron.core.access import Action, system_actor
from patron.core.assignment import AssignmentPolicy, read_policy
from patron.core.assignment.claims import Announced, may_be_claimed_by, members_of, open_claims
from patron.core.assignment.desk import note_claimed
from patron.core.assignment.roster import Roster
from patron.core.assignment.rotation import add_credit
from patron.core.assignment.snapshots import write_standing
from patron.core.assignment.turns import RESOURCE, member_called, require_acting
from patron.core.crm.leads import hand_over_tasks
from patron.core.errors import UsageError
from patron.core.nouns import Lead, User
from patron.core.session import Session
from patron.core.store import NotFoundError, Reader, UnitOfWork
from patron.core.store.assignments import called, users_with_ids

CAUSE = "claim"
"""What the owner history says of an owner who claimed a lead."""


@attrs.frozen(kw_only=True)
class ClaimLead:
    """
    Claim a lead that was announced.

    Attributes:
        id: the lead.
        reason: how it can be seen that the customer was here with who claims.
        user: who claims, as members of rotations are called; None for the actor.
    """

    id: int
    reason: str
    user: str | None = None


@attrs.frozen(kw_only=True)
class Claimable:
    """
    A lead that may be claimed, as members of its rotation are told of it.

    Attributes:
        lead_id: the lead.
        customer: what the customer is called.
        at: when they came.
        served_by: the login of who served them.
        earlier: the login of who looks after them; None where nobody knows.
        until: until when the lead may be claimed.
        mine: the actor may claim it.
    """

    lead_id: int
    customer: str
    at: datetime
    served_by: str
    earlier: str | None
    until: datetime
    mine: bool


def list_announced(session: Session) -> tuple[Claimable, ...]:
    """
    Return what may be claimed, the latest first.

    Raises:
        DeniedError: the actor may not see rotations.
        ConfigurationError: the policy was refused.
    """
    with session.read() as reader:
        reader.policy.require(reader.actor, Action.READ, RESOURCE)
        found = open_claims(reader, session.clock.now())
        return _told(reader, read_policy(session.settings, reader.vocabulary), found) if found else ()


def claimable_by_actor(session: Session, reader: Reader) -> Sequence[Announced]:
    """Return what the actor may claim, the latest first; nothing for who is no user."""
    me = reader.actor.user_id
    found = open_claims(reader, session.clock.now()) if me is not None and session.settings.assignment.rotations else ()
    if not found:
        return ()
    members = _members(reader, read_policy(session.settings, reader.vocabulary), found)
    return [one for one in found if me in may_be_claimed_by(one, members[one.rotation])]


def claim_lead(session: Session, command: ClaimLead) -> Lead:
    """
    Give a lead that was announced to who claims it, with what is still to be done; who served the customer has the turn back.

    Raises:
        UsageError: it can't be claimed, not any more, or not by this user; or the actor is no user and names none.
        DeniedError: the actor may not act for that user.
        ConflictError: somebody changed the lead or the rotation meanwhile.
    """
    with session.read() as reader:
        actor = reader.actor
        policy = read_policy(session.settings, reader.vocabulary)
        user = _claimant(session, reader, policy, command)
    # Whoever claims can't see the lead before it is theirs: Patron gives it to them, and says so.
    with session.acting(system_actor(CAUSE)).write(cause=CAUSE, reason=f"{user.login}: {command.reason}") as work:
        # Held before the lead, in the order of who gives out what waits.
        roster = Roster(work, policy, work.now, session.settings.timezone)
        lead = _locked(work, command.id)
        one = _open_claim(work, command.id)
        if user.id not in may_be_claimed_by(one, _members(work, policy, [one])[one.rotation]):
            raise UsageError("assignment.not_yours", id=command.id, login=user.login)
        owner: dict[str, int | None] = {"owner_user_id": user.id, "owner_team_id": None}
        claimed = work.update(lead, effective_at=None, **owner)
        hand_over_tasks(work, lead, owner)
        note_claimed(work, actor, claimed, one, command.reason, _turn_back(roster, policy, one))
        work.commit()
    return claimed


def _claimant(session: Session, reader: Reader, policy: AssignmentPolicy, command: ClaimLead) -> User:
    """Return who claims, if the actor may act for them."""
    if command.user is not None:
        user = member_called(Roster(reader, policy, session.clock.now(), session.settings.timezone), command.user)
    else:
        me = reader.actor.user_id
        if me is None:
            raise UsageError("assignment.nobody_claims")
        user = users_with_ids(reader.connection, reader.vocabulary, [me])[me]
    require_acting(reader, user)
    return user


def _open_claim(work: UnitOfWork, lead_id: int) -> Announced:
    found = open_claims(work, work.now, lead_id)
    if not found:
        raise UsageError("assignment.no_claim", id=lead_id)
    return found[0]


def _locked(work: UnitOfWork, lead_id: int) -> Lead:
    try:
        return work.lock(Lead, lead_id)
    except NotFoundError as error:
        raise UsageError("assignment.no_claim", id=lead_id) from error


def _turn_back(roster: Roster, policy: AssignmentPolicy, one: Announced) -> Mapping[str, object]:
    """Give who served the customer the turn back, where one was used up, and return how the rotation stood."""
    if one.rotation not in policy.rotations:
        return {}
    standing = roster.standing(one.rotation)
    turn_back = one.counted and any(place.user == one.user_id for place in standing.queue)
    if turn_back:
        roster.change(one.rotation, add_credit(standing.queue, one.user_id, 1))
        roster.keep()
    return {"standing": write_standing(standing), "turn_back": turn_back}


def _members(reader: Reader, policy: AssignmentPolicy, found: Sequence[Announced]) -> Mapping[str, set[int]]:
    """Return rotation → its members, of rotations that leads were given out in; nobody in one that is gone."""
    names = {one.rotation for one in found}
    return {name: set(members_of(reader, policy.rotations[name])) if name in policy.rotations else set() for name in names}


def _told(reader: Reader, policy: AssignmentPolicy, found: Sequence[Announced]) -> tuple[Claimable, ...]:
    members, me = _members(reader, policy, found), reader.actor.user_id
    users = {one.user_id for one in found} | {one.earlier for one in found if one.earlier is not None}
    logins = called(reader.connection, "user", users)
    return tuple(
        Claimable(
            lead_id=one.lead_id,
            customer=one.customer,
            at=one.at,
            served_by=logins.get(one.user_id, f"#{one.user_id}"),
            earlier=None if one.earlier is None else logins.get(one.earlier),
            until=one.until,
            mine=me in may_be_claimed_by(one, members[one.rotation]),
        )
        for one in found
    )
