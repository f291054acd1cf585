"""
Reading order lines: a command and a source become judged lines, in pieces and from several threads, with an account of every row.

What is done with the lines is the business of whoever reads them: adding customers up, collecting days.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, as_completed, wait
from contextlib import ExitStack

from patron.core.clock import checked_zone
from patron.core.records import RowCounts
from patron.core.scoring.command import ScoreCommand
from patron.core.scoring.days import check_time_format
from patron.core.scoring.id_columns import are_integers, may_become_integers
from patron.core.scoring.judging import nothing_usable, skipped_rows
from patron.core.scoring.lines import LineReader, Mapping, NotedLines
from patron.core.scoring.prepared import PreparedLines
from patron.core.scoring.skipped import SkippedRows
from patron.core.scoring.source import Source, Task
from patron.core.session import Session

PIECE_ROWS = 262_144
"""Rows that are judged and used together: enough for every bucket of customers, few enough that their memory is used again."""


class Reading:
    """
    One reading of a source.

    Args:
        session: the clock, the settings, the words.
        command: what to read and how.
        source: from where.

    Attributes:
        zone: the zone of calendar days.
        as_of: the last day that counts.
        mapping: the columns and expressions.
        text_columns: the id columns that are kept as texts.
        text_ids: whether customer ids are texts (else int64).
        plain_integers: whether text ids that are all plain integers are integers.

    Raises:
        PatronError: a column is not there, or an expression, the zone or the form of times is not understood.
    """

    def __init__(self, session: Session, command: ScoreCommand, source: Source) -> None:
        if command.time_format is not None:
            check_time_format(command.time_format)
        self.zone = checked_zone(command.zone or session.settings.timezone)
        self.as_of = command.as_of or session.clock.today(self.zone)
        self._session = session
        self._source = source
        self.mapping = Mapping.of(command, source)
        self.text_columns = _text_columns(source, self.mapping)
        self.text_ids = self.mapping.customer in self.text_columns
        self.plain_integers = may_become_integers(source.types(self.mapping.customer))
        self._skipped = SkippedRows(source.files)
        self._lines = LineReader(
            source, self.mapping, command, as_of=self.as_of, zone=self.zone, text_ids=self.text_columns, skipped=self._skipped
        )

    @property
    def currency(self) -> str:
        """The currency that lines name; "" where none does."""
        return ", ".join(self._lines.currencies.found)

    def run(self, pool: Executor, threads: int, stack: ExitStack, use: Callable[[PreparedLines], None]) -> None:
        """
        Judge all rows and hand them over, once.

        Args:
            pool: does the work.
            threads: how many of its threads may be busy.
            stack: ends the report of progress.
            use: is given each piece, from any thread in any order.

        Raises:
            InputError: the input can't be read, or mixes currencies.
        """
        expected = self._source.rows_estimate or None
        progress = stack.enter_context(self._session.reporter.progress(self._session.t("score.reading"), expected))

        def work(task: Task) -> None:
            for piece in task.pieces(PIECE_ROWS):
                use(self._lines.prepare(piece))
                progress.advance(piece.rows)

        _in_parallel(pool, threads + 1, self._source.tasks(self.mapping.columns, also=self.mapping.currency), work)

    def absorb(self, noted: NotedLines, numbers: Sequence[int]) -> None:
        """
        Add the account of rows that were read elsewhere, instead of `run`.

        Args:
            noted: the account.
            numbers: which of the files of the source each of the files there is.

        Raises:
            InputError: the input mixes currencies.
        """
        self._lines.absorb(noted, numbers)

    def rows(self, *, without_order: int = 0) -> RowCounts:
        """
        Return what became of the rows, once they were read.

        Args:
            without_order: purchases whose order id is blank.

        Raises:
            InputError: not one row counts.
        """
        left_out = skipped_rows(self._skipped, self._source)
        used, currencies = self._lines.used, self._lines.currencies
        rows = RowCounts(
            read=used + sum(each.count for each in left_out.values()),
            used=used,
            rounded=self._lines.rounded,
            without_order=without_order,
            without_currency=used - currencies.named if currencies.found else 0,
            skipped=left_out,
        )
        if rows.used == 0:
            raise nothing_usable(rows, self._source, self._session.t, self.mapping.where)
        return rows


def _text_columns(source: Source, mapping: Mapping) -> frozenset[str]:
    """Return which id columns are kept as texts."""
    names = [name for name in (mapping.customer, mapping.order, mapping.product) if name is not None]
    return frozenset(name for name in names if not are_integers(source.types(name)))


def _in_parallel(pool: Executor, most: int, tasks: Iterable[Task], work: Callable[[Task], None]) -> None:
    """Run the tasks, at most *most* begun at a time so that few batches are in memory; the first failure ends all."""
    begun: set[Future[None]] = set()
    try:
        for task in tasks:
            begun.add(pool.submit(work, task))
            if len(begun) >= most:
                done, begun = wait(begun, return_when=FIRST_COMPLETED)
                for future in done:
                    future.result()
        for future in as_completed(begun):
            future.result()
    finally:
        for future in begun:
            future.cancel()
