"""
Actors: on whose behalf something is done.
"""

from enum import StrEnum

import attrs


class ActorKind(StrEnum):
    """Who or what does something."""

    LOCAL = "local"
    """The local administrator."""
    USER = "user"
    """A person who works with the CRM."""
    SYSTEM = "system"
    """Patron itself: a timer, a scheduled job."""
    CHANNEL = "channel"
    """A way by which leads come in without anybody typing."""


@attrs.frozen(kw_only=True)
class Actor:
    """
    On whose behalf a use case works.

    Attributes:
        user_id: the user; None for whoever is none.
        login: what the history shows: a user's login, the name of a channel or of a job.
        roles: whose rights the actor has.
        team_id: where the user belongs.
        team_ids: that team and those within it.
        kind: who or what it is.
    """

    user_id: int | None
    login: str
    roles: tuple[str, ...]
    team_id: int | None = None
    team_ids: frozenset[int] = frozenset()
    kind: ActorKind = ActorKind.USER

    @property
    def name(self) -> str | None:
        """What tells actors of one kind apart in the history, where that is no user."""
        return self.login if self.kind in (ActorKind.SYSTEM, ActorKind.CHANNEL) else None


def channel_actor(name: str) -> Actor:
    """Return the channel of that name, which has the rights of the role `channel`."""
    return Actor(user_id=None, login=name, roles=(ActorKind.CHANNEL.value,), kind=ActorKind.CHANNEL)


def system_actor(name: str) -> Actor:
    """Return Patron itself at a job of that name, with the rights of the role `system`."""
    return Actor(user_id=None, login=name, roles=(ActorKind.SYSTEM.value,), kind=ActorKind.SYSTEM)


LOCAL_ADMINISTRATOR = Actor(user_id=None, login="local", roles=("administrator",), kind=ActorKind.LOCAL)
"""Whoever can open the database's file or has its password, and names no user."""
