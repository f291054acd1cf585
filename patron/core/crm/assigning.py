"""
What is still to be assigned, and how what was assigned came to its owner: the list for the daily meeting, and its log.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

import attrs

from patron.core.access import Action
from patron.core.assignment import TEAM, WAITING, Desk, Newborn, note_given
from patron.core.crm.records import Page, Query, page_of
from patron.core.crm.waiting import UNASSIGNED
from patron.core.nouns import OWNERS, Customer, Lead
from patron.core.nouns.criterion import among
from patron.core.session import Session
from patron.core.store import Reader
from patron.core.store.assignments import called, latest_of_leads, log_of_lead, log_since
from patron.core.store.responses import RESPOND_BY

_MOST = 10_000
"""Leads that are given out at once."""

_FIRST = ("filed_at", "id")


@attrs.frozen(kw_only=True)
class Trial:
    """
    Where a rule would have sent a lead.

    Attributes:
        target: the user, rotation or team.
        why: why it could not take the lead, a code; None where it could, or where its members say so themselves.
        queue: the logins of a rotation's members, in the order of their turns at that time.
        passed: (login, why) of those whose turn it would have been, or who could not take it.
        taker: whose turn it was; None where nobody could.
        owed: the turn was owed to the taker, who came before whoever stood ahead.
        counts: a turn was used up by it.
    """

    target: str
    why: str | None = None
    queue: tuple[str, ...] = ()
    passed: tuple[tuple[str, str], ...] = ()
    taker: str | None = None
    owed: bool = False
    counts: bool = True


@attrs.frozen(kw_only=True)
class Assignment:
    """
    How a lead came to an owner.

    Attributes:
        at: when.
        lead_id: the lead.
        event: how, a code: `turn`, `announced`, `returning`, `named`, `team`, `waiting`, `by_hand`, `claimed`.
        rule: the rule that decided; None where none did.
        rotation: in which rotation it was whose turn.
        user: the login of the owner.
        team: the code of the department.
        reason: why somebody chose so.
        trials: where it would have gone, in the order in which that was tried.
        problem: what was wrong with a plugin.
        earlier: of a lead that was announced, the login of who looked after the customer; None where nobody knows.
        claim_until: until when it may be claimed, or might have been.
        told: what decided, as the log keeps it: the same comes out of it again.
    """

    at: datetime
    lead_id: int
    event: str
    rule: str | None = None
    rotation: str | None = None
    user: str | None = None
    team: str | None = None
    reason: str | None = None
    trials: tuple[Trial, ...] = ()
    problem: str | None = None
    earlier: str | None = None
    claim_until: datetime | None = None
    told: Mapping[str, Any] = MappingProxyType({})


def list_waiting(session: Session, query: Query) -> tuple[Page, Mapping[int, Assignment]]:
    """
    Return a page of the leads that are pursued and that no user has, with what kept them from one where the log knows.

    Raises:
        ExpressionError, FieldError, DeniedError: as `list_records()`.
    """
    with session.read() as reader:
        order = query.order or (RESPOND_BY, "id")
        page = page_of(session, reader, attrs.evolve(query, criteria=(*query.criteria, *UNASSIGNED), order=order))
        rows = latest_of_leads(reader.connection, [lead.id for lead in page.records])
        return page, _by_lead(_read(reader, [row for row in rows.values() if row.event in {WAITING, TEAM}]))


def give_waiting(session: Session, *, where: str | None = None) -> Mapping[int, str | None]:
    """
    Give out the leads that wait, the oldest first, by the policy as it stands; return lead → the login of who got it.

    Raises:
        DeniedError: the actor may not assign leads.
        ExpressionError, FieldError, ConfigurationError: the condition or the policy isn't understood.
    """
    with session.write(cause="assign") as work:
        work.policy.require(work.actor, Action.ASSIGN, "lead")
        query = Query(noun="lead", where=where, criteria=UNASSIGNED, order=_FIRST, limit=_MOST)
        leads: tuple[Lead, ...] = page_of(session, work, query).records
        reached = work.within_reach(Action.ASSIGN, "lead", {lead.id for lead in leads})
        leads = tuple(lead for lead in leads if lead.id in reached)
        customers = {one.id: one for one in work.find(Customer, [among("id", tuple({lead.customer_id for lead in leads}))])}
        given = Desk(session, work).give([_again(lead, customers.get(lead.customer_id)) for lead in leads])
        taken = [(lead, one) for lead, one in zip(leads, given, strict=True) if one.owner["owner_user_id"] is not None]
        for lead, one in taken:
            work.update(lead, **{name: one.owner[name] for name in OWNERS})  # type: ignore[arg-type]  # no field is called effective_at
        note_given(work, [(lead.id, one) for lead, one in taken])
        names = called(work.connection, "user", {int(one.owner["owner_user_id"] or 0) for _, one in taken})
        work.commit()
    found: dict[int, str | None] = dict.fromkeys(lead.id for lead in leads)
    return found | {lead.id: names.get(int(one.owner["owner_user_id"] or 0)) for lead, one in taken}


def explain_lead(session: Session, lead_id: int) -> tuple[Assignment, ...]:
    """
    Return how a lead was assigned, the latest first.

    Raises:
        NotFoundError: there is none, or none that the actor may see.
    """
    with session.read() as reader:
        return assignments_of(reader, reader.get(Lead, lead_id))


def assignments_of(reader: Reader, lead: Lead) -> tuple[Assignment, ...]:
    """Return how a lead that the actor sees was assigned, the latest first."""
    return _read(reader, log_of_lead(reader.connection, lead.id))


def list_assigned(session: Session, *, since: datetime | None = None, limit: int | None = None) -> tuple[Assignment, ...]:
    """
    Return what was assigned, the latest first, of the leads that the actor may see.

    Args:
        session: the session.
        since: since when; None for ever.
        limit: at most so many.
    """
    with session.read() as reader:
        rows = log_since(reader.connection, since, _MOST if limit is None else limit, reader.reach(Action.READ, "lead"))
        return _read(reader, rows)


def _again(lead: Lead, customer: Customer | None) -> Newborn:
    """Return a lead that waits as one that is to be given out; it stays where it is if nobody takes it."""
    owner = {name: getattr(lead, name) for name in OWNERS}
    about = {} if customer is None else attrs.asdict(customer, recurse=False)
    return Newborn(owner=owner, lead=attrs.asdict(lead, recurse=False), customer=about)


def _read(reader: Reader, rows: Sequence[Any]) -> tuple[Assignment, ...]:
    said = [json.loads(row.told) for row in rows]
    users = {row.user_id for row in rows} | {place[0] for one in said for place in _places(one)}
    users |= {one.get("earlier") for one in said}
    logins = called(reader.connection, "user", {number for number in users if number is not None})
    codes = called(reader.connection, "team", {row.team_id for row in rows if row.team_id is not None})
    return tuple(
        Assignment(
            at=row.at,
            lead_id=row.lead_id,
            event=row.event,
            rule=row.rule,
            rotation=row.rotation,
            user=logins.get(row.user_id),
            team=codes.get(row.team_id),
            reason=row.reason,
            trials=tuple(_trial(one, logins) for one in told.get("tried", ())),
            problem=told.get("problem"),
            earlier=logins.get(told.get("earlier")),
            claim_until=datetime.fromisoformat(told["claim_until"]) if "claim_until" in told else None,
            told=told,
        )
        for row, told in zip(rows, said, strict=True)
    )


def _places(told: Mapping[str, Any]) -> list[list[Any]]:
    return [place for trial in told.get("tried", ()) for place in trial.get("standing", {}).get("queue", ())]


def _trial(said: Mapping[str, Any], logins: Mapping[int, str]) -> Trial:
    def login(user: int) -> str:
        return logins.get(user, f"#{user}")

    queue = said.get("standing", {}).get("queue", ())
    user = said.get("user")
    return Trial(
        target=said["target"],
        why=said.get("why"),
        queue=tuple(login(place[0]) for place in queue),
        passed=tuple((login(user), why) for user, why in said.get("passed", ())),
        taker=None if user is None else login(user),
        owed=any(place[0] == user and place[2] > 0 for place in queue),
        counts=said.get("standing", {}).get("counts", True),
    )


def _by_lead(assignments: Sequence[Assignment]) -> Mapping[int, Assignment]:
    return {one.lead_id: one for one in assignments}
