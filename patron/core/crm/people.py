"""
Users and teams: who works here, as what, and no more.
"""

from collections.abc import Mapping

import attrs

from patron.core.access import Action
from patron.core.crm.records import ChangeRecord, change_in, made, values_of
from patron.core.nouns import LIVE, Lead, Team, User, noun_of
from patron.core.nouns.criterion import among, equal
from patron.core.session import Session
from patron.core.store.rows import Noun


@attrs.frozen(kw_only=True)
class AddPerson:
    """
    Add a user or a team.

    Attributes:
        values: field → value, as people write them.
    """

    values: Mapping[str, object]


@attrs.frozen(kw_only=True)
class ChangedUser:
    """
    A user after a change.

    Attributes:
        user: as stored.
        live_leads: how many leads the user pursues: somebody else must, when the user left.
    """

    user: User
    live_leads: int = 0


def add_user(session: Session, command: AddPerson) -> User:
    """
    Add a user.

    Raises:
        FieldError, DeniedError, StoreError: as `UnitOfWork.add()`.
    """
    return _added(session, User, command)


def change_user(session: Session, command: ChangeRecord) -> ChangedUser:
    """
    Change a user; one who left is no longer active, and keeps what stands in the history.

    Raises:
        FieldError, DeniedError, ConflictError, NotFoundError: as `UnitOfWork.update()`.
    """
    with session.write(cause="administer", reason=command.reason) as work:
        work.policy.require(work.actor, Action.ADMINISTER, "user")
        user: User = change_in(session, work, attrs.evolve(command, values=_with_login(command.values)))
        leads = work.count(Lead, [equal("owner_user_id", user.id), among("status", LIVE)])
        work.commit()
    return ChangedUser(user=user, live_leads=leads)


def add_team(session: Session, command: AddPerson) -> Team:
    """
    Add a team.

    Raises:
        FieldError, DeniedError, StoreError: as `UnitOfWork.add()`.
    """
    return _added(session, Team, command)


def _added(session: Session, noun: type[Noun], command: AddPerson) -> Noun:
    name = noun_of(noun)
    with session.write(cause="administer") as work:
        work.policy.require(work.actor, Action.ADMINISTER, name)
        added = work.add(made(noun, values_of(session, work).values(name, _with_login(command.values))))
        work.commit()
    return added


def _with_login(written: Mapping[str, object]) -> dict[str, object]:
    """Return what people wrote with the login in small letters, as it is kept."""
    return {name: str(value).lower() if name == "login" else value for name, value in written.items()}
