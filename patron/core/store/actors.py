"""
From a login to the actor that a transaction works for.
"""

from sqlalchemy import Connection, select

from patron.core.access import LOCAL_ADMINISTRATOR, Actor, DeniedError
from patron.core.store.tables import TABLES


def actor_named(connection: Connection, login: str | None) -> Actor:
    """
    Return the actor of an active user; the local administrator where no user is named.

    Raises:
        DeniedError: there is no active user of that name.
    """
    if login is None:
        return LOCAL_ADMINISTRATOR
    users = TABLES["user"]
    row = connection.execute(select(users).where(users.c.login == login.strip().lower())).one_or_none()
    if row is None or not row.active:
        raise DeniedError("access.unknown_user", login=login)
    team_ids = with_inner_teams(connection, row.team_id)
    return Actor(user_id=row.id, login=row.login, roles=row.roles, team_id=row.team_id, team_ids=team_ids)


def with_inner_teams(connection: Connection, team_id: int | None) -> frozenset[int]:
    """Return the id of a team, and those of the teams within it."""
    if team_id is None:
        return frozenset()
    teams = TABLES["team"]
    found, frontier = {team_id}, {team_id}
    while frontier:
        inner = set(connection.execute(select(teams.c.id).where(teams.c.parent_id.in_(frontier))).scalars())
        frontier = inner - found
        found |= frontier
    return frozenset(found)
