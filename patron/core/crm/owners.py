"""
Whose a new record is: the one that was named, else whoever enters it and may only make own ones, else nobody's or a department's.
"""

from collections.abc import Mapping
from typing import Any

from patron.core.access import Action, Scope
from patron.core.assignment import Desk, Given, Newborn
from patron.core.errors import UsageError
from patron.core.nouns import OWNERS, Team, User
from patron.core.nouns.criterion import equal
from patron.core.session import Session
from patron.core.store import UnitOfWork


class Owners:
    """
    Says whose the leads are that come in within one unit of work; what they have in common is looked up once.

    Args:
        session: the session.
        work: the unit of work, which holds what identifies the customers already.
    """

    def __init__(self, session: Session, work: UnitOfWork) -> None:
        self._session = session
        self._work = work
        self._departments: dict[str, int | None] = {}
        self._desk: Desk | None = None

    def forget(self) -> None:
        """Look again; to be called when some of the work was undone, which may be a turn that somebody took."""
        self._desk = None

    def of(self, values: Mapping[str, Any]) -> dict[str, int | None]:
        """Return the owner of a lead that comes in; see `owner_of()`."""
        return owner_of(self._work, values, self._departments)

    def given(self, lead: Mapping[str, Any], customer: Mapping[str, Any]) -> Given:
        """Return whose a lead that comes in is, and why; see `owner_given()`."""
        owner = self.of(lead)
        if any(lead.get(name) is not None for name in OWNERS):
            return Given(owner=owner)
        if self._desk is None:
            self._desk = Desk(self._session, self._work)
        (given,) = self._desk.give([Newborn(owner=owner, lead=lead, customer=customer)])
        return given


def owner_of(
    work: UnitOfWork, values: Mapping[str, Any], departments: dict[str, int | None] | None = None
) -> dict[str, int | None]:
    """
    Return the owner of a lead that comes in: user or team.

    Args:
        work: the unit of work.
        values: field → value.
        departments: the ids of departments that were looked up before, by their codes; further ones are added.

    Raises:
        UsageError: no owner was named and the source belongs to no department that is there; both owners were named.
    """
    user_id, team_id = (values.get(name) for name in OWNERS)
    if user_id is not None and team_id is not None:
        raise UsageError("crm.one_owner")
    if user_id is not None or team_id is not None:
        require_active(work, user_id)
        return {"owner_user_id": user_id, "owner_team_id": team_id}
    # The attribute `department` of a source's code is the code of the team.
    code = work.vocabulary.attributes("source", values["source"]).get("department")
    department = _department(work, str(code), {} if departments is None else departments) if code else None
    owner = default_owner(work, "lead", department)
    if not any(owner.values()):
        source = work.vocabulary.code_called("source", values["source"])
        raise UsageError("crm.no_department", source=source, department=code or "–")
    return owner


def owner_given(session: Session, work: UnitOfWork, lead: Mapping[str, Any], customer: Mapping[str, Any]) -> Given:
    """
    Return whose a lead that comes in is, and why: the owner that was named, else whom the desk gives it to.

    Call `note_given()` of the assignment when it is stored.

    Args:
        session: the session.
        work: the unit of work, which holds what identifies the customer already.
        lead: field → value.
        customer: field → value; with `id` where the customer is stored.

    Raises:
        UsageError: as `owner_of()`.
        ConfigurationError: the policy of assignment was refused.
    """
    return Owners(session, work).given(lead, customer)


def _department(work: UnitOfWork, code: str, known: dict[str, int | None]) -> int | None:
    if code not in known:
        found = work.first(Team, equal("code", code))
        known[code] = None if found is None else found.id
    return known[code]


def default_owner(work: UnitOfWork, noun: str, department: int | None = None) -> dict[str, int | None]:
    """Return the owner of a record for which none was named: the department, else the actor's team or the actor, as rights go."""
    actor, scope = work.actor, work.policy.scope(work.actor, Action.CREATE, noun)
    if scope is Scope.ALL or (scope is Scope.TEAM and department in actor.team_ids):
        return {"owner_user_id": None, "owner_team_id": department}
    if scope is Scope.TEAM and actor.team_id is not None:
        return {"owner_user_id": None, "owner_team_id": actor.team_id}
    return {"owner_user_id": actor.user_id, "owner_team_id": None}


def require_active(work: UnitOfWork, user_id: int | None) -> None:
    """
    See that a user who is to own something works here.

    Raises:
        UsageError: not any more.
    """
    if user_id is not None and not work.get(User, user_id).active:
        raise UsageError("crm.not_active", user=work.get(User, user_id).login)
