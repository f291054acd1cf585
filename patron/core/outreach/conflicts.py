"""
Departments that contact one customer within a short time, each for itself and without knowing of the other.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import attrs

from patron.core.nouns import Interaction, Team
from patron.core.nouns.criterion import Criterion, Operator, equal
from patron.core.outreach.people import everything
from patron.core.session import Session
from patron.core.store import Reader


@attrs.frozen(kw_only=True)
class Touch:
    """
    One contact that went out from us.

    Attributes:
        at: when.
        department: the team that it came from, the department where that is part of one; None where nobody knows.
        interaction: the entry on the timeline.
    """

    at: datetime
    department: int | None
    interaction: Interaction


@attrs.frozen(kw_only=True)
class Conflict:
    """
    Several departments that contacted one customer.

    Attributes:
        customer_id: the customer.
        touches: their contacts within the window, the latest first.
        departments: which departments, the one that came last first.
    """

    customer_id: int
    touches: tuple[Touch, ...]
    departments: tuple[int, ...]


def conflicts_of(
    session: Session, reader: Reader, customer_id: int, team_id: int | None, at: datetime, *, without: int = 0
) -> tuple[Touch, ...]:
    """
    Return how other departments contacted a customer within the days before, the latest first; whoever asks.

    Args:
        session: says how many days (`outreach.conflict_days`).
        reader: the database.
        customer_id: the customer.
        team_id: the team of whoever contacts the customer now; None is no department, and meets no other.
        at: when.
        without: an interaction that doesn't count, the one that was just told.
    """
    days = session.settings.outreach.conflict_days
    if not days or team_id is None:
        return ()
    whole = everything(reader)
    own = _departments(whole).get(team_id, team_id)
    found = _touches(whole, [equal("customer_id", customer_id)], at, days)
    return tuple(one for one in found if one.department not in {None, own} and one.interaction.id != without)


def find_conflicts(session: Session, *, until: datetime | None = None, days: int | None = None) -> tuple[Conflict, ...]:
    """
    Return the customers whom several departments contacted within a window, those with the latest contact first.

    Args:
        session: whose actor sees which customers and interactions count.
        until: the end of the window; now by default.
        days: its length; that of the settings by default.
    """
    end, length = until or session.clock.now(), session.settings.outreach.conflict_days if days is None else days
    with session.read() as reader:
        by_customer: dict[int, list[Touch]] = {}
        for one in _touches(reader, [], end, length):
            by_customer.setdefault(one.interaction.customer_id, []).append(one)
    return tuple(_conflicts(by_customer))


def _conflicts(by_customer: Mapping[int, Sequence[Touch]]) -> Iterator[Conflict]:
    for number, touches in by_customer.items():
        departments = tuple(dict.fromkeys(one.department for one in touches if one.department is not None))
        if len(departments) > 1:
            yield Conflict(customer_id=number, touches=tuple(touches), departments=departments)


def _touches(reader: Reader, criteria: Sequence[Criterion], until: datetime, days: int) -> tuple[Touch, ...]:
    departments = _departments(reader)
    window = [
        equal("direction", "out"),
        Criterion("at", Operator.MORE, until - timedelta(days=days)),
        Criterion("at", Operator.AT_MOST, until),
    ]
    found = reader.find(Interaction, [*criteria, *window], order=["-at", "-id"])
    return tuple(Touch(at=one.at, department=departments.get(one.team_id or 0), interaction=one) for one in found)


def _departments(reader: Reader) -> Mapping[int, int]:
    """Return team → the department that it is part of; the topmost team where none is a department."""
    teams = {one.id: one for one in reader.find(Team)}
    return {number: _department(teams, team) for number, team in teams.items()}


def _department(teams: Mapping[int, Team], team: Team) -> int:
    seen: set[int] = set()
    while team.kind != "department" and team.id not in seen and team.parent_id is not None and team.parent_id in teams:
        seen.add(team.id)
        team = teams[team.parent_id]
    return team.id
