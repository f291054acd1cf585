"""
Why the rows of an import were refused: counted by kind and column, with the first rows as examples.

A batch keeps it as a message, so that whoever looks later reads it in a language of their own.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import attrs

from patron.core.errors import PatronError
from patron.core.exchange.applier import TOLD
from patron.core.exchange.cells import text_of
from patron.core.exchange.draft import Draft
from patron.core.exchange.mapping import ColumnMap
from patron.core.message import Message
from patron.core.names import shorten
from patron.core.nouns import Batch, FieldError
from patron.core.resolving import UndecidedError

_LONGEST_VALUE = 40


@attrs.frozen
class Example:
    """
    A row that was refused.

    Attributes:
        row: where it begins in the file.
        value: what stands there in the column that is at fault.
    """

    row: int
    value: str = ""

    def message(self) -> Message:
        """Return it to be put into words."""
        if not self.value:
            return Message(key="exchange.refused_row", details={"row": self.row})
        return Message(key="exchange.refused_cell", details={"row": self.row, "value": self.value})


@attrs.frozen(kw_only=True)
class Reason:
    """
    Why rows were refused.

    Attributes:
        code: the key of what the first of them is told.
        count: how many rows.
        why: what the first of them is told.
        column: the header of the column that is at fault; None where that is the row.
        examples: the first row, and the next that has something else in the column; else the next one.
    """

    code: str
    count: int
    why: Message
    column: str | None = None
    examples: tuple[Example, ...] = ()

    @property
    def row(self) -> int:
        """Where the first of the rows begins in the file."""
        return self.examples[0].row

    def message(self) -> Message:
        """Return it to be put into words, and to be kept."""
        column = () if self.column is None else (Message(key="exchange.refused_column", details={"column": self.column}),)
        more = ("…",) if self.count > len(self.examples) else ()
        where = (*column, *(one.message() for one in self.examples), *more)
        details = {"code": self.code, "count": self.count, "why": self.why, "where": where}
        return Message(key="exchange.refused", details=details)

    def counting(self, example: Example) -> "Reason":
        """Return the reason of one row more."""
        first, *others = self.examples
        telling = not others or (others[-1].value == first.value != example.value)
        examples = (first, example) if telling else self.examples
        return attrs.evolve(self, count=self.count + 1, examples=examples)


class Refusals:
    """
    Counts why rows are refused.

    Args:
        header: the columns of the file.
        column_map: what they mean.
    """

    def __init__(self, header: Sequence[str], column_map: ColumnMap) -> None:
        self._header = header
        self._places: dict[str, int] = {}
        for place, column in column_map.places:
            names = (column.name,) if column.field is None else (column.name, column.field.name)
            for name in names:
                self._places.setdefault(name, place)
        self._reasons: dict[tuple[str, str | None], Reason] = {}

    def take_up(self, reasons: Iterable[Reason]) -> None:
        """Go on from what was counted before."""
        self._reasons = {(one.code, one.column): one for one in reasons}

    def count(self, draft: Draft, undecided: str) -> None:
        """
        Count a row.

        Args:
            draft: the row.
            undecided: the key of what its author can do where it is not clear whom it means.
        """
        kinds = {(one.key, self._place(one)): one for one in reversed(draft.problems)}
        for (code, place), problem in reversed(kinds.items()):
            column = None if place is None else self._header[place]
            example = Example(draft.line, _cell(draft, place))
            before = self._reasons.get((code, column))
            if before is None:
                why = Message.of(_with_advice(problem, undecided))
                found = Reason(code=code, count=1, why=why, column=column, examples=(example,))
            else:
                found = before.counting(example)
            self._reasons[code, column] = found

    def most(self) -> tuple[Reason, ...]:
        """Return the most frequent reasons."""
        return tuple(sorted(self._reasons.values(), key=lambda reason: -reason.count)[:TOLD])

    def kept(self) -> Message | None:
        """Return them as a batch keeps them; None where no row was refused."""
        return Message.several(reason.message() for reason in self.most()) if self._reasons else None

    def _place(self, problem: PatronError) -> int | None:
        field = problem.details.get("field")
        return self._places.get(field) if isinstance(field, str) else None


def reasons_of(batch: Batch) -> tuple[Reason, ...]:
    """Return why rows of an import were refused, the most frequent reasons first."""
    said = None if batch.reasons is None else batch.reasons.details.get("text")
    return tuple(map(_read, said)) if isinstance(said, tuple) else _former(said or "")


def _read(said: Message) -> Reason:
    about, where = said.details, [one.details for one in said.details["where"] if isinstance(one, Message)]
    return Reason(
        code=about["code"],
        count=about["count"],
        why=about["why"],
        column=next((one["column"] for one in where if "column" in one), None),
        examples=tuple(Example(one["row"], one.get("value", "")) for one in where if "row" in one),
    )


def _former(said: str) -> tuple[Reason, ...]:
    """Return reasons as batches kept them in words: code → how many rows, the first of them, what it was told."""
    try:
        kept: dict[str, list[Any]] = json.loads(said or "{}")
    except ValueError:
        return ()
    return tuple(
        Reason(code=code, count=count, why=Message.text(words), examples=(Example(row),))
        for code, (count, row, words) in kept.items()
    )


def _with_advice(problem: PatronError, undecided: str) -> PatronError:
    """Return a problem, of one that nobody is asked about with what the author of the row can do."""
    if not isinstance(problem, UndecidedError):
        return problem
    problem.tell()
    return PatronError(undecided, why=Message.of(problem))


def _cell(draft: Draft, place: int | None) -> str:
    if place is None or place >= len(draft.cells):
        return ""
    try:
        return shorten(text_of(draft.cells[place]).strip(), _LONGEST_VALUE)
    except FieldError:
        return shorten(draft.cells[place], _LONGEST_VALUE)
