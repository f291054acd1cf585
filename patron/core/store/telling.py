"""
Customers of whom somebody decided that they are not one: decisions, so that nobody is asked twice.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, or_, select

from patron.core.store.identifiers import take_identifiers
from patron.core.store.parts import parts_of
from patron.core.store.tables import DISTINCTIONS


class Distinction(NamedTuple):
    """
    A decision that two customers are two.

    Attributes:
        one_id: one of them.
        other_id: the other one.
        user_id: who decided; None for the local administrator.
        decided_at: when.
        reason: why, in words.
    """

    one_id: int
    other_id: int
    user_id: int | None
    decided_at: datetime
    reason: str | None


def distinctions(connection: Connection) -> tuple[Distinction, ...]:
    """Return all decisions, in the order in which they were made."""
    columns = (DISTINCTIONS.c[name] for name in Distinction._fields)
    return tuple(Distinction(*row) for row in connection.execute(select(*columns).order_by(DISTINCTIONS.c.id)))


def apart_of(connection: Connection, ids: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Return the pairs among some customers who were told apart, the smaller id first."""
    wanted, found = set(ids), set[tuple[int, int]]()
    for part in parts_of(sorted(wanted)):
        query = select(DISTINCTIONS.c.one_id, DISTINCTIONS.c.other_id).where(DISTINCTIONS.c.one_id.in_(part))
        found.update((min(one, other), max(one, other)) for one, other in connection.execute(query) if other in wanted)
    return tuple(sorted(found))


def tell_apart(connection: Connection, decided: Distinction) -> bool:
    """Note a decision and say whether it is a new one."""
    if apart_of(connection, (decided.one_id, decided.other_id)):
        return False
    (number,) = take_identifiers(connection, DISTINCTIONS, 1)
    connection.execute(insert(DISTINCTIONS).values(id=number, **decided._asdict()))
    return True


def take_back(connection: Connection, one: int, other: int) -> bool:
    """Forget a decision and say whether there was one."""
    pairs = [(one, other), (other, one)]
    either = or_(*((DISTINCTIONS.c.one_id == a) & (DISTINCTIONS.c.other_id == b) for a, b in pairs))
    return connection.execute(delete(DISTINCTIONS).where(either)).rowcount > 0
