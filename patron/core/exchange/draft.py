"""
Drafts: rows of a file, read into values of fields, before anything is looked up in the database.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

import attrs

from patron.core.errors import PatronError
from patron.core.exchange.cells import CellReader, text_of
from patron.core.exchange.column import Column, Role
from patron.core.exchange.mapping import ColumnMap
from patron.core.exchange.source import Cell, SourceFile, SourceRow
from patron.core.nouns import FieldError, Identity
from patron.core.nouns.schemes import identities_of


@attrs.define(kw_only=True, eq=False)
class Draft:
    """
    One row.

    Attributes:
        number: its number among the rows of the file, from 1; the checkpoint counts these.
        line: where it stands in the file.
        cells: as they stand there.
        values: noun → field → value, without those that are empty; extension fields under `ext`.
        identities: what identifies the customer.
        references: column → what another record is called.
        patron_id: our own number of the record, as an export wrote it.
        origin: (batch, row) from which it was refused earlier.
        key: what tells its content from others'; given where the row itself brings no key.
        problems: why it can't be imported.
    """

    number: int
    line: int
    cells: list[Cell]
    values: dict[str, dict[str, Any]] = attrs.field(factory=dict)
    identities: list[Identity] = attrs.field(factory=list)
    references: dict[str, str] = attrs.field(factory=dict)
    patron_id: int | None = None
    origin: tuple[int, int] | None = None
    key: str = ""
    problems: list[PatronError] = attrs.field(factory=list)

    def of(self, noun: str) -> dict[str, Any]:
        """Return the values of one noun's record."""
        return self.values.get(noun, {})

    def digest(self) -> str:
        """Return a digest of everything that the row says."""
        said = (
            [(noun, sorted((name, _canonical(value)) for name, value in values.items())) for noun, values in self.values.items()],
            [(one.scheme, one.value) for one in self.identities],
            sorted(self.references.items()),
        )
        return hashlib.blake2b(repr(said).encode(), digest_size=12).hexdigest()


def _canonical(value: Any) -> str:
    return repr(sorted(value.items())) if isinstance(value, dict) else str(value)


class DraftReader:
    """
    Reads the rows of one file.

    Args:
        column_map: what its columns mean.
        cells: reads cells.
        system: whose numbers of customers the file has; told apart from those of others.
    """

    def __init__(self, column_map: ColumnMap, cells: CellReader, system: str) -> None:
        self._places = [(place, column) for place, column in column_map.places if column.name != "reasons"]
        self._constants = column_map.constants
        self._cells = cells
        self._system = system
        self._identities: dict[tuple[str, str], tuple[Identity, ...] | FieldError] = {}

    def drafts(self, source: SourceFile) -> Iterator[Draft]:
        """Return the rows of a file, in order."""
        for number, row in enumerate(source.rows(), 1):
            yield self._read(number, row)

    def _read(self, number: int, row: SourceRow) -> Draft:
        draft = Draft(number=number, line=row.line, cells=row.cells)
        if row.problem is not None:
            draft.problems.append(row.problem)
            return draft
        for place, column in self._places:
            cell = row.cells[place]
            if cell is not None and cell != "":
                self._take(draft, column, cell)
        for column, constant in self._constants:
            self._take(draft, column, constant)
        return draft

    def _take(self, draft: Draft, column: Column, cell: Cell) -> None:
        try:
            if column.role is Role.VALUE:
                self._take_value(draft, column, cell)
            elif column.role is Role.IDENTITY:
                draft.identities.extend(self._identified(column.target or "", text_of(cell)))
            elif column.role is Role.REFERENCE:
                text = text_of(cell).strip()
                if text:
                    draft.references[column.name] = text
            else:
                _take_place(draft, column.name, text_of(cell))
        except FieldError as error:
            error.details.setdefault("field", column.name)
            draft.problems.append(error)

    def _take_value(self, draft: Draft, column: Column, cell: Cell) -> None:
        assert column.field is not None  # noqa: S101  # columns of values have a field
        value = self._cells.value(column.field, cell)
        if value is None or value == ():
            return
        values = draft.values.get(column.part)
        if values is None:
            values = draft.values[column.part] = {}
        name = column.field.name
        if "." in name:
            values.setdefault("ext", {})[name] = value
        else:
            values[name] = value

    def _identified(self, scheme: str, text: str) -> tuple[Identity, ...]:
        found = self._identities.get((scheme, text))
        if found is None:
            try:
                found = identities_of(scheme, text)
            except FieldError as error:
                found = error
            if scheme == "external" and self._system != "main" and not isinstance(found, FieldError):
                found = tuple(attrs.evolve(one, value=f"{self._system}:{one.value}") for one in found)
            if len(self._identities) >= 100_000:
                self._identities.clear()
            self._identities[scheme, text] = found
        if isinstance(found, FieldError):
            raise found
        return found


def _take_place(draft: Draft, name: str, text: str) -> None:
    """Take our own number of the record, or the place in an earlier file; what is no number says nothing."""
    digits = text.strip().removeprefix("#")
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None
    if name == "patron_id":
        draft.patron_id = number
    elif number is not None:
        batch, row = draft.origin or (0, 0)
        draft.origin = (number, row) if name == "batch" else (batch, number)
