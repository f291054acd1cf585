"""
The reader: answers questions about what the actor may see, within one transaction.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, func, select

from patron.core.access import Action, Actor, Policy, Scope
from patron.core.nouns import POINTERS, Change, Vocabulary, noun_of
from patron.core.nouns.criterion import Condition, among, named_in
from patron.core.store.beside import Beside, joined, value_beside
from patron.core.store.concealing import Concealment
from patron.core.store.criteria import expression_of, predicate_of
from patron.core.store.failures import NotFoundError
from patron.core.store.history import changes_of
from patron.core.store.parts import parts_of
from patron.core.store.rows import Noun, to_record
from patron.core.store.scope import resource_of, within, within_table
from patron.core.store.tables import TABLES


class Reader:
    """
    Reads records within the actor's rights; every answer comes from the same state of the database.

    Attributes:
        actor: on whose behalf.
        policy: the rights of every role.
        vocabulary: the fields and codes of this installation.
        connection: the transaction; for modules of queries, not for use cases.
        concealed: the fields that the actor may not read, on records that the actor may.
    """

    def __init__(self, connection: Connection, *, actor: Actor, policy: Policy, vocabulary: Vocabulary) -> None:
        self.connection = connection
        self.actor = actor
        self.policy = policy
        self.vocabulary = vocabulary
        self.concealed = Concealment(policy, actor, vocabulary)

    def get(self, noun: type[Noun], record_id: int) -> Noun:
        """
        Return one record.

        Raises:
            NotFoundError: there is none with that id, or none that the actor may see.
            DeniedError: the actor may see none of this noun at all.
        """
        table = TABLES[noun_of(noun)]
        row = self.connection.execute(self._visible(noun).where(table.c.id == record_id)).one_or_none()
        if row is None:
            raise NotFoundError("store.not_found", noun=noun_of(noun), id=record_id)
        return self._shown(noun, row)

    def find(
        self,
        noun: type[Noun],
        criteria: Sequence[Condition] = (),
        *,
        order: Sequence[str] = (),
        limit: int | None = None,
        offset: int = 0,
        action: Action = Action.READ,
        merged: bool = False,
    ) -> tuple[Noun, ...]:
        """
        Return the records that meet all criteria; one that was merged into another is none, unless the criteria ask for it.

        Args:
            noun: of which kind.
            criteria: what they must meet.
            order: fields to sort by, `-` before one for descending; ties, and all without, by id.
            limit: at most so many.
            offset: leave out so many of the first.
            action: the right that is asked for; an export has its own.
            merged: with those that were merged into others.

        Raises:
            DeniedError: the actor may see none of this noun at all, or not a field that is named.
            FieldError: a criterion or an order names an unknown field, or a value doesn't fit.
        """
        query = self._chosen(noun, criteria, order, action, merged=merged).offset(offset or None).limit(limit)
        return tuple(self._shown(noun, row) for row in self.connection.execute(query))

    def names(self, noun: type[Any], ids: Iterable[int | None], *, merged: bool = False) -> dict[int, str]:
        """
        Return id → name of records of a kind that has names, as far as the actor may see them.

        Args:
            noun: of which kind.
            ids: which records, in any order and as often as they come up; None is nobody.
            merged: with those that were merged into others.

        Raises:
            DeniedError: the actor may see none of this noun at all.
        """
        wanted = tuple(sorted({one for one in ids if one is not None}))
        found = self.find(noun, [among("id", wanted)], merged=merged) if wanted else ()
        return {one.id: one.name for one in found}

    def find_beside(
        self,
        noun: type[Noun],
        beside: Sequence[Beside],
        criteria: Sequence[Condition] = (),
        *,
        order: Sequence[str] = (),
        limit: int | None = None,
        offset: int = 0,
        action: Action = Action.READ,
    ) -> tuple[tuple[Noun, Mapping[str, object]], ...]:
        """
        Return the records that meet all criteria, each with the values beside it, which criteria and order may name, too.

        Args:
            noun: of which kind.
            beside: the values; None where a record has none.
            criteria: as `find()`.
            order: as `find()`.
            limit: as `find()`.
            offset: as `find()`.
            action: as `find()`.

        Raises:
            DeniedError, FieldError: as `find()`.
        """
        values = {name: column for one in beside for name, column in one.columns.items()}
        query = self._chosen(noun, criteria, order, action, beside).offset(offset or None).limit(limit)
        query = query.add_columns(*values.values())
        rows = self.connection.execute(query).all()
        own = len(TABLES[noun_of(noun)].c)
        return tuple((self._shown(noun, row), dict(zip(values, row[own:], strict=True))) for row in rows)

    def first(self, noun: type[Noun], *criteria: Condition) -> Noun | None:
        """Return the record with the smallest id that meets all criteria, if there is one that the actor may see."""
        found = self.find(noun, criteria, limit=1)
        return found[0] if found else None

    def count(
        self,
        noun: type[Any],
        criteria: Sequence[Condition] = (),
        beside: Sequence[Beside] = (),
        *,
        action: Action = Action.READ,
    ) -> int:
        """Return how many records `find()`, or `find_beside()`, would return."""
        query = self._chosen(noun, criteria, (), action, beside).order_by(None)
        return self.connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()

    def history(self, record: Any, field: str | None = None, *, known_at: datetime | None = None) -> tuple[Change, ...]:
        """
        Return the changes of a record that the actor may see, in order of effective time.

        Args:
            record: as `get()` returned it.
            field: that field alone.
            known_at: as the database knew them then.

        Raises:
            NotFoundError: the actor may not see the record.
            DeniedError: or not the field.
        """
        self.get(type(record), record.id)
        noun = noun_of(record)
        self.concealed.require(noun, [] if field is None else [field])
        changes, hidden = changes_of(self.connection, noun, record.id, field, known_at=known_at), self.concealed.hidden(noun)
        return tuple(change for change in changes if change.field not in hidden) if hidden else changes

    def reach(self, action: Action, noun: str | Table) -> ColumnElement[bool]:
        """
        Return the predicate of the rows on which the actor may do *action*.

        Args:
            action: the right that is asked for.
            noun: of which records, or the table of a plugin, whose name is the resource.

        Raises:
            DeniedError: on none.
        """
        if isinstance(noun, Table):
            return within_table(self.policy.require(self.actor, action, resource_of(noun)), self.actor, noun)
        return within(self.policy.require(self.actor, action, noun), self.actor, noun)

    def may(self, action: Action, record: Any) -> bool:
        """Say whether the actor may do *action* on a stored record."""
        return record.id in self.within_reach(action, noun_of(record), [record.id])

    def within_reach(self, action: Action, noun: str, ids: Iterable[int]) -> set[int]:
        """
        Return those of the ids on whose records the actor may do *action*, few questions for many ids.

        Who may do it on every record is not asked whether there is one: an id of none is returned, too.
        """
        scope = self.policy.scope(self.actor, action, noun)
        if scope in (Scope.ALL, Scope.NONE):
            return set(ids) if scope is Scope.ALL else set()
        table, found = TABLES[noun], set[int]()
        reached = select(table.c.id).where(within(scope, self.actor, noun))
        for part in parts_of(ids):
            found.update(self.connection.execute(reached.where(table.c.id.in_(part))).scalars())
        return found

    def _shown(self, noun: type[Noun], row: Row[Any]) -> Noun:
        return self.concealed.of(to_record(noun, row, self.vocabulary))

    def _visible(self, noun: type[Any], action: Action = Action.READ) -> Select[Any]:
        return select(TABLES[noun_of(noun)]).where(self.reach(action, noun_of(noun)))

    def _chosen(
        self,
        noun: type[Any],
        criteria: Sequence[Condition],
        order: Sequence[str],
        action: Action,
        beside: Sequence[Beside] = (),
        *,
        merged: bool = False,
    ) -> Select[Any]:
        table, name = TABLES[noun_of(noun)], noun_of(noun)
        others = {other for one in beside for other in one.fields}
        self.concealed.require_conditions(name, criteria, others)
        self.concealed.require(name, {one.removeprefix("-") for one in order} - others)
        query = self._visible(noun, action).select_from(joined(table, beside))
        query = query.where(*(predicate_of(one, name, self.vocabulary, beside=beside) for one in criteria))
        if not merged and not _asks_for_merged(name, criteria):
            query = query.where(table.c[POINTERS[name]].is_(None))
        return query.order_by(*(self._sorting(name, one, beside) for one in order), table.c.id)

    def _sorting(self, noun: str, field: str, beside: Sequence[Beside]) -> ColumnElement[Any]:
        name = field.removeprefix("-")
        further = value_beside(name, beside)
        if further is not None:
            column = further[1]
        else:
            column = TABLES[noun].c.id if name == "id" else expression_of(self.vocabulary.field(noun, name), TABLES[noun])
        # NULL is the smallest in one database and the greatest in the other.
        return column.desc().nulls_last() if field.startswith("-") else column.asc().nulls_last()


def _asks_for_merged(noun: str, criteria: Iterable[Condition]) -> bool:
    """Say whether criteria are about merged records, too, which are left out otherwise."""
    if noun not in POINTERS:
        return True
    telling = {POINTERS[noun], "status"}
    return any(whose == noun and name in telling for one in criteria for whose, name in named_in(one, noun))
