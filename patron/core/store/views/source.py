"""
What views are made of: tables with the rows that the actor may see, as they were at a time, and as the database knew them then.

Whoever writes a view asks for a table and gets it restricted. There is no way to forget the rights, and none to mix two times.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    FromClause,
    Numeric,
    String,
    Table,
    case,
    cast,
    false,
    func,
    literal,
    null,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB

from patron.core.access import Action, DeniedError
from patron.core.errors import UsageError
from patron.core.money import UNIT
from patron.core.nouns import NOUNS, Field, FieldKind, fields_of
from patron.core.records.view import ViewTimes
from patron.core.store.kinds import EPOCH, MICROSECOND, column_type
from patron.core.store.reader import Reader
from patron.core.store.tables import CHANGES, TABLES

_BORN: Mapping[str, str] = MappingProxyType(
    {"lead": "filed_at", "interaction": "at", "order": "ordered_at", "order_line": "at", "spend": "on", "need": "at"}
)
"""The column that says since when a record of a noun is there in the world."""

_LOOKED_UP = ("team", "user", "campaign", "product")
"""Nouns that others refer to by name: they are as they are now, whatever time is asked for."""

_ORDERS = TABLES["order"]


class ViewSource:
    """
    Hands out tables for a view.

    Attributes:
        times: at which time.
        noun: the noun of the view: an actor without any right to it is refused; of other nouns such an actor sees no rows.
        vocabulary: the codes of this installation, for views that group them.
    """

    def __init__(self, reader: Reader, times: ViewTimes, noun: str) -> None:
        self._reader = reader
        self.times = times
        self.noun = noun
        self.vocabulary = reader.vocabulary

    def __call__(self, noun: str | Table) -> FromClause:
        """
        Return a table as a part of a query, with the columns that it has, and the rows that the actor may see.

        Args:
            noun: of the core, or the table of a plugin.

        Raises:
            DeniedError: the actor may see none of what the view is about.
            UsageError: the database doesn't keep when it came to know this.
        """
        reach = self._reach(noun)
        if isinstance(noun, Table):
            return select(noun).where(reach).subquery()
        table = TABLES[noun]
        columns = [self._then(noun, column) for column in table.columns]
        return select(*columns).where(reach, *self._there(noun, table)).subquery()

    def history(self, noun: str) -> FromClause:
        """
        Return the changes of all records of a noun up to the time; join them with the noun itself, which knows the rights.

        Its columns are `subject_id`, `field`, `sequence`, `effective_at`, `recorded_at`, `cause`, and the old and the new value,
        `old` and `new`, as JSON text, which `value()` reads.
        """
        columns = (
            CHANGES.c.subject_id,
            CHANGES.c.field,
            CHANGES.c.sequence,
            CHANGES.c.effective_at,
            CHANGES.c.recorded_at,
            CHANGES.c.cause,
            CHANGES.c.old,
            CHANGES.c.new,
        )
        seen = CHANGES.c.field.not_in(self._reader.concealed.hidden(noun))
        return select(*columns).where(CHANGES.c.noun == noun, seen, *self._known_changes(CHANGES)).subquery()

    def value(self, text: ColumnElement[Any], kind: FieldKind) -> ColumnElement[Any]:
        """Return the expression of a value of the history, which is typed JSON, as a column of that kind keeps it."""
        postgresql = self._reader.connection.dialect.name == "postgresql"
        # The path to the whole of a JSON value is the empty one.
        said: Any = cast(text, JSONB) if postgresql else type_coerce(text, JSON)
        match kind:
            case FieldKind.MONEY | FieldKind.QUANTITY:
                return cast(func.round(cast(said["number"].as_string(), Numeric(24, 4)) * UNIT), BigInteger)
            case FieldKind.INSTANT:
                return cast(said["instant"].as_string(), BigInteger)
            case FieldKind.INTEGER | FieldKind.REFERENCE:
                return cast(text, BigInteger)
            case FieldKind.CODES | FieldKind.TEXTS:
                return text  # a column keeps them just so
            case FieldKind.TRUTH:
                return text == "true"
        found: ColumnElement[Any] = said["day" if kind is FieldKind.DAY else ()].as_string()
        return found

    def value_at(self, noun: str, record_id: ColumnElement[Any], field: str, at: ColumnElement[Any] | datetime) -> Any:
        """
        Return the expression of a tracked field of a record as it was at a time.

        Args:
            noun: the kind of the record.
            record_id: its id, a column of the outer query.
            field: the tracked field, of the core or declared.
            at: the time, a value or a column.
        """
        changes = CHANGES.alias()
        kind = self.vocabulary.field(noun, field).kind
        return (
            select(self.value(changes.c.new, kind))
            .where(
                changes.c.noun == noun,
                changes.c.subject_id == record_id,
                changes.c.field == field,
                changes.c.effective_at <= at,
                *self._known_changes(changes),
            )
            .order_by(changes.c.effective_at.desc(), changes.c.sequence.desc())
            .limit(1)
            .scalar_subquery()
        )

    def conceals(self, noun: str, field: str) -> bool:
        """Say whether the actor lacks the right that a field takes: its values are missing then, which means nothing."""
        return field in self._reader.concealed.hidden(noun)

    def _reach(self, noun: str | Table) -> ColumnElement[bool]:
        try:
            return self._reader.reach(Action.READ, noun)
        except DeniedError:
            if (noun.name if isinstance(noun, Table) else noun) == self.noun:
                raise
            return false()

    def _there(self, noun: str, table: Table) -> list[ColumnElement[bool]]:
        """Return what holds of the records that were there at the time."""
        times, born = self.times, _BORN.get(noun)
        found: list[ColumnElement[bool]] = []
        if born is not None:
            found.append(table.c[born] <= (self.last_day if noun == "spend" else times.as_of))
        if times.known_at is None or noun in _LOOKED_UP:
            return found
        if "created_at" in table.c:
            return [*found, table.c.created_at <= times.known_at]
        if noun == "order_line":
            known = select(_ORDERS.c.id).where(_ORDERS.c.created_at <= times.known_at)
            return [*found, table.c.order_id.in_(known)]
        raise UsageError("reports.not_known_when", noun=noun)

    @property
    def last_day(self) -> Any:
        """The day of `as_of`, by the zone."""
        from zoneinfo import ZoneInfo

        return self.times.as_of.astimezone(ZoneInfo(self.times.zone)).date()

    def _known_changes(self, changes: Any) -> list[ColumnElement[bool]]:
        times = self.times
        known = [] if times.known_at is None else [changes.c.recorded_at <= times.known_at]
        return [changes.c.effective_at <= times.as_of, *known]

    def _then(self, noun: str, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Return a column as it was at the time."""
        field: Field | None = fields_of(NOUNS[noun]).get(str(column.key))
        if column.key in self._reader.concealed.hidden(noun):
            return type_coerce(null(), column.type).label(str(column.key))
        if not self.times.past or noun in _LOOKED_UP or field is None or not field.tracked:
            return column
        found = self.value_at(noun, TABLES[noun].c.id, field.name, self.times.as_of)
        kind = String() if field.kind in (FieldKind.CODES, FieldKind.TEXTS) else column_type(field)
        return type_coerce(found, kind).label(field.name)


def elapsed_days(begin: ColumnElement[Any], end: ColumnElement[Any] | datetime) -> ColumnElement[int]:
    """Return the expression of how many whole days lie between two instants."""
    return elapsed_seconds(begin, end) // 86_400


def elapsed_seconds(begin: ColumnElement[Any], end: ColumnElement[Any] | datetime) -> ColumnElement[int]:
    """Return the expression of how many whole seconds lie between two instants."""
    elapsed: ColumnElement[int] = (_count(end) - _count(begin)) // 1_000_000
    return elapsed


def waited_seconds(begin: ColumnElement[Any], end: ColumnElement[Any] | datetime) -> ColumnElement[int]:
    """Return seconds of waiting, of which there are none where the end came before the begin; null where it did not come."""
    seconds = elapsed_seconds(begin, end)
    return case((seconds < 0, 0), else_=seconds)


def stored(at: datetime) -> int:
    """Return an instant as columns keep it."""
    return (at - EPOCH) // MICROSECOND


def _count(at: ColumnElement[Any] | datetime) -> Any:
    return literal(stored(at), BigInteger) if isinstance(at, datetime) else type_coerce(at, BigInteger)
