"""
What people do in rotations: come and go, serve, lose and get back turns; and how the rotations stand.

Each of these is a line in the log with the places as they were before. Whoever has the right to change rotations of the own team
may do it for its users, everybody else with that right for themselves or for all.
"""

import json
import unicodedata
from datetime import datetime
from enum import StrEnum

import attrs

from patron.core.access import Action, DeniedError, Scope
from patron.core.assignment.policy import AssignmentPolicy, Rotation, read_policy
from patron.core.assignment.roster import SERVING, Roster
from patron.core.assignment.rotation import Queue, State, add_credit, next_turn, set_state
from patron.core.assignment.snapshots import write_queue
from patron.core.errors import UsageError
from patron.core.names import ALIKE, listed, nearest, shorten
from patron.core.nouns import User
from patron.core.session import Session
from patron.core.store import Reader, UnitOfWork
from patron.core.store.assignments import append_log, called, log_of_rotation

RESOURCE = "rotation"
"""What the rights to rotations are called."""

MOST_TURNS = 100
_LATEST = 10


class Act(StrEnum):
    """What somebody does in a rotation, or what happens to them."""

    ON = "on"
    OFF = "off"
    LEAVE = "leave"
    BACK = "back"
    START = "start"
    FINISH = "finish"
    PENALISE = "penalise"
    COMPENSATE = "compensate"


@attrs.frozen(kw_only=True)
class ActInRotation:
    """
    Do something in a rotation.

    Attributes:
        act: what.
        user: who does it, or to whom it happens: a login, a number (`#12`), or a name that one member alone has.
        rotation: in which; None for every one that the user is a member of.
        reason: of an absence, a code of `absence`; of a penalty, in words.
        turns: how many are lost or given back.
    """

    act: Act
    user: str
    rotation: str | None = None
    reason: str | None = None
    turns: int = 1


@attrs.frozen(kw_only=True)
class Acted:
    """
    What was done.

    Attributes:
        login: of the user who was meant.
        rotations: in which.
    """

    login: str
    rotations: tuple[str, ...]


@attrs.frozen(kw_only=True)
class MemberView:
    """
    A member of a rotation.

    Attributes:
        login: the user.
        name: the user's name.
        state: what the member does, a code.
        hindrance: why the member can't take a lead now, a code; None where nothing is in the way.
        next: it is this member's turn.
        credit: turns owed to the member; below zero, turns to lose.
        weight: of a weighted rotation.
        open_leads: how many leads the member pursues.
        quota: how many the member may.
    """

    login: str
    name: str
    state: str
    hindrance: str | None
    next: bool
    credit: int
    weight: int
    open_leads: int
    quota: int | None


@attrs.frozen(kw_only=True)
class Happening:
    """
    A line of the log of a rotation.

    Attributes:
        at: when.
        event: what, a code.
        login: who.
        lead_id: the lead that was given; None where there was none, or none that the actor may see.
        reason: why.
    """

    at: datetime
    event: str
    login: str | None
    lead_id: int | None = None
    reason: str | None = None


@attrs.frozen(kw_only=True)
class RotationView:
    """
    How a rotation stands.

    Attributes:
        name: what it is called.
        kind: `queue` or `weighted`.
        members: in the order of their turns.
        latest: what happened last, the latest first.
    """

    name: str
    kind: str
    members: tuple[MemberView, ...]
    latest: tuple[Happening, ...] = ()


def show_rotations(session: Session, name: str | None = None) -> tuple[RotationView, ...]:
    """
    Return how rotations stand: all, or one with what happened in it last.

    Raises:
        UsageError: there is none of that name.
        DeniedError: the actor may not see rotations.
        ConfigurationError: the policy was refused.
    """
    with session.read() as reader:
        reader.policy.require(reader.actor, Action.READ, RESOURCE)
        policy = read_policy(session.settings, reader.vocabulary)
        chosen = list(policy.rotations) if name is None else [_rotation(policy, name).name]
        roster = Roster(reader, policy, session.clock.now(), session.settings.timezone)
        return tuple(_view(reader, roster, policy.rotations[one], detailed=name is not None) for one in chosen)


def act_in_rotation(session: Session, command: ActInRotation) -> Acted:
    """
    Do something in rotations, and return who was meant, and in which.

    Raises:
        UsageError: there is no such rotation, the user is no member, or it takes a reason or a number that is not given so.
        DeniedError: the actor may not do this for that user.
        ConflictError: somebody changed the rotation without holding it.
    """
    with session.write(cause=RESOURCE) as work:
        policy = read_policy(session.settings, work.vocabulary)
        asked = None if command.rotation is None else _rotation(policy, command.rotation).name
        _require_sense(work, command)
        roster = Roster(work, policy, work.now, session.settings.timezone)
        user = member_called(roster, command.user)
        require_acting(work, user)
        names = [one for one in policy.rotations if any(place.user == user.id for place in roster.queue(one))]
        if asked is not None and asked not in names:
            raise UsageError("assignment.no_member", login=user.login, rotation=asked)
        chosen = names if asked is None else [asked]
        rows = []
        for name in chosen:
            before = roster.queue(name)
            roster.change(name, _acted(work, policy.rotations[name], before, user.id, command))
            rows.append(_row(work, name, user, command, before))
        roster.keep()
        append_log(work.connection, rows)
        work.commit()
    return Acted(login=user.login, rotations=tuple(chosen))


