"""
The desk at which new leads are given out, whichever door they came in by.

A customer who comes back goes to who looks after the customer, and no rotation moves (requirements §6.17). For all others the
first assigner that answers says where the lead goes. Who was here before and is served by turn, because nobody knows with whom or
that user is not there, is announced: whoever it was may claim the lead. What nobody can take stays with the department of its
source, and waits there. A chunk of leads is one look at the rotations and one change of them; every decision is in the log with
all that it came from.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import attrs

from patron.core.access import Action, Actor, Scope
from patron.core.assignment.claims import Announced, claim_period
from patron.core.assignment.policy import AssignmentPolicy, read_policy
from patron.core.assignment.roster import Roster, reaches
from patron.core.assignment.snapshots import write_standing
from patron.core.errors import PluginError
from patron.core.host import Owned
from patron.core.nouns import LIVE, OWNERS, Lead, Team, User
from patron.core.records.assignment import LeadAssigner, NewLead, Routing, Target
from patron.core.session import Session
from patron.core.store import UnitOfWork
from patron.core.store.assignments import (
    ANNOUNCED,
    TURN,
    append_log,
    called,
    pursuers,
    teams_with_codes,
    users_with_ids,
    users_with_logins,
)

CAUSE = "assign"
"""What the owner history says of an owner whom the desk chose."""

RETURNING, NAMED, TEAM, WAITING, BY_HAND, CLAIMED = "returning", "named", "team", "waiting", "by_hand", "claimed"
"""How a lead got its owner, beside by turn: the customer's own, a user or a team of a rule, nobody, somebody chose or claimed."""


@attrs.frozen(kw_only=True, eq=False)
class Newborn:
    """
    A lead that is about to be stored.

    Attributes:
        owner: whose it is where nobody takes it; where that is a user, it is that user's.
        lead: field → value, clean; the source at least.
        customer: the same of its customer; with `id` where the customer is stored.
        person: tells customers apart who are not stored yet.
    """

    owner: Mapping[str, int | None]
    lead: Mapping[str, Any]
    customer: Mapping[str, Any] = MappingProxyType({})
    person: object = None


@attrs.frozen(kw_only=True)
class Given:
    """
    Whose a lead is, and why.

    Attributes:
        owner: user or team.
        event: how it came to that; None where the desk had nothing to decide.
        rule: what decided.
        rotation: in which rotation it was whose turn.
        told: what it came from, for the log.
    """

    owner: Mapping[str, int | None]
    event: str | None = None
    rule: str | None = None
    rotation: str | None = None
    told: Mapping[str, Any] = MappingProxyType({})

    @property
    def reason(self) -> str:
        """What the owner history says: the rule and where it led."""
        if self.event == RETURNING:
            return RETURNING
        return " → ".join(filter(None, (self.rule, self.rotation))) or str(self.event)


