"""
Actors: on whose behalf something is done.
"""

import attrs


@attrs.frozen(kw_only=True)
class Actor:
    """
    On whose behalf a use case works.

    Attributes:
        user_id: the user; None for the local administrator, who is no user.
        login: what the history shows.
        roles: whose rights the actor has.
        team_id: where the user belongs.
        team_ids: that team and those within it.
    """

    user_id: int | None
    login: str
    roles: tuple[str, ...]
    team_id: int | None = None
    team_ids: frozenset[int] = frozenset()


LOCAL_ADMINISTRATOR = Actor(user_id=None, login="local", roles=("administrator",))
"""Whoever can open the database's file or has its password, and names no user."""
