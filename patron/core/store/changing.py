"""
Changes of stored records on their way to the database: what is asked for, what it comes to, and the statements that write it.

A change names the version of the record that was read, so that it hits no other. Changes of the same fields under the same rights
are one statement, which the driver is given with all their values; where it hits fewer rows than it should, they are written one
by one, and the one that fails says why.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from types import MappingProxyType
from typing import Any, Generic

import attrs
from sqlalchemy import ColumnElement, Connection, Update, bindparam, update

from patron.core.access import Action
from patron.core.store.backdating import Past
from patron.core.store.rows import Noun
from patron.core.store.tables import TABLES

_ID, _VERSION, _NEW = "at_id", "at_version", "new_"
"""Names of parameters; no column begins so."""


@attrs.frozen
class Edit(Generic[Noun]):
    """
    What is to be changed.

    Attributes:
        record: as it was read.
        values: field → new value; an extension field is given in `ext`, which is merged.
        effective_at: since when the new values are true; None for now, which is the latest, too.
    """

    record: Noun
    values: Mapping[str, Any]
    effective_at: datetime | None = None


@attrs.frozen(kw_only=True)
class Planned:
    """
    What an edit comes to.

    Attributes:
        noun: the kind of the record.
        old: the record with all its values.
        new: as it will be; the same record where nothing changes.
        at: since when.
        past: values for the history alone.
        columns: what is written.
        actions: the rights that it takes.
    """

    noun: str
    old: Any
    new: Any
    at: datetime
    past: Mapping[str, Past] = MappingProxyType({})
    columns: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()

    @property
    def moved(self) -> list[str]:
        """The fields that get another value."""
        return [name for name in self.columns if getattr(self.old, name) != getattr(self.new, name)]


@attrs.frozen
class Writer:
    """
    Writes changes in a transaction.

    Attributes:
        connection: the transaction.
        reach: noun, actions → the predicates of the rows that may be changed so; empty where all may.
        attempt: undoes what a block did where it raises.
        why_not: gives the reason for which a change found no row.
    """

    connection: Connection
    reach: Callable[[str, Sequence[Action]], Sequence[ColumnElement[bool]]]
    attempt: Callable[[], AbstractContextManager[None]]
    why_not: Callable[[Action, Any], Exception]

    def write(self, changes: Iterable[Planned]) -> None:
        """
        Write changes, each of another record.

        Raises:
            DeniedError, ConflictError, NotFoundError: a row is not as it was read, or out of reach.
        """
        alike: dict[tuple[object, ...], list[Planned]] = {}
        for change in changes:
            alike.setdefault((change.noun, change.columns, change.actions), []).append(change)
        for some in alike.values():
            self._write(some)

    def _write(self, changes: Sequence[Planned]) -> None:
        first = changes[0]
        reach = self.reach(first.noun, first.actions)
        statement = _statement(first.noun, first.columns, reach)
        # A predicate may hold a list, which drivers take for one row alone.
        if len(changes) > 1 and not reach and self._at_once(statement, changes):
            return
        for change in changes:
            if self.connection.execute(statement, _values(change)).rowcount != 1:
                raise self.why_not(change.actions[0], change.old)

    def _at_once(self, statement: Update, changes: Sequence[Planned]) -> bool:
        """Write all and say whether each found its row; else nothing is written."""
        rows = [_values(change) for change in sorted(changes, key=lambda change: int(change.old.id))]
        with suppress(_MissedError), self.attempt():
            if self.connection.execute(statement, rows).rowcount != len(rows):
                raise _MissedError
            return True
        return False


class _MissedError(Exception):
    """A change found no row."""


def _statement(noun: str, columns: Sequence[str], reach: Sequence[ColumnElement[bool]]) -> Update:
    table = TABLES[noun]
    matching = (table.c.id == bindparam(_ID), table.c.version == bindparam(_VERSION), *reach)
    return update(table).where(*matching).values({name: bindparam(_NEW + name, type_=table.c[name].type) for name in columns})


def _values(change: Planned) -> dict[str, Any]:
    values = {_NEW + name: getattr(change.new, name) for name in change.columns}
    return {_ID: change.old.id, _VERSION: change.old.version, **values}