class Desk:
    """
    Gives out the leads of one unit of work.

    Args:
        session: the configuration and the plugins.
        work: the unit of work.
    """

    def __init__(self, session: Session, work: UnitOfWork) -> None:
        self._session = session
        self._work = work
        self._found: AssignmentPolicy | None = None
        self._asked_for: Sequence[Owned[LeadAssigner]] | None = None
        self._roster: Roster | None = None
        self._known: dict[object, int] = {}
        self._absent: dict[int, int] = {}
        self._users: dict[str, User | None] = {}
        self._teams: dict[str, Team | None] = {}
        self._blamed: set[str] = set()

    def give(self, newborns: Sequence[Newborn]) -> list[Given]:
        """
        Return whose each lead shall be, in their order; call `note_given()` when they are stored.

        Raises:
            ConfigurationError: something in the policy was refused.
        """
        given: list[Given] = []
        free = [one for one in newborns if _is_free(one)]
        looked_after = self._owners(free)
        campaigns = called(self._work.connection, "campaign", {number for one in free if (number := one.lead.get("campaign_id"))})
        for newborn in newborns:
            if not _is_free(newborn):
                given.append(Given(owner=newborn.owner))
                continue
            key = newborn.customer.get("id") or newborn.person
            user = self._known.get(key) if key is not None else None
            user = user or looked_after.get(newborn.customer.get("id", 0))
            one = self._decided(newborn, campaigns) if user is None else self._returning(newborn, user, campaigns)
            if key is not None and (user := one.owner["owner_user_id"]) is not None:
                self._known[key] = user
            given.append(one)
        if self._roster is not None:
            self._roster.keep()
        return given

    def _policy(self) -> AssignmentPolicy:
        if self._found is None:
            self._found = read_policy(self._session.settings, self._work.vocabulary)
        return self._found

    def _assigners(self) -> Sequence[Owned[LeadAssigner]]:
        if self._asked_for is None:
            self._asked_for = self._session.host.lead_assigners()
        return self._asked_for

    def _held(self) -> Roster:
        if self._roster is None:
            self._roster = Roster(self._work, self._policy(), self._work.now, self._session.settings.timezone)
        return self._roster

    def _owners(self, newborns: Sequence[Newborn]) -> Mapping[int, int]:
        """Return customer → who looks after the customer, of those who come back and whose user is there."""
        back = {one.customer["id"]: one.customer.get("owner_user_id") for one in newborns if one.customer.get("id")}
        found = dict(pursuers(self._work.connection, [number for number, user in back.items() if user is None]))
        found |= {number: user for number, user in back.items() if user is not None}
        users = users_with_ids(self._work.connection, self._work.vocabulary, set(found.values()))
        always = self._session.settings.assignment.returning == "always"
        here = {user.id for user in users.values() if user.active and reaches(self._work, user)}
        fit = {number for number in here if always or users[number].on_duty}
        self._absent |= {number: user for number, user in found.items() if user in here - fit}
        return {number: user for number, user in found.items() if user in fit}

    def _decided(self, newborn: Newborn, campaigns: Mapping[int, str]) -> Given:
        if self._leaves_it():
            return Given(owner=newborn.owner)
        routing, told = self._routing(newborn, campaigns)
        if routing is None:
            return Given(owner=newborn.owner, event=WAITING, told=told)
        return self._routed(newborn, routing, told)

    def _leaves_it(self) -> bool:
        """Return whether nothing decides about leads."""
        assigners, rules = self._assigners(), self._policy().rules
        return not assigners or (not rules and all(one.item.code == DEFAULT for one in assigners))

    def _routing(self, newborn: Newborn, campaigns: Mapping[int, str]) -> tuple[Routing | None, dict[str, Any]]:
        """Return where a lead shall go, as the first assigner says that answers, and what is to be told of that."""
        source = self._work.vocabulary.attributes("source", newborn.lead["source"])
        case = NewLead(
            lead=MappingProxyType(dict(newborn.lead)),
            customer=MappingProxyType(dict(newborn.customer)),
            source_family=str(source["family"]) if "family" in source else None,
            campaign=campaigns.get(newborn.lead.get("campaign_id") or 0),
            rules=self._policy().rules,
            candidates=lambda name: self._held().candidates(name),
        )
        told: dict[str, Any] = {}
        for owned in self._assigners():
            try:
                routing = self._asked(owned.plugin, owned.item, case)
            except PluginError as error:
                told["problem"] = error.message()
                self._tell(owned.plugin, error)
                break
            if routing is not None:
                return routing, told | {"by": owned.item.code}
        return None, told

    def _returning(self, newborn: Newborn, user: int, campaigns: Mapping[int, str]) -> Given:
        """
        Give a lead to the user of a customer who comes back; no turn is taken.

        At a reception the user serves the customer then, and gets nobody new meanwhile.
        """
        given = Given(owner={"owner_user_id": user, "owner_team_id": None}, event=RETURNING)
        if not any(one.settings.serves for one in self._policy().rotations.values()) or self._leaves_it():
            return given
        routing, told = self._routing(newborn, campaigns)
        first = "" if routing is None else next((one.rotation for one in routing.targets if one.rotation), "")
        if routing is None or first not in self._policy().rotations:
            return given
        standing = self._held().standing(first)
        if not self._held().serve(first, user):
            return given
        tried: dict[str, Any] = {"target": first, "standing": write_standing(standing), "passed": [], "user": user}
        return attrs.evolve(given, rule=routing.rule, rotation=first, told={**told, "tried": [tried]})

    def _asked(self, plugin: str, assigner: LeadAssigner, case: NewLead) -> Routing | None:
        with self._session.host.blame(plugin, f"lead_assigners ({assigner.code})"):
            routing = assigner.decide(case)
            if routing is not None and not isinstance(routing, Routing):
                raise TypeError(f"a Routing or None is expected, not {type(routing).__name__}")
        return routing

    def _tell(self, plugin: str, error: PluginError) -> None:
        """Say once what is wrong with a plugin; the lead waits meanwhile."""
        if plugin not in self._blamed:
            self._blamed.add(plugin)
            self._session.reporter.notice(error.message(self._session.t.lang))

    def _routed(self, newborn: Newborn, routing: Routing, told: Mapping[str, Any]) -> Given:
        tried: list[Mapping[str, Any]] = []
        for target in routing.targets:
            user, team, about = self._tried(target)
            tried.append({"target": target.name, **about})
            if user is not None or team is not None:
                event = TURN if target.rotation else NAMED if user is not None else TEAM
                announced = self._announced(newborn) if event == TURN else {}
                return Given(
                    owner={"owner_user_id": user, "owner_team_id": team},
                    event=ANNOUNCED if announced else event,
                    rule=routing.rule,
                    rotation=target.rotation,
                    told={**told, **announced, "tried": tried},
                )
        return Given(owner=newborn.owner, event=WAITING, rule=routing.rule, told={**told, "tried": tried})

    def _announced(self, newborn: Newborn) -> Mapping[str, Any]:
        """Return until when a lead that somebody got by turn may be claimed, and by whom where that is known; empty for none."""
        earlier = self._absent.get(newborn.customer.get("id", 0))
        until = claim_period(self._session.settings, self._policy(), self._work.now)
        if until is None or (earlier is None and newborn.lead.get("first_visit") is not False):
            return {}
        return {"claim_until": until.isoformat(), "earlier": earlier}

    def _tried(self, target: Target) -> tuple[int | None, int | None, Mapping[str, Any]]:
        """Return the user or the team that takes a lead by a target, and what that came from."""
        if target.rotation is not None:
            return self._by_turn(target.rotation)
        return self._by_name(target.user) if target.user is not None else self._by_team(target.team or "")

    def _by_turn(self, name: str) -> tuple[int | None, None, Mapping[str, Any]]:
        if name not in self._policy().rotations:
            return None, None, _UNKNOWN
        standing = self._held().standing(name)
        turn = self._held().take_turn(name, standing)
        about = {"standing": write_standing(standing), "passed": [list(one) for one in turn.passed], "user": turn.user}
        return turn.user, None, about

    def _by_name(self, login: str) -> tuple[int | None, None, Mapping[str, Any]]:
        if login not in self._users:
            self._users[login] = users_with_logins(self._work.connection, self._work.vocabulary, [login]).get(login)
        user = self._users[login]
        if user is None:
            return None, None, _UNKNOWN
        roster = self._held()
        roster.know([user])
        hindrance = roster.hindrance(user)
        if hindrance is not None:
            return None, None, {"why": hindrance}
        roster.give(user.id)
        return user.id, None, {}

    def _by_team(self, code: str) -> tuple[None, int | None, Mapping[str, Any]]:
        work = self._work
        if code not in self._teams:
            self._teams[code] = teams_with_codes(work.connection, work.vocabulary, [code]).get(code)
        team = self._teams[code]
        if team is None:
            return None, None, _UNKNOWN
        within = work.policy.scope(work.actor, Action.CREATE, "lead") is Scope.ALL or team.id in work.actor.team_ids
        return None, team.id if within else None, {} if within else {"why": "out_of_reach"}


