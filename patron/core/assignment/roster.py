"""
The rotations of one transaction: held while somebody assigns, with everything that stands in a member's way at this moment.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import attrs

from patron.core.access import Action, Scope
from patron.core.assignment.policy import AssignmentPolicy, Rotation
from patron.core.assignment.rotation import Kind, Queue, Standing, State, Turn, next_turn, set_state, with_members
from patron.core.assignment.snapshots import read_queue, write_queue
from patron.core.nouns import User
from patron.core.records.assignment import Candidate
from patron.core.store import Reader, UnitOfWork
from patron.core.store.assignments import (
    KeptQueue,
    hold_queues,
    keep_queue,
    live_leads,
    read_queues,
    taken_since,
    users_of_team,
    users_with_logins,
)

SERVING = "serving"
"""The reason of absence of a member who serves somebody."""


@attrs.define(eq=False)
class _Standing:
    """A rotation as it stands."""

    rotation: Rotation
    kept: KeptQueue | None
    queue: Queue
    weights: Mapping[int, int]
    taken: Counter[int]
    hindered: dict[int, str]


class Roster:
    """
    All rotations of a policy, as one transaction sees and changes them.

    Args:
        reader: the transaction; a unit of work holds the rotations until it ends, a reader or a rehearsal only looks at them.
        policy: the rotations.
        now: the time.
        zone: of days, weeks and months.
    """

    def __init__(self, reader: Reader, policy: AssignmentPolicy, now: datetime, zone: str) -> None:
        self._reader = reader
        self._now = now.astimezone(ZoneInfo(zone))
        self._work = reader if isinstance(reader, UnitOfWork) and not reader.rehearsal else None
        self._open = policy.working is None or policy.working.is_open(now)
        names = sorted(policy.rotations)
        kept = (read_queues if self._work is None else hold_queues)(reader.connection, names) if names else {}
        members = {name: self._members(rotation) for name, rotation in policy.rotations.items()}
        self.users: dict[int, User] = {user.id: user for some in members.values() for user in some}
        self.open_leads = Counter(live_leads(reader.connection, self.users))
        self._standings = {
            name: self._standing(rotation, members[name], kept.get(name)) for name, rotation in policy.rotations.items()
        }

    def _members(self, rotation: Rotation) -> list[User]:
        """Return the members who work here: those named in their order, then those of the team."""
        connection, vocabulary, settings = self._reader.connection, self._reader.vocabulary, rotation.settings
        named = users_with_logins(connection, vocabulary, settings.members)
        found = [named[login] for login in settings.members if login in named]
        found += users_of_team(connection, vocabulary, settings.team) if settings.team else []
        return list({user.id: user for user in found if user.active}.values())

    def _standing(self, rotation: Rotation, members: list[User], kept: KeptQueue | None) -> _Standing:
        settings = rotation.settings
        taken: Counter[int] = Counter()
        if settings.quota is not None:
            ids = [user.id for user in members]
            taken.update(taken_since(self._reader.connection, rotation.name, ids, self._period(settings.period)))
        queue = with_members(read_queue(kept.queue) if kept else (), [user.id for user in members])
        standing = _Standing(rotation, kept, queue, _weights(rotation, members), taken, {})
        for user in members:
            self._look_at(standing, user)
        return standing

    def _period(self, period: str) -> datetime:
        """Return when the present day, week or month began."""
        day = self._now.date()
        begins = {"day": day, "week": day - timedelta(days=day.weekday()), "month": day.replace(day=1)}[period]
        return datetime.combine(begins, time(), self._now.tzinfo)

    def _look_at(self, standing: _Standing, user: User) -> None:
        quota = standing.rotation.settings.quota
        hindrance = self.hindrance(user) or ("quota" if quota is not None and standing.taken[user.id] >= quota else None)
        if hindrance is None:
            standing.hindered.pop(user.id, None)
        else:
            standing.hindered[user.id] = hindrance

    def hindrance(self, user: User) -> str | None:
        """Return why a user can't take a lead, whatever the rotation; None where nothing is in the way."""
        if not user.active:
            return "left"
        if not user.on_duty:
            return "off_duty"
        if user.quota is not None and self.open_leads[user.id] >= user.quota:
            return "full"
        return None if reaches(self._reader, user) else "out_of_reach"

    def know(self, users: Iterable[User]) -> None:
        """Take notice of users who are in no rotation, so that their leads are counted."""
        new = {user.id: user for user in users if user.id not in self.users}
        self.users |= new
        self.open_leads.update(live_leads(self._reader.connection, new))

    def standing(self, name: str) -> Standing:
        """Return all that the next turn of a rotation depends on."""
        one = self._standings[name]
        return Standing(
            kind=one.rotation.kind,
            queue=one.queue,
            weights=one.weights,
            hindered=dict(one.hindered),
            most_owed=one.rotation.settings.most_owed,
            counts=self._open or one.rotation.settings.outside_hours == "counts",
        )

    def take_turn(self, name: str, standing: Standing) -> Turn:
        """Let a rotation go on by a turn; who takes it has a lead more."""
        one, turn = self._standings[name], next_turn(standing)
        if turn.user is not None:
            one.queue, one.taken[turn.user] = turn.queue, one.taken[turn.user] + 1
            if one.rotation.settings.serves:
                one.queue = self._serving(one, turn.user)
            self.give(turn.user)
        return turn

    def serve(self, name: str, user_id: int) -> bool:
        """Let a member serve a customer of their own, where the rotation is a reception, and return whether it is so."""
        one = self._standings[name]
        ready = any(place.user == user_id and place.state is State.READY for place in one.queue)
        if ready and one.rotation.settings.serves:
            one.queue = self._serving(one, user_id)
            return True
        return False

    def _serving(self, one: _Standing, user_id: int) -> Queue:
        given_back = one.rotation.gives_back(SERVING, self._reader.vocabulary)
        return set_state(one.queue, user_id, State.SERVING, given_back=given_back)

    def give(self, user_id: int) -> None:
        """Note that a user has a lead more."""
        self.open_leads[user_id] += 1
        for one in self._standings.values():
            if any(place.user == user_id for place in one.queue):
                self._look_at(one, self.users[user_id])

    def queue(self, name: str) -> Queue:
        """Return the places of a rotation."""
        return self._standings[name].queue

    def change(self, name: str, queue: Queue) -> None:
        """Let a rotation have other places."""
        self._standings[name].queue = queue

    def candidates(self, name: str) -> tuple[Candidate, ...]:
        """Return the members of a rotation as an assigner sees them; none where there is no such rotation."""
        if name not in self._standings:
            return ()
        standing = self.standing(name)
        places = [(self.users[place.user], standing.hindrance(place)) for place in standing.queue]
        return tuple(
            Candidate(
                user_id=user.id,
                login=user.login,
                seniority=user.seniority,
                open_leads=self.open_leads[user.id],
                quota=user.quota,
                hindrance=hindrance,
            )
            for user, hindrance in places
        )

    def keep(self) -> None:
        """
        Store what became of the rotations.

        Raises:
            ConflictError: somebody changed one without holding it.
        """
        for name, one in self._standings.items():
            written = write_queue(one.queue)
            if self._work is not None and one.kept is not None and written != one.kept.queue:
                keep_queue(self._work.connection, name, one.kept, written)
                one.kept = KeptQueue(one.kept.version + 1, written)


def reaches(reader: Reader, user: User) -> bool:
    """Return whether the actor may make a lead of a user: who may only enter those of the own team can't give one to others."""
    actor, scope = reader.actor, reader.policy.scope(reader.actor, Action.CREATE, "lead")
    return scope is Scope.ALL or user.id == actor.user_id or (scope is Scope.TEAM and user.team_id in actor.team_ids)


def _weights(rotation: Rotation, members: list[User]) -> Mapping[int, int]:
    """Return the weights as they are configured; where none are, by what each may have, if everybody has a quota."""
    if rotation.kind is not Kind.WEIGHTED:
        return {}
    said = rotation.settings.weights
    if said:
        return {user.id: said.get(user.login, 1) for user in members}
    quotas = {user.id: user.quota for user in members if user.quota}
    return quotas if len(quotas) == len(members) else {}
