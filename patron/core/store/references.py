"""
What a record refers to must be in the actor's reach: who could hang a lead on anybody's customer could read the customer.

Nothing is hung on a customer or a lead that was merged into another one, not even by somebody who read it before the merge.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from patron.core.access import Action
from patron.core.nouns import OWNERS, POINTERS, fields_of
from patron.core.store.failures import ConflictError, NotFoundError
from patron.core.store.parts import parts_of
from patron.core.store.reader import Reader
from patron.core.store.tables import TABLES


def references_of(record: Any, names: Collection[str] | None = None) -> Iterator[tuple[str, int]]:
    """Yield (noun, id) of what a record refers to by fields that people set, owners excepted; by *names* alone, where given."""
    for name, noun in _referring(type(record)):
        if (names is None or name in names) and (target := getattr(record, name)) is not None:
            yield noun, target


def referred_in(noun: type, rows: Sequence[Mapping[str, Any]]) -> dict[str, set[int]]:
    """Return noun → ids of what new rows of a noun refer to, as `references_of()` tells it of records."""
    found: dict[str, set[int]] = {}
    for name, target in _referring(noun):
        ids = {row[name] for row in rows if row.get(name) is not None}
        if ids:
            found.setdefault(target, set()).update(ids)
    return found


def _referring(noun: type) -> tuple[tuple[str, str], ...]:
    """Return the fields that refer to others, each with the noun of those."""
    found = _REFERRING.get(noun)
    if found is None:
        named = ((name, field) for name, field in fields_of(noun).items() if not field.system and name not in OWNERS)
        found = _REFERRING[noun] = tuple((name, field.target) for name, field in named if field.target is not None)
    return found


_REFERRING: dict[type, tuple[tuple[str, str], ...]] = {}


def require_in_reach(reader: Reader, references: Iterable[tuple[str, int]], known: Mapping[str, set[int]]) -> None:
    """
    See that the actor may read everything that is referred to.

    Args:
        reader: whose actor it is about.
        references: (noun, id) of what is referred to.
        known: noun → ids that the actor named by themselves, such as a phone number, whoever it stands for.

    Raises:
        NotFoundError: one is not there, or the actor may not see it.
    """
    wanted: dict[str, set[int]] = {}
    for noun, identifier in references:
        wanted.setdefault(noun, set()).add(identifier)
    for noun, ids in wanted.items():
        asked = ids - known.get(noun, set())
        for lost in sorted(asked - reader.within_reach(Action.READ, noun, asked)):
            raise NotFoundError("store.not_found", noun=noun, id=lost)


class Standing:
    """
    What is known not to be merged: once a row of ours refers to a record, or it is ours, nobody can merge it before our end.

    Args:
        connection: a writing transaction.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: set[tuple[str, int]] = set()

    def add(self, noun: str, ids: Iterable[int]) -> None:
        """Note that records are ours."""
        if noun in POINTERS:
            self._known.update((noun, number) for number in ids)

    def forget(self, records: Iterable[tuple[str, int]] | None = None) -> None:
        """Ask again for these, which may be merged by ourselves; for all where something was undone."""
        if records is None:
            self._known.clear()
        else:
            self._known.difference_update(records)

    def require(self, references: Iterable[tuple[str, int]]) -> None:
        """
        See that nothing refers to a record that was merged; asked when the rows are written, for then nobody can merge it.

        Raises:
            ConflictError: one was.
        """
        asked: dict[str, set[int]] = {}
        for noun, identifier in references:
            if noun in POINTERS and (noun, identifier) not in self._known:
                asked.setdefault(noun, set()).add(identifier)
        for noun, ids in asked.items():
            self._require(noun, ids)
            self._known.update((noun, number) for number in ids)

    def _require(self, noun: str, ids: Collection[int]) -> None:
        rows = TABLES[noun]
        into = rows.c[POINTERS[noun]]
        for part in parts_of(ids):
            query = select(rows.c.id, into).where(into.is_not(None), rows.c.id.in_(part)).limit(1)
            found = self._connection.execute(query).one_or_none()
            if found is not None:
                raise ConflictError("store.merged", noun=noun, id=found[0], into=found[1])
