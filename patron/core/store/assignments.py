"""
The state of the rotations, and the log of how leads were assigned.

Whoever assigns holds the rows of the rotations until the commit, all of them at once and in one order: turns are taken one after
the other, by however many at the same time, and nobody waits in a circle. In SQLite a transaction that writes is alone anyway.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, func, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite

from patron.core.nouns import LIVE, Field, FieldKind, Team, User, Vocabulary
from patron.core.store.actors import with_inner_teams
from patron.core.store.appending import append_rows
from patron.core.store.beside import Beside
from patron.core.store.failures import ConflictError
from patron.core.store.identifiers import take_identifiers
from patron.core.store.keys import records_by
from patron.core.store.parts import parts_of
from patron.core.store.rows import to_record
from patron.core.store.tables import ASSIGNMENTS, ROTATIONS, TABLES

TURN = "turn"
"""What the log says of a lead that somebody got by turn."""

ANNOUNCED = "announced"
"""What the log says of a lead that somebody got by turn, and that may be claimed by who looked after the customer before."""

LAST_EVENT = "last_assignment"
"""What the event that the log tells of a lead last is called beside the fields of leads."""

_LEADS, _USERS, _TEAMS = TABLES["lead"], TABLES["user"], TABLES["team"]


class KeptQueue(NamedTuple):
    """
    The state of a rotation.

    Attributes:
        version: counts changes.
        queue: the places, as JSON.
    """

    version: int
    queue: str


def read_queues(connection: Connection, names: Collection[str]) -> Mapping[str, KeptQueue]:
    """Return the state of rotations; of one in which nothing happened yet there is none."""
    rows = connection.execute(select(ROTATIONS).where(ROTATIONS.c.name.in_(sorted(names))).order_by(ROTATIONS.c.name))
    return {row.name: KeptQueue(row.version, row.queue) for row in rows}


def hold_queues(connection: Connection, names: Collection[str]) -> Mapping[str, KeptQueue]:
    """Return the state of rotations, which nobody else changes until the transaction ends."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(ROTATIONS).on_conflict_do_nothing(index_elements=["name"])
    connection.execute(insert, [{"name": name, "version": 1, "queue": "[]"} for name in sorted(names)])
    held = select(ROTATIONS.c.name).where(ROTATIONS.c.name.in_(sorted(names))).order_by(ROTATIONS.c.name)
    connection.execute(held.with_for_update())
    return read_queues(connection, names)


def keep_queue(connection: Connection, name: str, before: KeptQueue, queue: str) -> None:
    """
    Keep what became of a rotation.

    Raises:
        ConflictError: somebody changed it since it was read.
    """
    mine = (ROTATIONS.c.name == name, ROTATIONS.c.version == before.version)
    changed = connection.execute(update(ROTATIONS).where(*mine).values(version=before.version + 1, queue=queue))
    if changed.rowcount != 1:
        raise ConflictError("assignment.moved", rotation=name)


