"""
Sheets that reach us by themselves: a row is an envelope, its columns and cells understood as an import understands them.

What a cell of a code means is left to the intake, which knows the codes of all plugins; so is what fits no field, which becomes a
remark there. A row that is damaged is an envelope, too, which waits alone in quarantine: somebody stands behind it.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from patron.core.config.sheets import ImportSettings
from patron.core.errors import PatronError
from patron.core.exchange.asides import Asides, Sifted
from patron.core.exchange.cells import CellReader, shown
from patron.core.exchange.column import Column, Role
from patron.core.exchange.mapping import NOTHING, ColumnMap, Wishes, fold_header, known_headings, map_columns
from patron.core.exchange.source import Cell, InMemory, SourceFile, SourceOptions, SourceRow, open_rows
from patron.core.exchange.tabular import other_sheets
from patron.core.message import Message
from patron.core.names import listed, shorten
from patron.core.nouns import FieldError, Vocabulary
from patron.core.nouns.contents import Occurrences
from patron.core.nouns.schemes import MATCHING, identities_of
from patron.core.nouns.systems import MAIN
from patron.core.payloads import aside_envelope, broken_envelope
from patron.core.records.intake import Contact, Envelope, EnvelopeKind, Unreadable
from patron.core.records.reason import Reason

_NO_CURRENCY = "XXX"
"""The ledger's currency is not known here: an amount that names one is left to a person."""

_FOREIGN = tuple(f"exchange.{begin}" for begin in ("no_rows", "old_excel", "no_workbook", "bomb", "workbook_"))
"""How errors begin that say that bytes are no sheet at all, or one made to do harm."""


_ABOVE = 5
"""Rows above the headings that are named, at most."""
_LONGEST = 40

ASKED_BY = "csv"
"""The connection by which an import asks whom a row means: the channel by itself."""

KEYS_OF = "patron-keys-of"
"""The header by which such a question says whose key its row has; nobody else's word is taken for that."""


@attrs.frozen(kw_only=True)
class SheetReading:
    """
    How a sheet is to be read.

    Attributes:
        noun: what its rows are: `lead` or `interaction`.
        wishes: what is said about its columns; a header that a sheet doesn't have is passed over.
        options: encoding, delimiter, sheet of a workbook.
        system: whose numbers it has.
        asides: by which words rows are known that are no records.
        keys_of: whose the keys of its rows are, where that is known and not the same.
        zone: of times that name none.
    """

    noun: str = "lead"
    wishes: Wishes = attrs.field(factory=Wishes)
    options: SourceOptions = attrs.field(factory=SourceOptions)
    system: str | None = None
    asides: ImportSettings = attrs.field(factory=ImportSettings)
    keys_of: str | None = None
    zone: str = "UTC"


