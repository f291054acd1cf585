"""
The use case `score_orders`: every customer of the database scored from its order lines.

The lines come as record batches and go through the very stages that lines of files go through; only their source is another.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from types import MappingProxyType
from typing import Any

import attrs
import numpy as np
import pyarrow as pa

from patron.core.access import Action
from patron.core.errors import InputError, UsageError
from patron.core.nouns import FieldKind
from patron.core.records import Skipped
from patron.core.scoring.command import ScoreCommand
from patron.core.scoring.history import ID, RANK, PreviousScores
from patron.core.scoring.result import MONEY, Scores, money_array
from patron.core.scoring.run import score_source
from patron.core.scoring.source import Source, SourceBatch, Task
from patron.core.scoring.stored import stored_table
from patron.core.scoring.tiers import tiers_of
from patron.core.session import Session
from patron.core.store import Reader
from patron.core.store.bulk import read_columns
from patron.core.store.bulk.order_lines import FIELDS, PRODUCT, LinesThere, lines_query, lines_there
from patron.core.store.scores import may_publish, published_run

NAME = "order_lines"
"""What the lines of the database are called where a file would be named."""

COLUMNS = MappingProxyType({"customer": "customer_id", "time": "at", "amount": "amount", "order": "order_id"})
"""What a command calls the columns that every line has."""

_ID = "id"
_INSTANT = pa.timestamp("us", "UTC")
_TYPES: Mapping[FieldKind, pa.DataType] = MappingProxyType(
    {
        FieldKind.MONEY: MONEY,
        FieldKind.QUANTITY: MONEY,
        FieldKind.INSTANT: _INSTANT,
        FieldKind.REFERENCE: pa.int64(),
        FieldKind.TEXT: pa.string(),
    }
)


def score_orders(session: Session, command: ScoreCommand) -> Scores:
    """
    Score every customer from the order lines of the database that the actor may see.

    Args:
        session: the clock, the settings, the plugins, the database.
        command: how to score; it names no inputs, and the columns are those of the order lines, whatever it says.

    Raises:
        UsageError: the command contradicts itself.
        InputError: there are no order lines, or none of them counts.
        StoreError: the database can't be read.
        DeniedError: the actor may see no order lines, or no scores, at all.
        PatronError: as `score`.
    """
    with ExitStack() as stack:
        reader = stack.enter_context(session.read())
        reader.policy.require(reader.actor, Action.READ, "score")
        there = lines_there(reader)
        if not there.most:
            raise InputError("score_run.no_lines")
        if command.by == "margin" and not there.cost:
            raise UsageError("score_run.no_costs")
        previous = _published(session, reader)
        scores = score_source(session, _of_lines(command, there), Source([OrderLines(reader, there.most, stack)]), previous)
    return attrs.evolve(scores, run=attrs.evolve(scores.run, currency=session.settings.store.currency))


def _published(session: Session, reader: Reader) -> PreviousScores | None:
    """Return the scores that this run replaces; None for who scores a part of the customers: their ranks are others."""
    run = published_run(reader) if may_publish(reader) else None
    if run is None:
        return None
    columns = (ID, *(column.name for column in run.columns))
    wanted = PreviousScores.wanted(tuple(tiers_of(session.host, session.settings)), columns)
    return PreviousScores(run=run.code, scores=stored_table(session, run, wanted)) if RANK in columns else None


def _of_lines(command: ScoreCommand, there: LinesThere) -> ScoreCommand:
    """Return the command with the columns of the lines; of those that may be empty, the ones that are not."""
    some = {"cost": there.cost, "discount": there.discount, PRODUCT: there.product}
    columns: dict[str, Any] = {**COLUMNS, **{name: name if found else None for name, found in some.items()}}
    return attrs.evolve(command, inputs=(), **columns)


def open_order_lines(session: Session, stack: ExitStack) -> tuple[Source, LinesThere]:
    """
    Open the order lines that the actor may see as a source of rows; *stack* ends the reading.

    Raises:
        InputError: there are none.
        DeniedError: the actor may see none at all.
    """
    reader = stack.enter_context(session.read())
    there = lines_there(reader)
    if not there.most:
        raise InputError("score_run.no_lines")
    return Source([OrderLines(reader, there.most, stack)]), there


class OrderLines:
    """
    The order lines of the database, as scoring reads a file.

    Args:
        reader: the transaction.
        most: how many there are at most.
        stack: ends the reading.
    """

    def __init__(self, reader: Reader, most: int, stack: ExitStack) -> None:
        self._reader = reader
        self._stack = stack
        self._places = _Places()
        self.name = NAME
        self.columns = tuple(FIELDS)
        self.rows_estimate = most
        self.size = 0

    def type_of(self, column: str) -> pa.DataType:
        """Return the type in which a column comes."""
        return _TYPES[FIELDS[column]]

    def tasks(self, columns: Sequence[str]) -> Iterator[Task]:
        """Return one task for each batch, which the database has read when it is drawn."""
        query, schema = lines_query(self._reader, tuple(dict.fromkeys([*columns, _ID])))
        first_row = 0
        for batch in self._stack.enter_context(read_columns(self._reader, query, schema)):
            self._places.note(first_row, batch[_ID].to_numpy())
            yield _Lines(self, batch, first_row, tuple(columns))
            first_row += batch.num_rows

    def locate(self, positions: Iterable[int]) -> dict[int, int]:
        """Return the ids of lines."""
        return {position: self._places.find(position) for position in positions}

    def wrong_fields(self, limit: int) -> Skipped | None:
        """Return None: every line has every column."""


@attrs.frozen
class _Lines(Task):
    """One batch of lines."""

    file: OrderLines
    batch: pa.RecordBatch
    first_row: int
    columns: tuple[str, ...]

    def read(self) -> SourceBatch:
        columns = {name: _converted(self.batch[name], self.file.type_of(name)) for name in self.columns}
        return SourceBatch(file=NAME, first_row=self.first_row, rows=self.batch.num_rows, columns=columns)


def _converted(values: pa.Array, kind: pa.DataType) -> pa.Array:
    if kind == MONEY:
        missing = values.is_null().to_numpy(zero_copy_only=False) if values.null_count else None
        return money_array(values.fill_null(0).to_numpy(), missing)
    return values.view(kind) if kind == _INSTANT else values


class _Places:
    """Where lines stand, by the runs of consecutive ids: the database tells them in about that order."""

    def __init__(self) -> None:
        self._positions: list[np.ndarray[tuple[int], np.dtype[np.int64]]] = []
        self._ids: list[np.ndarray[tuple[int], np.dtype[np.int64]]] = []

    def note(self, first_row: int, ids: np.ndarray[tuple[int], np.dtype[np.int64]]) -> None:
        """Take note of the ids of consecutive rows."""
        starts = np.concatenate([[0], np.flatnonzero(np.diff(ids) != 1) + 1])
        self._positions.append(starts + first_row)
        self._ids.append(ids[starts])

    def find(self, position: int) -> int:
        """Return the id of a row."""
        positions, ids = np.concatenate(self._positions), np.concatenate(self._ids)
        run = int(np.searchsorted(positions, position, side="right")) - 1
        return int(ids[run] + position - positions[run])