def append_log(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Append to the log."""
    if rows:
        ids = take_identifiers(connection, ASSIGNMENTS, len(rows))
        append_rows(connection, ASSIGNMENTS, ({**row, "id": number} for number, row in zip(ids, rows, strict=True)))


def log_of_lead(connection: Connection, lead_id: int) -> Sequence[Row[Any]]:
    """Return how a lead was assigned, the latest first."""
    query = select(ASSIGNMENTS).where(ASSIGNMENTS.c.lead_id == lead_id)
    return connection.execute(query.order_by(ASSIGNMENTS.c.id.desc())).all()


def log_of_rotation(connection: Connection, name: str, limit: int) -> Sequence[Row[Any]]:
    """Return what happened in a rotation, the latest first."""
    query = select(ASSIGNMENTS).where(ASSIGNMENTS.c.rotation == name)
    return connection.execute(query.order_by(ASSIGNMENTS.c.id.desc()).limit(limit)).all()


def latest_of_leads(connection: Connection, lead_ids: Iterable[int]) -> Mapping[int, Row[Any]]:
    """Return lead → what the log says of it last."""
    found: dict[int, Row[Any]] = {}
    for part in parts_of(lead_ids):
        latest = select(func.max(ASSIGNMENTS.c.id)).where(ASSIGNMENTS.c.lead_id.in_(part)).group_by(ASSIGNMENTS.c.lead_id)
        rows = connection.execute(select(ASSIGNMENTS).where(ASSIGNMENTS.c.id.in_(latest)))
        found.update({row.lead_id: row for row in rows})
    return found


def last_event_beside() -> Beside:
    """Return how leads came to their owners last, as a code, beside them; nothing for one of which the log knows nothing."""
    latest = select(ASSIGNMENTS.c.event).where(ASSIGNMENTS.c.lead_id == _LEADS.c.id).order_by(ASSIGNMENTS.c.id.desc()).limit(1)
    field = Field(name=LAST_EVENT, kind=FieldKind.TEXT)
    return Beside(fields={LAST_EVENT: field}, columns={LAST_EVENT: latest.correlate(_LEADS).scalar_subquery()})


def log_since(connection: Connection, since: datetime | None, limit: int, reach: ColumnElement[bool]) -> Sequence[Row[Any]]:
    """Return how leads within a predicate were assigned since a time, the latest first."""
    seen = select(_LEADS.c.id).where(_LEADS.c.id == ASSIGNMENTS.c.lead_id, reach).exists()
    query = select(ASSIGNMENTS).where(seen).order_by(ASSIGNMENTS.c.id.desc()).limit(limit)
    return connection.execute(query if since is None else query.where(ASSIGNMENTS.c.at >= since)).all()


def announced(connection: Connection, lead_id: int | None = None) -> Sequence[Row[Any]]:
    """
    Return what the log says of leads that were announced and that nothing became of since, the latest first.

    They are pursued still, and by who got them.

    Args:
        connection: the transaction.
        lead_id: of this lead alone.
    """
    later = ASSIGNMENTS.alias()
    since = select(later.c.id).where(later.c.lead_id == ASSIGNMENTS.c.lead_id, later.c.id > ASSIGNMENTS.c.id).exists()
    # The index has no other events; a parameter would hide that from it.
    mine = [ASSIGNMENTS.c.event == literal_column(f"'{ANNOUNCED}'"), ~since, _LEADS.c.status.in_(LIVE)]
    mine += [] if lead_id is None else [_LEADS.c.id == lead_id]
    customers = TABLES["customer"]
    query = select(ASSIGNMENTS, customers.c.name.label("customer"))
    query = query.join(_LEADS, (_LEADS.c.id == ASSIGNMENTS.c.lead_id) & (_LEADS.c.owner_user_id == ASSIGNMENTS.c.user_id))
    query = query.join(customers, customers.c.id == _LEADS.c.customer_id)
    return connection.execute(query.where(*mine).order_by(ASSIGNMENTS.c.id.desc())).all()


def taken_since(connection: Connection, rotation: str, user_ids: Collection[int], since: datetime) -> Mapping[int, int]:
    """Return user → how many leads each of the users got in a rotation since a time."""
    mine = (ASSIGNMENTS.c.rotation == rotation, ASSIGNMENTS.c.event.in_((TURN, ANNOUNCED)), ASSIGNMENTS.c.at >= since)
    found: dict[int, int] = {}
    for part in parts_of(user_ids):
        # With its users named, the index leads past everything that was before.
        query = select(ASSIGNMENTS.c.user_id, func.count()).where(*mine, ASSIGNMENTS.c.user_id.in_(part))
        found.update({row[0]: row[1] for row in connection.execute(query.group_by(ASSIGNMENTS.c.user_id))})
    return found


def live_leads(connection: Connection, user_ids: Collection[int]) -> Mapping[int, int]:
    """Return user → how many leads the user pursues."""
    live = _LEADS.c.status.in_(LIVE)
    found: dict[int, int] = {}
    for part in parts_of(user_ids):
        query = select(_LEADS.c.owner_user_id, func.count()).where(_LEADS.c.owner_user_id.in_(part), live)
        found.update({row[0]: row[1] for row in connection.execute(query.group_by(_LEADS.c.owner_user_id))})
    return found


def pursuers(connection: Connection, customer_ids: Collection[int]) -> Mapping[int, int]:
    """Return customer → the user who pursues the customer's latest lead, where one does."""
    found: dict[int, int] = {}
    for part in parts_of(customer_ids):
        mine = (_LEADS.c.customer_id.in_(part), _LEADS.c.status.in_(LIVE), _LEADS.c.owner_user_id.is_not(None))
        query = select(_LEADS.c.customer_id, _LEADS.c.owner_user_id).where(*mine)
        found.update({row[0]: row[1] for row in connection.execute(query.order_by(_LEADS.c.filed_at, _LEADS.c.id))})
    return found


def users_with_ids(connection: Connection, vocabulary: Vocabulary, ids: Collection[int]) -> Mapping[int, User]:
    """Return users by id, whoever asks: who gets a lead is no secret of theirs."""
    return {user.id: user for user in records_by(connection, User, vocabulary, "id", set(ids))} if ids else {}


def users_with_logins(connection: Connection, vocabulary: Vocabulary, logins: Collection[str]) -> Mapping[str, User]:
    """Return users by login, whoever asks."""
    return {user.login: user for user in records_by(connection, User, vocabulary, "login", set(logins))} if logins else {}


def users_of_team(connection: Connection, vocabulary: Vocabulary, code: str) -> Sequence[User]:
    """Return the users of a team and of the teams within it, by id; none where there is no such team."""
    number = connection.execute(select(_TEAMS.c.id).where(_TEAMS.c.code == code)).scalar_one_or_none()
    teams = with_inner_teams(connection, number)
    query = select(_USERS).where(_USERS.c.team_id.in_(sorted(teams))).order_by(_USERS.c.id)
    return [to_record(User, row, vocabulary) for row in connection.execute(query)]


def teams_with_codes(connection: Connection, vocabulary: Vocabulary, codes: Collection[str]) -> Mapping[str, Team]:
    """Return teams by code, whoever asks."""
    return {team.code: team for team in records_by(connection, Team, vocabulary, "code", set(codes))} if codes else {}


def called(connection: Connection, noun: str, ids: Collection[int]) -> Mapping[int, str]:
    """Return what users (by login), teams and campaigns (by code) are called, whoever asks."""
    table = TABLES[noun]
    name, found = table.c.login if noun == "user" else table.c.code, dict[int, str]()
    for part in parts_of(ids):
        found.update({row[0]: row[1] for row in connection.execute(select(table.c.id, name).where(table.c.id.in_(part)))})
    return found
