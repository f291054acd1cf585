"""
Drafts: rows of a file, read into values of fields, before anything is looked up in the database.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from patron.core.errors import PatronError
from patron.core.exchange.cells import ERRORS, CellReader, text_of
from patron.core.exchange.column import OURS, Column, Role
from patron.core.exchange.mapping import ColumnMap
from patron.core.exchange.source import Cell, SourceRow
from patron.core.nouns import FieldError, Identity
from patron.core.nouns.contents import digest_of_content
from patron.core.nouns.schemes import identities_of
from patron.core.nouns.systems import MAIN

_BEHIND_IDS = 2**63
_MOST_DIGITS = len(str(_BEHIND_IDS))


class Draft:
    """
    One row.

    Args:
        number: its number among the rows of the file, from 1; the checkpoint counts these.
        line: where it begins in the file, which is what people are told.
        cells: as they stand there.

    Attributes:
        values: noun → field → value, without those that are empty; extension fields under `ext`.
        identities: what identifies the customer.
        references: column → what another record is called.
        patron_id: our own number of the record, as an export wrote it.
        origin: (batch, row) from which it was refused earlier.
        key: what tells its content from others'; given where the row itself brings no key.
        problems: why it can't be imported.
    """

    # Millions of these are made: attrs' factories would take a tenth of an import.
    __slots__ = ("cells", "identities", "key", "line", "number", "origin", "patron_id", "problems", "references", "values")

    def __init__(self, number: int, line: int, cells: list[Cell]) -> None:
        self.number = number
        self.line = line
        self.cells = cells
        self.values: dict[str, dict[str, Any]] = {}
        self.identities: list[Identity] = []
        self.references: dict[str, str] = {}
        self.patron_id: int | None = None
        self.origin: tuple[int, int] | None = None
        self.key = ""
        self.problems: list[PatronError] = []

    def refuse(self, problem: PatronError) -> None:
        """Note why the row can't be imported; the frames that the error passed would keep the row alive."""
        problem = problem.with_traceback(None)
        if problem not in self.problems:
            self.problems.append(problem)

    def of(self, noun: str) -> dict[str, Any]:
        """Return the values of one noun's record."""
        return self.values.get(noun, {})

    def digest(self) -> str:
        """Return a digest of everything that the row says."""
        return digest_of_content(self.values, self.identities, self.references.items())


class DraftReader:
    """
    Reads the rows of one file.

    Args:
        column_map: what its columns mean.
        cells: reads cells.
        system: whose numbers of customers the file has; told apart from those of others.
    """

    def __init__(self, column_map: ColumnMap, cells: CellReader, system: str) -> None:
        self._values: list[tuple[int, str, str, dict[str, Any], Column]] = []
        self._others: list[tuple[int, Column]] = []
        for place, column in column_map.places:
            if column.role is Role.VALUE and column.field is not None and "." not in column.field.name:
                self._values.append((place, column.part, column.field.name, cells.known(column.field), column))
            elif column.name != "reasons":
                self._others.append((place, column))
        self._constants = column_map.constants
        self._cells = cells
        self._system = system
        self._identities: dict[tuple[str, str], tuple[Identity, ...] | FieldError] = {}

    def drafts(self, rows: Iterable[SourceRow]) -> Iterator[Draft]:
        """Read the rows of a file, in order."""
        for number, row in enumerate(rows, 1):
            yield self._read(number, row)

    def _read(self, number: int, row: SourceRow) -> Draft:
        draft = Draft(number, row.line, row.cells)
        if row.problem is not None:
            draft.problems.append(row.problem)
            return draft
        cells, values = row.cells, draft.values
        for place, noun, name, known, column in self._values:
            cell = cells[place]
            if cell is None or cell == "":
                continue
            # Nearly every cell says what one before it said.
            value = known.get(cell) if isinstance(cell, str) else None
            if value is None:
                value = self._learn(column, cell)
                if value is None or value == ():
                    continue
            if value.__class__ is FieldError:
                self._complain(draft, column, value)
            elif noun in values:
                values[noun][name] = value
            else:
                values[noun] = {name: value}
        for place, column in self._others:
            cell = cells[place]
            if cell is not None and cell != "":
                self._take(draft, column, cell)
        for column, constant in self._constants:
            self._take(draft, column, constant)
        return draft

    def _learn(self, column: Column, cell: Cell) -> Any:
        assert column.field is not None  # noqa: S101  # columns of values have a field
        return self._cells.learn(column.field, cell)

    def _take(self, draft: Draft, column: Column, cell: Cell) -> None:
        try:
            if column.role is Role.VALUE:
                self._take_value(draft, column, self._learn(column, cell))
            elif column.role is Role.IDENTITY:
                draft.identities.extend(self._identified(column.target or "", _named(column, cell)))
            elif column.role is Role.REFERENCE:
                text = _named(column, cell).strip()
                if text:
                    draft.references[column.name] = text
            else:
                _take_place(draft, column.name, text_of(cell))
        except FieldError as error:
            self._complain(draft, column, error)

    def _take_value(self, draft: Draft, column: Column, value: Any) -> None:
        """Take a constant, or the value of an extension field."""
        if isinstance(value, FieldError):
            raise value
        if value is None or value == () or column.field is None:
            return
        values, name = draft.values.setdefault(column.part, {}), column.field.name
        if "." in name:
            values.setdefault("ext", {})[name] = value
        else:
            values[name] = value

    @staticmethod
    def _complain(draft: Draft, column: Column, error: FieldError) -> None:
        error.details.setdefault("field", column.name)
        draft.refuse(error)

    def _identified(self, scheme: str, text: str) -> tuple[Identity, ...]:
        found = self._identities.get((scheme, text))
        if found is None:
            try:
                found = identities_of(scheme, text)
            except FieldError as error:
                found = error
            if scheme == "external" and self._system != MAIN and not isinstance(found, FieldError):
                found = tuple(attrs.evolve(one, value=f"{self._system}:{one.value}") for one in found)
            if len(self._identities) >= 100_000:
                self._identities.clear()
            self._identities[scheme, text] = found
        if isinstance(found, FieldError):
            raise found
        return found


def _named(column: Column, cell: Cell) -> str:
    """Return what a cell names somebody or something by."""
    text = text_of(cell)
    if text.strip() in ERRORS:
        raise FieldError("field.error_cell", field=column.name, got=text.strip())
    return text


def _take_place(draft: Draft, name: str, text: str) -> None:
    """Take our own number of the record, or the place in an earlier file; what is no number says nothing."""
    number = _number(text.strip().removeprefix("#"))
    if name == OURS:
        draft.patron_id = number
    elif number is not None:
        batch, row = draft.origin or (0, 0)
        draft.origin = (number, row) if name == "batch" else (batch, number)


def called_number(text: str) -> int | None:
    """Return the id by which a cell calls a record, `#17`; None for another text, and for a number that no id can be."""
    return _number(text[1:]) if text.startswith("#") else None


def _number(digits: str) -> int | None:
    whole = digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS
    return number if whole and (number := int(digits)) < _BEHIND_IDS else None
