"""
The use case `score_records`: the rows of files, or the records of the database, scored by one composite score.

Where the score leaves something open the input is read twice: once for the bounds, once for the scores, and of the
database both readings see the same state.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from patron.core.errors import UsageError
from patron.core.records import RowCounts
from patron.core.scoring.composites.batch import Records
from patron.core.scoring.composites.bulk import BulkScores, classes, score_rows
from patron.core.scoring.composites.definition import ROWS, SCORES, Composite, Factor
from patron.core.scoring.composites.fitting import Gathered, ValuesOf, fit
from patron.core.scoring.composites.scorecard import Scorecard
from patron.core.scoring.composites.stored import stored_records
from patron.core.scoring.composites.values import read_counts
from patron.core.scoring.decimals.tree import Rows as ReadRows
from patron.core.scoring.id_columns import as_texts
from patron.core.scoring.result import KIND_KEY, money_array
from patron.core.scoring.rows import Rows, RowsCommand
from patron.core.scoring.status import BAD, OK
from patron.core.session import Session
from patron.kernel.layout import Int64s

ROW = "row"
"""The column that numbers the rows of an input without ids, from 1."""

Batches = Callable[[], Iterator[ReadRows]]


@attrs.frozen(kw_only=True)
class RecordsCommand:
    """
    What is scored.

    Attributes:
        composite: the score.
        rows: which rows of files; None for the records of the database.
        id: the column that says whose score it is; None: rows are numbered. Records of the database have their own.
        where: for the database: which records, as lists take it.
        as_of: the day from which days and years are counted; None: today.
        zone: of times without one, and of days; None: as configured.
        parts: whether to say of every row what each factor brought.
    """

    composite: Composite
    rows: RowsCommand | None = None
    id: str | None = None
    where: str | None = None
    as_of: date | None = None
    zone: str | None = None
    parts: bool = False


@attrs.frozen(kw_only=True, eq=False)
class RecordScores:
    """
    What came out.

    Attributes:
        command: what was asked.
        card: by what the rows were scored.
        table: one row each, in the order of the input: id, points, class, the part of the weights that is known, parts.
        bad: factor → how many values were there and could not be read.
        known: factor → how many values were known.
        brought: factor → the sum of what it brought, in counts of 1/10,000 of 100 points.
        rows: what became of the rows of files; None for records of the database.
        as_of: the day of the scores.
    """

    command: RecordsCommand
    card: Scorecard
    table: pa.Table
    bad: Mapping[str, int]
    known: Mapping[str, int]
    brought: Mapping[str, int]
    rows: RowCounts | None
    as_of: date

    @property
    def scored(self) -> int:
        """How many have a score."""
        points = self.table[self.card.name]
        return len(points) - int(points.null_count)

    def tally(self) -> Mapping[str, int]:
        """Return how many are in each class, the highest first."""
        if not self.card.classes:
            return {}
        counts = {each["values"]: each["counts"] for each in self.table[f"{self.card.name}_class"].value_counts().to_pylist()}
        return {label: counts.get(label, 0) for label in self.card.classes}

    def best(self, most: int) -> pa.Table:
        """Return the rows with the highest scores, best first, equal ones in the order of the input."""
        numbered = self.table.append_column("#", pa.array(np.arange(len(self.table))))
        keys = [(self.card.name, "descending"), ("#", "ascending")]
        return numbered.take(pc.sort_indices(numbered, keys)[: min(most, self.scored)]).drop_columns(["#"])


def score_records(session: Session, command: RecordsCommand) -> RecordScores:
    """
    Score rows of files, or records of the database, by a composite score.

    Raises:
        UsageError: a column is not there, or the score is one of customers with the columns of `patron score`.
        InputError: the input can't be read, or no row of it counts.
        ConfigurationError: the score names a field or a code that the records do not have.
        DeniedError: the actor may not see the records.
    """
    if command.rows is None and command.composite.of in (SCORES, ROWS):
        raise UsageError(f"composite.of_{command.composite.of}", name=command.composite.name)
    as_of, zone = command.as_of or session.clock.today(_zone(session, command)), _zone(session, command)
    readings: list[Rows] = []
    with _batches(session, command, readings) as batches:
        card = fit(command.composite, _values_of(command.composite, batches, as_of, zone))
        taken = [_Taken.of(card, batch, score_rows(card, batch, as_of, zone), command) for batch in batches()]
    table = pa.concat_tables(one.table for one in taken) if taken else _Taken.nothing(card, command)
    return RecordScores(
        command=command,
        card=card,
        table=_numbered(table),
        bad={factor.name: sum(one.bad[place] for one in taken) for place, factor in enumerate(card.factors)},
        known={factor.name: sum(one.known[place] for one in taken) for place, factor in enumerate(card.factors)},
        brought={factor.name: sum(one.brought[place] for one in taken) for place, factor in enumerate(card.factors)},
        rows=readings[-1].counts() if readings else None,
        as_of=as_of,
    )


def _zone(session: Session, command: RecordsCommand) -> str:
    return command.zone or session.settings.timezone


@contextmanager
def _batches(session: Session, command: RecordsCommand, readings: list[Rows]) -> Iterator[Batches]:
    """Open the input, which may be read more than once: of the database every reading sees one state."""
    columns = list(dict.fromkeys(factor.column for factor in command.composite.factors))
    if command.rows is None:
        with session.read() as reader:
            yield lambda: stored_records(session, reader, command.composite, command.where)
        return
    named = columns if command.id is None else [*columns, command.id]
    given = command.rows

    def read() -> Iterator[ReadRows]:
        readings.append(rows := Rows(session, given, named, ()))
        for batch, judge in rows:
            keep = judge.kept()
            if keep is None:
                yield batch
            else:
                marked = pa.array(keep)
                kept = {name: values.filter(marked) for name, values in batch.columns.items()}
                yield attrs.evolve(batch, rows=int(keep.sum()), columns=kept)

    yield read


def _values_of(composite: Composite, batches: Batches, as_of: date, zone: str) -> ValuesOf:
    """Return what gives the known values of a factor; the input is read when the first of them is asked for."""
    found: dict[str, list[Int64s]] = {}

    def values_of(factor: Factor) -> Gathered:
        if not found:
            found.update({one.name: [] for one in composite.factors})
            for batch in batches():
                for one in composite.open_factors():
                    counts, status = read_counts(batch.columns[one.column], one.reads, as_of, zone=zone, name=one.column)
                    found[one.name].append(counts[status == OK])
        return Gathered(np.concatenate([np.empty(0, np.int64), *found[factor.name]]))

    return values_of


@attrs.frozen(kw_only=True, eq=False)
class _Taken:
    """What is kept of a batch."""

    table: pa.Table
    bad: tuple[int, ...]
    known: tuple[int, ...]
    brought: tuple[int, ...]

    @classmethod
    def of(cls, card: Scorecard, batch: ReadRows, found: BulkScores, command: RecordsCommand) -> "_Taken":
        return cls(
            table=_table(card, _ids(batch, command), found, parts=command.parts),
            bad=tuple((found.statuses == BAD).sum(axis=1).tolist()),
            known=tuple((found.statuses == OK).sum(axis=1).tolist()),
            brought=tuple(found.parts.sum(axis=1).tolist()),
        )

    @classmethod
    def nothing(cls, card: Scorecard, command: RecordsCommand) -> pa.Table:
        none = Records(0, {})
        return cls.of(card, none, score_rows(card, none, date.min, "UTC"), command).table


def _ids(batch: ReadRows, command: RecordsCommand) -> tuple[str, pa.Array]:
    name = "id" if command.rows is None else command.id
    if name is None:
        return ROW, pa.nulls(batch.rows, pa.int64())
    if name not in batch.columns:
        return name, pa.nulls(0, pa.int64())
    array = batch.columns[name]
    return name, array if pa.types.is_integer(array.type) else as_texts(array).cast(pa.large_string())


def _table(card: Scorecard, ids: tuple[str, pa.Array], found: BulkScores, *, parts: bool) -> pa.Table:
    columns: dict[str, pa.Array] = {ids[0]: ids[1], card.name: money_array(found.points, found.missing)}
    if card.classes:
        index = pa.array(classes(card, found.points), mask=found.missing)
        labels = pa.array(tuple(card.classes), pa.string())
        columns[f"{card.name}_class"] = pa.DictionaryArray.from_arrays(index, labels).dictionary_decode()
    columns[f"{card.name}_known"] = pa.array(found.known)
    if parts:
        for factor, brought in zip(card.factors, found.parts, strict=True):
            columns[f"{card.name}.{factor.name}"] = money_array(brought.copy(), found.missing)
    kinds = {card.name: "points", f"{card.name}_known": "share", f"{card.name}_class": "label", ids[0]: "id"}
    fields = [pa.field(name, each.type, metadata={KIND_KEY: kinds.get(name, "points")}) for name, each in columns.items()]
    return pa.Table.from_arrays(list(columns.values()), schema=pa.schema(fields))


def _numbered(table: pa.Table) -> pa.Table:
    if table.schema.names[0] != ROW or table.column(0).null_count < len(table):
        return table
    return table.set_column(0, table.schema.field(0), pa.array(np.arange(1, len(table) + 1)))