_UNKNOWN: Mapping[str, Any] = MappingProxyType({"why": "unknown"})

DEFAULT = "rules"
"""The code of the assigner that comes with Patron: it goes by the rules of the configuration."""


def _is_free(newborn: Newborn) -> bool:
    """Return whether a lead is still to be given to somebody: nobody has it, and it is pursued."""
    return newborn.owner.get("owner_user_id") is None and newborn.lead.get("status", LIVE[0]) in LIVE


def _row(work: UnitOfWork, lead_id: int, given: Given) -> dict[str, Any]:
    return {
        "at": work.now,
        "event": given.event,
        "lead_id": lead_id,
        "rule": given.rule,
        "rotation": given.rotation,
        "user_id": given.owner["owner_user_id"],
        "team_id": given.owner["owner_team_id"],
        "reason": None,
        "told": json.dumps(dict(given.told), ensure_ascii=False, separators=(",", ":")),
        "actor_id": work.actor.user_id,
        "actor_kind": work.actor.kind.value,
        "actor_name": work.actor.name,
    }


def note_given(work: UnitOfWork, leads: Iterable[tuple[int, Given]]) -> None:
    """Put into log and history how leads came to their owners, which are stored now."""
    decided = [(number, given) for number, given in leads if given.event is not None]
    if not decided or work.rehearsal:
        return
    work.explain("lead", {number: given.reason for number, given in decided}, fields=OWNERS, cause=CAUSE)
    append_log(work.connection, [_row(work, number, given) for number, given in decided])


def note_claimed(work: UnitOfWork, by: Actor, lead: Lead, one: Announced, reason: str, about: Mapping[str, Any]) -> None:
    """
    Put into the log that a lead was claimed.

    Args:
        work: the unit of work, which is Patron's own.
        by: who said so.
        lead: the lead, with who claimed it.
        one: what was announced.
        reason: why it is theirs.
        about: how the rotation stood.
    """
    owner = {name: getattr(lead, name) for name in OWNERS}
    row = _row(work, lead.id, Given(owner=owner, event=CLAIMED, rotation=one.rotation, told={"from": one.user_id, **about}))
    said = {"actor_id": by.user_id, "actor_kind": by.kind.value, "actor_name": by.name, "reason": reason}
    append_log(work.connection, [row | said])


def note_by_hand(work: UnitOfWork, lead: Lead, reason: str | None) -> None:
    """Put into the log that somebody gave a stored lead another owner."""
    owner = {name: getattr(lead, name) for name in OWNERS}
    append_log(work.connection, [{**_row(work, lead.id, Given(owner=owner, event=BY_HAND)), "reason": reason}])
