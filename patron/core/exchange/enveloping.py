"""
Sheets that reach us by themselves: a row is an envelope, its columns and cells understood as an import understands them.

What a cell of a code means is left to the intake, which knows the codes of all plugins; so is what fits no field, which becomes a
remark there. A row that is damaged is an envelope, too: somebody stands behind it.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from patron.core.errors import PatronError
from patron.core.exchange.cells import CellReader, text_of
from patron.core.exchange.column import Column, Role
from patron.core.exchange.mapping import NOTHING, ColumnMap, Wishes, fold_header, map_columns
from patron.core.exchange.source import Cell, InMemory, SourceFile, SourceOptions, SourceRow, open_rows
from patron.core.nouns import FieldError, Vocabulary
from patron.core.nouns.schemes import identities_of, identity_of
from patron.core.nouns.systems import MAIN
from patron.core.records.intake import Contact, Envelope, EnvelopeKind, Unreadable

_NO_CURRENCY = "XXX"
"""The ledger's currency is not known here: an amount that names one is left to a person."""

_FOREIGN = tuple(f"exchange.{begin}" for begin in ("no_rows", "old_excel", "no_workbook", "bomb", "workbook_"))
"""How errors begin that say that bytes are no sheet at all, or one made to do harm."""


@attrs.frozen(kw_only=True)
class SheetReading:
    """
    How a sheet is to be read.

    Attributes:
        noun: what its rows are: `lead` or `interaction`.
        wishes: what is said about its columns; a header that a sheet doesn't have is passed over.
        options: encoding, delimiter, sheet of a workbook.
        system: whose numbers it has.
        zone: of times that name none.
    """

    noun: str = "lead"
    wishes: Wishes = attrs.field(factory=Wishes)
    options: SourceOptions = attrs.field(factory=SourceOptions)
    system: str | None = None
    zone: str = "UTC"


def envelopes_of_sheet(body: bytes, name: str, reading: SheetReading) -> list[Envelope]:
    """
    Return an envelope for every row that tells of somebody.

    Args:
        body: a CSV file or an Excel workbook.
        name: what complaints call it.
        reading: how to read it.

    Raises:
        Unreadable: it is no sheet, is damaged, beyond the bounds, or has no column that is known.
    """
    try:
        source = open_rows(InMemory(body, name or "–"), reading.options)
        try:
            return list(_Sheet(source, name, reading).envelopes())
        finally:
            source.close()
    except PatronError as error:
        raise Unreadable(error.message("en"), foreign=error.key.startswith(_FOREIGN)) from error