def require_acting(reader: Reader, user: User) -> None:
    """
    See that the actor may do something in rotations in the name of a user.

    Raises:
        DeniedError: the actor may not.
    """
    actor, scope = reader.actor, reader.policy.require(reader.actor, Action.UPDATE, RESOURCE)
    mine = user.id == actor.user_id or (scope is Scope.TEAM and user.team_id in actor.team_ids)
    if scope is not Scope.ALL and not mine:
        raise DeniedError("assignment.others", actor=actor.login, login=user.login)


def _acted(work: UnitOfWork, rotation: Rotation, queue: Queue, user: int, command: ActInRotation) -> Queue:
    """Return the places of a rotation behind an act."""
    match command.act:
        case Act.ON | Act.BACK | Act.FINISH:
            return set_state(queue, user, State.READY)
        case Act.OFF:
            return set_state(queue, user, State.OFF)
        case Act.LEAVE:
            return set_state(queue, user, State.AWAY, given_back=rotation.gives_back(command.reason or "", work.vocabulary))
        case Act.START:
            return set_state(queue, user, State.SERVING, given_back=rotation.gives_back(SERVING, work.vocabulary))
        case Act.PENALISE:
            return add_credit(queue, user, -command.turns)
        case Act.COMPENSATE:
            return add_credit(queue, user, command.turns)


def _require_sense(work: UnitOfWork, command: ActInRotation) -> None:
    known = work.vocabulary.codes.get("absence", {})
    if command.act is Act.LEAVE and command.reason not in known:
        reasons = [work.vocabulary.code_called("absence", code) for code in known]
        raise UsageError("assignment.no_reason", got=shorten(command.reason or "–"), known=listed(reasons, 30))
    if not 1 <= command.turns <= MOST_TURNS:
        raise UsageError("assignment.bad_turns", got=command.turns, most=MOST_TURNS)


def _rotation(policy: AssignmentPolicy, name: str) -> Rotation:
    found = policy.rotations.get(name)
    if found is None:
        near = nearest(name, policy.rotations, cutoff=ALIKE)
        key = (
            "assignment.no_rotation_near" if near else "assignment.no_rotation" if policy.rotations else "assignment.no_rotations"
        )
        raise UsageError(key, got=shorten(name), nearest=near, known=listed(policy.rotations or "–"))
    return found


def member_called(roster: Roster, written: str) -> User:
    """
    Return the member who is called so: by login first, for nobody else can have that, then by number, then by name.

    Raises:
        UsageError: there is none, or several are.
    """
    wanted, users = _fold(written), list(roster.users.values())
    for names in ([user.login for user in users], [f"#{user.id}" for user in users], [user.name for user in users]):
        found = [user for user, name in zip(users, names, strict=True) if _fold(name) == wanted]
        if len(found) > 1:
            raise UsageError("assignment.several_members", got=shorten(written), known=listed(sorted(one.login for one in found)))
        if found:
            return found[0]
    known = listed(sorted(f"{user.login} ({user.name})" for user in users) or "–", 30)
    raise UsageError("assignment.no_member_at_all", login=shorten(written), known=known)


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _view(reader: Reader, roster: Roster, rotation: Rotation, *, detailed: bool) -> RotationView:
    standing = roster.standing(rotation.name)
    taker = next_turn(standing).user
    members = []
    for place in standing.queue:
        user = roster.users[place.user]
        member = MemberView(
            login=user.login,
            name=user.name,
            state=place.state.value,
            hindrance=standing.hindrance(place),
            next=place.user == taker,
            credit=place.credit,
            weight=standing.weights.get(place.user, 1),
            open_leads=roster.open_leads[place.user],
            quota=user.quota,
        )
        members.append(member)
    latest = _happenings(reader, rotation.name) if detailed else ()
    return RotationView(name=rotation.name, kind=rotation.kind.value, members=tuple(members), latest=latest)


def _happenings(reader: Reader, name: str) -> tuple[Happening, ...]:
    rows = log_of_rotation(reader.connection, name, _LATEST)
    logins = called(reader.connection, "user", {row.user_id for row in rows if row.user_id is not None})
    seen = reader.within_reach(Action.READ, "lead", {row.lead_id for row in rows if row.lead_id is not None})
    return tuple(
        Happening(
            at=row.at,
            event=row.event,
            login=logins.get(row.user_id),
            lead_id=row.lead_id if row.lead_id in seen else None,
            reason=row.reason,
        )
        for row in rows
    )


def _row(work: UnitOfWork, name: str, user: User, command: ActInRotation, before: Queue) -> dict[str, object]:
    counted = command.act in (Act.PENALISE, Act.COMPENSATE)
    return {
        "at": work.now,
        "event": command.act.value,
        "rotation": name,
        "user_id": user.id,
        "reason": command.reason,
        "told": json.dumps({"queue": json.loads(write_queue(before))} | ({"turns": command.turns} if counted else {})),
        "actor_id": work.actor.user_id,
        "actor_kind": work.actor.kind.value,
        "actor_name": work.actor.name,
    }
