"""
From cells to values of fields: numbers, days, codes and texts as files write them.

Equal texts come up again and again in a column; each is read once. References to other records stay text here: what they name is
looked up later, many at once.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from patron.core.clock import instant_of
from patron.core.exchange.moments import read_moment
from patron.core.exchange.source import Cell
from patron.core.nouns import Field, FieldError, FieldKind, Labels, Vocabulary
from patron.core.nouns.lists import split_list
from patron.core.scoring.decimals.number import parse_number, settle_currencies
from patron.core.scoring.status import MISSING, OK

ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!"})
"""What a spreadsheet shows, and writes into text, where a formula has no value."""

MOST_KEPT = 20_000
"""Texts of a column that are remembered; beyond, the memory of them begins anew."""

_UNKNOWN = object()
_AMOUNTS = (FieldKind.MONEY, FieldKind.QUANTITY)
_PLAIN = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,4})?")
_ISO = (10, 16, 19)
"""Lengths of a day, and of a time to the minute or the second, where no zone is written."""
_LONGEST_WHOLE = 15
"""Digits that a binary number keeps for certain."""


class CellReader:
    """
    Reads the cells of a file.

    Args:
        vocabulary: the fields and codes of the installation.
        zone: of times that name none.
        currency: the ledger currency; a number with the sign of another is refused.
    """

    def __init__(self, vocabulary: Vocabulary, zone: str, currency: str) -> None:
        self._labels = Labels(vocabulary, "en")
        self._vocabulary = vocabulary
        self._zone = ZoneInfo(zone)
        self._currency = currency
        self._known: dict[int, dict[str, Any]] = {}
        self._readers: Mapping[FieldKind, Callable[[Field, Cell], Any]] = MappingProxyType(
            {
                FieldKind.TEXT: _text,
                FieldKind.NOTE: _text,
                FieldKind.CODE: self._code,
                FieldKind.CODES: self._codes,
                FieldKind.TEXTS: _text,
                FieldKind.INTEGER: self._number,
                FieldKind.MONEY: self._number,
                FieldKind.QUANTITY: self._number,
                FieldKind.TRUTH: self._truth,
                FieldKind.DAY: self._day,
                FieldKind.INSTANT: self._instant,
            }
        )

    def value(self, field: Field, cell: Cell) -> Any:
        """
        Return the value of a cell as *field* keeps it; None (or an empty tuple) for nothing.

        Raises:
            FieldError: it doesn't fit.
        """
        found = self.known(field).get(cell, _UNKNOWN) if isinstance(cell, str) else _UNKNOWN
        if found is _UNKNOWN:
            found = self.learn(field, cell)
        if isinstance(found, FieldError):
            raise found
        return found

    def known(self, field: Field) -> dict[str, Any]:
        """Return the texts that were read for a field → value, or complaint."""
        return self._known.setdefault(id(field), {})

    def learn(self, field: Field, cell: Cell) -> Any:
        """Read a cell, remember what it says where it is text, and return that: a value, or a complaint."""
        found = self._read(field, cell)
        if isinstance(cell, str):
            known = self.known(field)
            if len(known) >= MOST_KEPT:
                known.clear()
            known[cell] = found
        return found

    def _read(self, field: Field, cell: Cell) -> Any:
        """Return the value, or the complaint, which is as much worth keeping."""
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            return () if field.kind in (FieldKind.CODES, FieldKind.TEXTS) else None
        if isinstance(cell, str):
            if cell.strip() in ERRORS:
                return field.refuse("error_cell", cell)
            plain = self._read_plain(field, cell)
            if plain is not None:
                return plain
        try:
            return field.clean(self._readers[field.kind](field, cell))
        except FieldError as error:
            return error

    def _read_plain(self, field: Field, text: str) -> Any:
        """Return what text says that programs write: in a million order lines nearly every price is another one."""
        if field.kind in _AMOUNTS:
            return Decimal(text) if field.low is None is field.high and _PLAIN.fullmatch(text) else None
        if field.kind is FieldKind.INSTANT and len(text) in _ISO and text[4] == text[7] == "-":
            try:
                return instant_of(datetime.fromisoformat(text), self._zone)
            except (ValueError, OverflowError):
                return None
        return None

    def _number(self, field: Field, cell: Cell) -> object:
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return cell
        text = _text(field, cell)
        if field.kind is FieldKind.INTEGER:
            text = text.strip().removesuffix("%").removesuffix("％")
        number = parse_number(text)
        if number.status == MISSING:
            return None
        if number.status != OK:
            raise field.refuse("expected_number", text)
        if number.currency and len(settle_currencies(frozenset({number.currency, self._currency}))) > 1:
            raise FieldError("exchange.other_currency", field=field.called, got=text[:60], ledger=self._currency)
        return Decimal(number.integer).scaleb(-number.scale)

    def _code(self, field: Field, cell: Cell) -> str:
        return self._labels.code_called(field, _text(field, cell))

    def _codes(self, field: Field, cell: Cell) -> tuple[str, ...]:
        return tuple(self._labels.code_called(field, part) for part in split_list(_text(field, cell)))

    def _truth(self, field: Field, cell: Cell) -> object:
        return cell if isinstance(cell, bool) else _text(field, cell)

    def _day(self, field: Field, cell: Cell) -> date:
        moment = read_moment(cell)
        if moment is None:
            raise field.refuse("expected_day", cell)
        if moment.zone is None or moment.clock is None:
            return moment.day
        try:
            return datetime.combine(moment.day, moment.clock, moment.zone).astimezone(self._zone).date()
        except OverflowError as error:
            raise field.refuse("expected_day", cell) from error

    def _instant(self, field: Field, cell: Cell) -> datetime:
        moment = read_moment(cell)
        if moment is None:
            raise field.refuse("expected_time", cell)
        try:
            return instant_of(datetime.combine(moment.day, moment.clock or time(), moment.zone), self._zone)
        except OverflowError as error:
            raise field.refuse("expected_time", cell) from error


def text_of(cell: Cell) -> str:
    """
    Return what a cell says as text: a number without an exponent and a whole one without a fraction.

    Raises:
        FieldError: it is a number that has more digits than its cell can keep.
    """
    if cell is None or isinstance(cell, str):
        return cell or ""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        number = Decimal(repr(cell))
        if not number.is_finite() or number.adjusted() >= _LONGEST_WHOLE:
            raise FieldError("exchange.long_number", got=str(cell)[:60])
        return format(number.to_integral_value() if number == number.to_integral_value() else number, "f")
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def shown(cell: Cell) -> str:
    """Return what a cell says, for people: also a number that has more digits than its cell can keep."""
    try:
        return text_of(cell)
    except FieldError:
        return str(cell)


def _text(field: Field, cell: Cell) -> str:
    return text_of(cell)
