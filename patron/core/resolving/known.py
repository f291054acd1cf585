"""
What is known of customers who may be meant, looked up for many at once, as far as the actor may know it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from patron.core.access import Action, Scope
from patron.core.matching.person import TELLING, Outline, Person, outline_known, person_known
from patron.core.store import UnitOfWork
from patron.core.store.keys import Key, Party, counts_by, keys_of_customers, rows_by

_COLUMNS = ("id", "name", "kind", "merged_into_id", "batch_id", *TELLING)


class Evidence:
    """
    What is known of a stored customer.

    Args:
        row: the columns of the customer.
        keys: what identifies it.
    """

    __slots__ = ("_person", "keys", "row")

    def __init__(self, row: Any, keys: Iterable[Key]) -> None:
        self.row = row
        self.keys = tuple(keys)
        self._person: Person | None = None

    @property
    def is_person(self) -> bool:
        """Whether it is a person; of organisations names say little."""
        return bool(self.row.kind == "person")

    def about(self) -> Mapping[str, Any]:
        """Return the fields by which matching tells people apart."""
        return {name: getattr(self.row, name) for name in TELLING}

    def outline(self) -> Outline:
        """Return what matching sees of the person at once."""
        return outline_known(self.row[-len(TELLING) :], self.keys)

    def person(self) -> Person:
        """Return the person as matching sees one."""
        if self._person is None:
            self._person = person_known("", self.row.name, self.about(), self.keys)
        return self._person


def evidence_of(work: UnitOfWork, ids: Iterable[int]) -> dict[int, Evidence]:
    """Return what is known of customers, by id."""
    rows = rows_by(work.connection, "customer", _COLUMNS, "id", set(ids))
    return _with_keys(work, rows)


def bearers(work: UnitOfWork, names: Iterable[str]) -> dict[str, int]:
    """Return how many customers have each of some names; nothing where the actor may not know names."""
    if "name" in work.concealed.hidden("customer") or work.policy.scope(work.actor, Action.READ, "customer") is Scope.NONE:
        return {}
    return counts_by(work.connection, "customer", "name", names)


def called(work: UnitOfWork, names: Iterable[str]) -> dict[int, Evidence]:
    """Return the persons who are called by one of some names and whom the actor may see, by id."""
    rows = rows_by(work.connection, "customer", _COLUMNS, "name", set(names), kind="person")
    seen = work.within_reach(Action.READ, "customer", [row.id for row in rows]) if rows else ()
    return _with_keys(work, [row for row in rows if row.id in seen and row.merged_into_id is None])


def party_of(evidence: Evidence) -> Party:
    """Return a customer as one for whom an identity stands."""
    return Party(evidence.row.id, evidence.row.name, evidence.row.batch_id)


def _with_keys(work: UnitOfWork, rows: Iterable[Any]) -> dict[int, Evidence]:
    found = {row.id: row for row in rows}
    keys = keys_of_customers(work.connection, found)
    return {number: Evidence(row, keys.get(number, ())) for number, row in found.items()}
