"""
Reading rows of any columns: files of every kind opened, filtered, and handed over batch by batch with an account of every row.

For analyses whose rows are no order lines; what a row must have is their business, and they put down what does not count.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs

from patron.core.errors import UsageError
from patron.core.i18n import Translator
from patron.core.records import RowCounts
from patron.core.scoring.expression import parse_filter
from patron.core.scoring.judging import Judge, nothing_usable, skipped_rows
from patron.core.scoring.skipped import SkippedRows
from patron.core.scoring.source import Source, SourceBatch, SourceOptions, open_source
from patron.core.session import Session

PIECE_ROWS = 1_048_576
"""Rows of a batch, at most."""


@attrs.frozen(kw_only=True)
class RowsCommand:
    """
    Which rows are read.

    Attributes:
        inputs: files and folders.
        where: a filter; None for all rows.
        encoding, delimiter, decimal: how text files are written, as in `SourceOptions`.
    """

    inputs: tuple[Path, ...]
    where: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    decimal: str = "."


class Rows:
    """
    One reading of some columns.

    Args:
        session: the progress and the words.
        command: what to read.
        columns: the names of the columns.
        reasons: for which the reader puts rows down, in the order in which it looks for them.
        t: has words for the reasons, under `reason.…`; the session's unless given.
        source: what is read, where it is not the inputs of the command.

    Attributes:
        source: the files.

    Raises:
        PatronError: a file can't be read, a column is not there, or the filter is not understood.
    """

    def __init__(
        self,
        session: Session,
        command: RowsCommand,
        columns: Sequence[str],
        reasons: Sequence[str],
        t: Translator | None = None,
        source: Source | None = None,
    ) -> None:
        if not command.inputs and source is None:
            raise UsageError("score.no_input")
        options = SourceOptions(encoding=command.encoding, delimiter=command.delimiter, decimal=command.decimal)
        self.source = source or open_source(command.inputs, options)
        self.source.require(dict.fromkeys(columns))
        self._session = session
        self._t = t or session.t
        self._columns = tuple(dict.fromkeys(columns))
        self._where = None
        if command.where is not None:
            self._where = parse_filter(command.where, self.source.columns, holds_numbers=self.source.holds_numbers)
        self._skipped = SkippedRows(self.source.files, ("where", *reasons))
        self._read = 0

    def __iter__(self) -> Iterator[tuple[SourceBatch, Judge]]:
        """Yield the batches, each with its judge, to whom the rows that the filter leaves out are known; once."""
        where = self._where
        columns = self._columns if where is None else tuple(dict.fromkeys([*self._columns, *where.names]))
        expected = self.source.rows_estimate or None
        with self._session.reporter.progress(self._session.t("rows.reading"), expected) as progress:
            for task in self.source.tasks(columns):
                for batch in task.pieces(PIECE_ROWS):
                    judge = Judge(batch, self._skipped)
                    if where is not None:
                        judge.refuse("where", ~where.mask(batch))
                    yield batch, judge
                    self._read += batch.rows
                    progress.advance(batch.rows)

    def counts(self) -> RowCounts:
        """
        Return what became of the rows, once all were read.

        Raises:
            InputError: not one row counts.
        """
        left_out = skipped_rows(self._skipped, self.source)
        read = self._read + (left_out["wrong_fields"].count if "wrong_fields" in left_out else 0)
        used = read - sum(each.count for each in left_out.values())
        counts = RowCounts(read=read, used=used, rounded=0, without_order=0, without_currency=0, skipped=left_out)
        if used == 0:
            raise nothing_usable(counts, self.source, self._t, self._where)
        return counts
