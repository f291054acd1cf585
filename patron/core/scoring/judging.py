"""
Judging rows: which of a batch count, and an account of those that do not.
"""

import numpy as np

from patron.core.errors import InputError
from patron.core.i18n import Translator
from patron.core.records import RowCounts, Skipped
from patron.core.scoring.expression import Filter
from patron.core.scoring.skipped import FIRST, SkippedRows, positions_of
from patron.core.scoring.source import Source, SourceBatch
from patron.kernel.layout import Bools

_NAMED = 3


class Judge:
    """
    Marks the rows of one batch that do not count; a row is put down under the first reason only.

    Args:
        batch: the rows.
        skipped: takes those that do not count.
    """

    def __init__(self, batch: SourceBatch, skipped: SkippedRows) -> None:
        self._batch = batch
        self._skipped = skipped
        self._refused: Bools | None = None

    def refuse(self, reason: str, marks: Bools, *shown: str) -> None:
        """Put down the marked rows; the values of the columns *shown* are the example."""
        if not marks.any():
            return
        fresh = marks if self._refused is None else marks & ~self._refused
        places = np.flatnonzero(fresh)

        def example(place: int) -> str:
            row = int(places[place])
            return ", ".join(f"{name}={self._batch.columns[name][row].as_py()!r}" for name in shown)

        self._skipped.add(reason, self._batch.file, positions_of(fresh, self._batch.first_row), example if shown else None)
        self._refused = fresh if self._refused is None else self._refused | fresh

    def kept(self) -> Bools | None:
        """Return the rows that count; None where all do."""
        return None if self._refused is None else ~self._refused


def skipped_rows(skipped: SkippedRows, source: Source) -> dict[str, Skipped]:
    """Return the rows that do not count, those without the right number of fields first."""
    wrong = source.wrong_fields(FIRST)
    return {**({} if wrong is None else {"wrong_fields": wrong}), **skipped.result(source.locate)}


def nothing_usable(rows: RowCounts, source: Source, t: Translator, where: Filter | None) -> InputError:
    """Return the error that ends a job for which not one row counts: how many there are under each reason."""
    if rows.read == 0:
        return InputError("score.no_rows", files=", ".join(source.files[:_NAMED]))
    reasons = [
        t(
            "score.nothing_usable_reason",
            count=f"{each.count:,}",
            why=t(f"reason.{reason}"),
            places=", ".join(f"{place.file}:{place.line}" for place in each.first[:_NAMED]),
            example=f" {each.example}" if each.example else "",
        )
        for reason, each in rows.skipped.items()
    ]
    if where is not None and "where" in rows.skipped:
        reasons.extend(t("score.compared_as_text", column=column[:40], text=text[:40]) for column, text in where.words[:_NAMED])
    return InputError("score.nothing_usable", read=f"{rows.read:,}", reasons="\n".join(reasons))