class _Sheet:
    """One sheet."""

    def __init__(self, source: SourceFile, name: str, reading: SheetReading) -> None:
        self._source = source
        self._reading = reading
        there = {fold_header(one) for one in source.header}
        columns = {one: column for one, column in reading.wishes.columns.items() if fold_header(one) in there}
        self._left_alone = {fold_header(one) for one, column in columns.items() if column in NOTHING}
        vocabulary = Vocabulary()
        wishes = attrs.evolve(reading.wishes, columns=columns)
        self._map: ColumnMap = map_columns(name, source.header, reading.noun, vocabulary, wishes)
        if not self._map.places:
            raise Unreadable(f"no column of {', '.join(source.header)[:200]} is known")
        self._cells = CellReader(vocabulary, reading.zone, _NO_CURRENCY)
        known = {place for place, _ in self._map.places}
        self._others = [
            (place, one)
            for place, one in enumerate(source.header)
            if place not in known and one and fold_header(one) not in self._left_alone
        ]

    def envelopes(self) -> Iterator[Envelope]:
        """Return the envelopes, in the order of the rows."""
        for row in self._source.rows():
            envelope = self._damaged(row) if row.problem is not None else self._read(row)
            if envelope.contacts or envelope.customer.get("name") or row.problem is not None:
                yield envelope

    def _damaged(self, row: SourceRow) -> Envelope:
        told = " | ".join(filter(None, map(_shown, row.cells)))
        return Envelope(key=_digest([told]), remarks=(f"{row.line}: {told}",))

    def _read(self, row: SourceRow) -> Envelope:
        parts: dict[str, dict[str, Any]] = {"customer": {}, "lead": {}, "interaction": {}}
        contacts: list[Contact] = []
        said: dict[str, str] = {}
        for column, cell in [*((column, row.cells[place]) for place, column in self._map.places), *self._map.constants]:
            text = _shown(cell).strip()
            if not text:
                continue
            said[column.name] = "\x1f".join(filter(None, (said.get(column.name), text)))
            if column.role is Role.IDENTITY:
                contacts += self._contacts(column.target or "", text)
            elif column.role is Role.REFERENCE and column.field is not None and column.field.target != "lead":
                parts[column.part][column.field.name] = text
            elif column.role is Role.VALUE:
                parts[column.part][column.field.name if column.field else column.name] = self._value(column, cell, text)
        for place, header in self._others:
            if text := _shown(row.cells[place]).strip():
                said[header] = parts[self._reading.noun][header] = text
        return self._envelope(parts, tuple(contacts), said)

    def _envelope(self, parts: Mapping[str, dict[str, Any]], contacts: tuple[Contact, ...], said: Mapping[str, str]) -> Envelope:
        own = parts[self._reading.noun]
        # What a row itself says of a system is the sender's word, and reaches no leads of others.
        said_system, system = own.pop("system", None), self._reading.system
        number = str(own.pop("source_key", ""))
        is_lead = self._reading.noun == "lead"
        at = own.pop("filed_at" if is_lead else "at", None)
        moment = at if not isinstance(at, str) else None
        if isinstance(at, str):
            own["filed_at" if is_lead else "at"] = at
        native = f"{said_system}:{number}" if number and said_system and said_system != system else number
        system = system if native and native == number else None
        if is_lead and not native and contacts and moment is not None:
            native = self._day_of(contacts[0], own.get("source", ""), moment)
        return Envelope(
            key=_digest(f"{name}={text}" for name, text in sorted(said.items())),
            native_id=native if is_lead else "",
            system=(system or "") if is_lead else "",
            kind=EnvelopeKind.LEAD if is_lead else EnvelopeKind.MESSAGE,
            at=moment,
            contacts=contacts,
            customer=parts["customer"],
            lead=parts["lead"],
            interaction=parts["interaction"],
        )

    def _day_of(self, contact: Contact, source: str, at: datetime) -> str:
        """Return what stands for a number: as in an import one customer, source and day are one lead."""
        try:
            one = identity_of(contact.scheme, contact.written)
        except FieldError:
            one = None
        who = contact.written if one is None else one.value
        day = at.astimezone(ZoneInfo(self._reading.zone)).date()
        return f"row:{_digest([contact.scheme, who, source, day.isoformat()])}"

    def _contacts(self, scheme: str, text: str) -> list[Contact]:
        try:
            found = [one.written or one.value for one in identities_of(scheme, text)]
        except FieldError:
            found = [text]
        system = self._reading.system or MAIN
        own = f"{system}:" if scheme == "external" and system != MAIN else ""
        return [Contact(scheme=scheme, written=own + one) for one in found]

    def _value(self, column: Column, cell: Cell, text: str) -> Any:
        """Return the value of a cell, or its text where only the intake can tell what it means, or nobody."""
        found = None if column.field is None else self._cells.learn(column.field, cell)
        return text if isinstance(found, FieldError) or found is None else found


def _shown(cell: Cell) -> str:
    try:
        return text_of(cell)
    except FieldError:
        return str(cell)


def _digest(said: Any) -> str:
    return hashlib.blake2b("\x1e".join(said).encode("utf-8", "replace"), digest_size=16).hexdigest()
