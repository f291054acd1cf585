"""
Asking a view: counted and added up by the database, as columns for Arrow, or row by row for the few that somebody looks at.

Whatever is asked, the relation of the view is cut down to the columns that the question names before the database sees it, so
that a costly column costs only those who ask for it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import attrs
import pyarrow as pa
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    String,
    and_,
    case,
    cast,
    false,
    func,
    not_,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from patron.core.access import Action, Scope
from patron.core.errors import PluginError, UsageError
from patron.core.money import SCALE
from patron.core.names import ALIKE, listed, nearest, shorten
from patron.core.nouns.criterion import Condition, Criterion, Having, Joined, Negated, Operator, named_in
from patron.core.records.view import ColumnKind, FactView, Function, ViewColumn, ViewTimes
from patron.core.store.bulk import read_columns
from patron.core.store.criteria import compare
from patron.core.store.reader import Reader
from patron.core.store.tables import TABLES
from patron.core.store.views.source import ViewSource, stored

_TEXTS = (ColumnKind.TEXT, ColumnKind.CODE, ColumnKind.DAY)
_NAMED = {"user": "name", "team": "name", "campaign": "name", "customer": "name", "product": "name"}
_AT_ONCE = 500

_Columns = Mapping[str, ColumnElement[Any]] | ReadOnlyColumnCollection[str, ColumnElement[Any]]


@attrs.frozen(kw_only=True)
class Sum:
    """
    One number for each group.

    Attributes:
        function: how it is made.
        column: of which column; none to count rows.
        where: of which rows; all without.
    """

    function: Function = Function.COUNT
    column: str | None = None
    where: Condition | None = None


@attrs.frozen(kw_only=True)
class Buckets:
    """
    Groups by time.

    Attributes:
        column: the time, by its column.
        edges: where each bucket begins, ascending, and behind the last where it ends; rows outside are left out.
    """

    column: str
    edges: tuple[datetime, ...] | tuple[date, ...]


Cut = str | Buckets
"""A column by whose values, or buckets by whose places, rows are put into groups."""


class BoundView:
    """
    A view for one actor at one time.

    Attributes:
        view: its declaration.
        times: the time.
    """

    def __init__(self, reader: Reader, view: FactView, times: ViewTimes) -> None:
        """
        Bind a view.

        Raises:
            DeniedError: the actor may see none of what it is about.
        """
        self.view = view
        self.times = times
        self._reader = reader
        self._select = view.relation(ViewSource(reader, times, view.noun))
        self._by_name: Mapping[str, ColumnElement[Any]] = MappingProxyType(
            {str(column.key): column for column in self._select.selected_columns}
        )
        only = () if view.only is None else (view.only,)
        needed = [*(column.name for column in view.columns), *_names_of((), only)]
        missing = [name for name in needed if name not in self._by_name or view.column(name) is None]
        if missing:
            raise PluginError("reports.view_lacks", view=view.name, columns=listed(missing))
        if view.only is not None:
            typed = {column.name: _typed(self._by_name[column.name], column.kind) for column in view.columns}
            self._select = self._select.where(self._predicate(typed, view.only))

    def column(self, name: str) -> ViewColumn:
        """
        Return the declaration of a column.

        Raises:
            UsageError: there is none of that name.
            DeniedError: it takes a right of its own, which the actor lacks.
        """
        found = self.view.column(name)
        if found is not None and found.noun is not None:
            self._reader.concealed.require(found.noun, [found.field or found.name])
        if found is None:
            known = [column.name for column in self.view.columns]
            near = nearest(name, known, cutoff=ALIKE)
            key = "reports.no_column_near" if near else "reports.no_column"
            raise UsageError(key, view=self.view.name, name=shorten(name), nearest=near, known=listed(known, 40))
        return found

    def grouped(
        self, sums: Sequence[Sum], by: Sequence[Cut] = (), where: Sequence[Condition] = ()
    ) -> Mapping[tuple[Any, ...], tuple[int, ...]]:
        """
        Return the numbers of each group that has rows.

        Args:
            sums: the numbers.
            by: what makes the groups; one group of all without.
            where: conditions that all rows meet.

        Raises:
            UsageError: the view has no such column.
        """
        names = [*_names_of(sums, where), *(cut if isinstance(cut, str) else cut.column for cut in by)]
        rows = self._rows(names)
        groups = [self._group(rows, cut) for cut in by]
        numbers = [self._number(rows, one) for one in sums]
        kept = [self._predicate(rows.c, one) for one in where]
        kept += [self._within(rows, cut) for cut in by if isinstance(cut, Buckets)]
        query = select(*groups, *numbers).select_from(rows).where(*kept).group_by(*groups)
        found = self._reader.connection.execute(query)
        return {tuple(row[: len(by)]): tuple(int(value or 0) for value in row[len(by) :]) for row in found}

    def columns(self, names: Sequence[str], where: Sequence[Condition] = ()) -> pa.Table:
        """
        Return columns of all rows, in no particular order: times as microseconds since 1970, money as counts of 1/10,000.

        Args:
            names: of the columns.
            where: conditions that the rows meet.

        Raises:
            UsageError: the view has no such column.
        """
        kinds = [self.column(name).kind for name in names]
        schema = pa.schema(
            [(name, pa.string() if kind in _TEXTS else pa.int64()) for name, kind in zip(names, kinds, strict=True)]
        )
        rows = self._rows([*names, *_names_of((), where)])
        query = select(*(rows.c[name] for name in names)).where(*(self._predicate(rows.c, one) for one in where))
        with read_columns(self._reader, query, schema) as batches:
            return pa.Table.from_batches(list(batches), schema)

    def rows(
        self, names: Sequence[str], where: Sequence[Condition] = (), limit: int | None = None
    ) -> tuple[tuple[Any, ...], ...]:
        """Return columns of the first rows by the view's key, as they are kept; for a look at a few."""
        rows = self._rows([self.view.key, *names, *_names_of((), where)])
        kept = [self._predicate(rows.c, one) for one in where]
        query = select(*(rows.c[name] for name in names)).where(*kept).order_by(rows.c[self.view.key]).limit(limit)
        return tuple(tuple(row) for row in self._reader.connection.execute(query))

    def names(self, noun: str, ids: Iterable[int]) -> Mapping[int, str]:
        """Return what the records of a noun are called, as far as the actor may see them."""
        column = _NAMED.get(noun)
        if column is None or self._reader.policy.scope(self._reader.actor, Action.READ, noun) is Scope.NONE:
            return {}
        table, wanted = TABLES[noun], sorted(ids)
        reach, found = self._reader.reach(Action.READ, noun), {}
        for start in range(0, len(wanted), _AT_ONCE):
            query = select(table.c.id, table.c[column]).where(table.c.id.in_(wanted[start : start + _AT_ONCE]), reach)
            found.update({row[0]: row[1] for row in self._reader.connection.execute(query)})
        return found

    def called(self, name: str, values: Iterable[Any], lang: str) -> Mapping[Any, str]:
        """Return what values of a column are called: codes by their words, records by name as far as the actor may see them."""
        column, wanted = self.column(name), {value for value in values if value is not None}
        if column.codes is not None:
            return {code: self._reader.vocabulary.code_label(column.codes, code, lang) for code in wanted}
        return {} if column.target is None else self.names(column.target, wanted)

    def _rows(self, names: Iterable[str]) -> FromClause:
        wanted = list(dict.fromkeys(names)) or [self.view.key]
        chosen = (_typed(self._by_name[column.name], column.kind).label(column.name) for column in map(self.column, wanted))
        cut_down: Select[Any] = self._select.with_only_columns(*chosen, maintain_column_froms=True)
        return cut_down.subquery(self.view.name)

    def _group(self, rows: FromClause, cut: Cut) -> ColumnElement[Any]:
        if isinstance(cut, str):
            return rows.c[cut]
        column = rows.c[cut.column]
        begins = list(enumerate(cut.edges[:-1]))
        # The latest first: a row belongs to the last bucket that begins before it.
        return case(*((column >= self._kept(cut.column, edge), place) for place, edge in reversed(begins)))

    def _within(self, rows: FromClause, cut: Buckets) -> ColumnElement[bool]:
        column = rows.c[cut.column]
        return and_(column >= self._kept(cut.column, cut.edges[0]), column < self._kept(cut.column, cut.edges[-1]))

    def _number(self, rows: FromClause, one: Sum) -> ColumnElement[Any]:
        column: ColumnElement[Any] | None = None if one.column is None else rows.c[one.column]
        if one.where is not None:
            kept = self._predicate(rows.c, one.where)
            column = case((kept, 1 if column is None else column))
        match one.function:
            case Function.SUM:
                return func.sum(column)
            case Function.DISTINCT:
                return func.count(func.distinct(column))
        return func.count() if column is None else func.count(column)

    def _predicate(self, columns: _Columns, condition: Condition) -> ColumnElement[bool]:
        match condition:
            case Negated(inner):
                return not_(func.coalesce(self._predicate(columns, inner), false()))
            case Joined(every, parts):
                return (and_ if every else or_)(*(self._predicate(columns, part) for part in parts))
            case Having():
                raise TypeError(
                    "the rows of a view are no records that others could belong to; give the view a column that says so"
                )
            case Criterion(field, operator, value):
                column = columns[field]
                if operator is Operator.MISSING:
                    return column.is_(None) if value else column.is_not(None)
                several = operator is Operator.AMONG and isinstance(value, tuple)
                kept = tuple(self._kept(field, one) for one in value) if several else self._kept(field, value)  # type: ignore[attr-defined]  # a tuple
                return compare(column, operator, kept)

    def _kept(self, name: str, value: object) -> Any:
        """Return a value as its column keeps it."""
        if isinstance(value, datetime):
            return stored(value) if self.column(name).kind is ColumnKind.INSTANT else value.date().isoformat()
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, Decimal):
            return int(value.scaleb(SCALE))
        return int(value) if isinstance(value, bool) else value


def _names_of(sums: Sequence[Sum], where: Sequence[Condition]) -> list[str]:
    """Return the columns that numbers and conditions speak of."""
    conditions = [*where, *(one.where for one in sums if one.where is not None)]
    own = [name for each in conditions for other, name in named_in(each, "") if not other]
    return [*(one.column for one in sums if one.column is not None), *own]


def _typed(column: ColumnElement[Any], kind: ColumnKind) -> ColumnElement[Any]:
    """Return a column that compares and answers as it is kept, without a conversion; yes and no are 1 and 0."""
    if kind is ColumnKind.TRUTH:
        return cast(case((column, 1), else_=0), BigInteger)
    return type_coerce(column, String if kind in _TEXTS else BigInteger)