def envelopes_of_sheet(body: bytes, name: str, reading: SheetReading) -> list[Envelope]:
    """
    Return an envelope for every row that tells of somebody, and for every one that can't be read.

    Args:
        body: a CSV file or an Excel workbook.
        name: what complaints call it.
        reading: how to read it.

    Raises:
        Unreadable: it is no sheet, is damaged, beyond the bounds, or has no column that is known.
    """
    try:
        knows = known_headings(reading.noun, Vocabulary(), reading.wishes)
        source = open_rows(InMemory(body, name or "–"), reading.options, knows)
        try:
            return list(_Sheet(source, name, reading).envelopes())
        finally:
            source.close()
    except PatronError as error:
        raise Unreadable(Reason(error.key, **error.details), foreign=error.key.startswith(_FOREIGN)) from error


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
            raise Unreadable(Reason("payloads.no_column", header=listed(source.header)))
        self._asides = Asides(source.header, self._map, reading.asides)
        self._cells = CellReader(vocabulary, reading.zone, _NO_CURRENCY)
        self._occurrences = Occurrences()
        known = {place for place, _ in self._map.places}
        self._others = [
            (place, one)
            for place, one in enumerate(source.header)
            if place not in known and one and fold_header(one) not in self._left_alone
        ]

    def envelopes(self) -> Iterator[Envelope]:
        """Return the envelopes, in the order of the rows; behind them what is about nobody."""
        rows = Sifted(self._source.rows(), self._asides)
        told: list[Reason] = []
        for row in rows:
            envelope = self._read(row) if row.problem is None else _damaged(row, row.problem)
            if envelope.contacts or envelope.customer.get("name") or envelope.interaction or envelope.broken:
                yield envelope
            else:
                text = " ".join(filter(None, map(shown, row.cells)))
                told.append(Reason("payloads.names_nobody", row=row.line, text=shorten(text, _LONGEST)))
        told += [Reason(f"payloads.aside_{one.kind}", row=one.row, text=one.text) for one in rows.found]
        if above := self._source.above:
            first = Reason(
                "payloads.above_headings", row=self._source.heading_row, above=listed([one.text for one in above], _ABOVE)
            )
            told.insert(0, first)
        yield from map(aside_envelope, (*other_sheets(self._source), *told))

    def _read(self, row: SourceRow) -> Envelope:
        parts: dict[str, dict[str, Any]] = {"customer": {}, "lead": {}, "interaction": {}}
        contacts: list[Contact] = []
        identified = False
        said: dict[str, str] = {}
        for column, cell in [*((column, row.cells[place]) for place, column in self._map.places), *self._map.constants]:
            text = shown(cell).strip()
            if not text:
                continue
            said[column.name] = "\x1f".join(filter(None, (said.get(column.name), text)))
            if column.role is Role.IDENTITY:
                found, matching = self._contacts(column.target or "", text)
                contacts += found
                identified = identified or matching
            elif column.role is Role.REFERENCE and column.field is not None:
                parts[column.part][column.field.name] = text
            elif column.role is Role.VALUE:
                parts[column.part][column.field.name if column.field else column.name] = self._value(column, cell, text)
        for place, header in self._others:
            if text := shown(row.cells[place]).strip():
                said[header] = parts[self._reading.noun][header] = text
        envelope = self._envelope(parts, tuple(contacts), said)
        return envelope if identified else self._counted(envelope)

    def _envelope(self, parts: Mapping[str, dict[str, Any]], contacts: tuple[Contact, ...], said: Mapping[str, str]) -> Envelope:
        own = parts[self._reading.noun]
        # What a row itself says of a system is the sender's word, and reaches no leads of others.
        said_system, system = own.pop("system", None), self._reading.keys_of or self._reading.system
        number = str(own.pop("source_key", ""))
        is_lead = self._reading.noun == "lead"
        at = own.pop("filed_at" if is_lead else "at", None)
        moment = at if not isinstance(at, str) else None
        if isinstance(at, str):
            own["filed_at" if is_lead else "at"] = at
        native = f"{said_system}:{number}" if number and said_system and said_system != system else number
        return Envelope(
            key=_digest(f"{name}={text}" for name, text in sorted(said.items())),
            native_id=native,
            system=(system or "") if native and native == number else "",
            kind=EnvelopeKind.LEAD if is_lead else EnvelopeKind.MESSAGE,
            listed=True,
            at=moment,
            contacts=contacts,
            customer=parts["customer"],
            lead=parts["lead"],
            interaction=parts["interaction"],
        )

    def _counted(self, envelope: Envelope) -> Envelope:
        """Return the envelope of a lead that identifies nobody: others that are equal are meant, too."""
        if envelope.native_id or envelope.kind is not EnvelopeKind.LEAD:
            return envelope
        count = self._occurrences.count(envelope.key.encode())
        return envelope if count == 1 else attrs.evolve(envelope, key=f"{envelope.key}-{count}")

    def _contacts(self, scheme: str, text: str) -> tuple[list[Contact], bool]:
        """Return what a cell says of how somebody is known, and whether that stands for one person or household."""
        try:
            identities = identities_of(scheme, text)
        except FieldError:
            return [Contact(scheme=scheme, written=text)], False
        system = self._reading.system or MAIN
        own = f"{system}:" if scheme == "external" and system != MAIN else ""
        contacts = [Contact(scheme=scheme, written=own + (one.written or one.value)) for one in identities]
        return contacts, any(one.scheme in MATCHING for one in identities)

    def _value(self, column: Column, cell: Cell, text: str) -> Any:
        """Return the value of a cell, or its text where only the intake can tell what it means, or nobody."""
        found = None if column.field is None else self._cells.learn(column.field, cell)
        return text if isinstance(found, FieldError) or found is None else found


def _damaged(row: SourceRow, problem: PatronError) -> Envelope:
    """Return what stands for a row that can't be read: it is refused alone, as by an import."""
    return broken_envelope(Reason("payloads.damaged_row", line=row.line, reason=Message.of(problem)), *map(shown, row.cells))


def _digest(said: Any) -> str:
    return hashlib.blake2b("\x1e".join(said).encode("utf-8", "replace"), digest_size=16).hexdigest()
