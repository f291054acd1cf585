"""
Fields of nouns: what a value may be, and how it comes from whatever was typed.

A noun's attribute is declared by one of the functions below (`text()`, `money()`, …), which put a `Field` into its metadata and
clean every value that enters the record. `fields_of(Lead)` lists them; table, import, export, history and labels read that list.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import attrs

from patron.core.errors import PatronError
from patron.core.i18n import CORE, LANGUAGES, Worded
from patron.core.message import LONGEST, Message
from patron.core.money import LARGEST, SCALE, UNIT
from patron.core.nouns.lists import split_list


class FieldKind(StrEnum):
    """What a value is."""

    TEXT = "text"
    """One line of text."""
    NOTE = "note"
    """Text of any number of lines."""
    CODE = "code"
    """A code of a code list."""
    CODES = "codes"
    """Several codes of a code list, in order, each once."""
    TEXTS = "texts"
    """Several texts, in order, each once."""
    INTEGER = "integer"
    """A whole number."""
    MONEY = "money"
    """A `Decimal` in the ledger currency, of at most four places."""
    QUANTITY = "quantity"
    """A `Decimal` number of units, of at most four places."""
    TRUTH = "truth"
    """Yes or no."""
    DAY = "day"
    """A calendar day."""
    INSTANT = "instant"
    """A point in time; an aware `datetime` in UTC."""
    REFERENCE = "reference"
    """The id of another record."""
    MESSAGE = "message"
    """Something that is put into words when it is read; what people type is text."""
    EXTENSION = "extension"
    """The values of extension fields."""


class FieldError(PatronError):
    """A value does not fit its field: `details` has `field`, `got` and what was expected."""

    exit_code = 2


@attrs.frozen(kw_only=True)
class Field:
    """
    What is known of one field.

    Attributes:
        name: as in code, in files and in filters; extension fields are `namespace.name`.
        noun: whose field it is.
        kind: what its values are.
        required: a record without it is refused.
        length: characters that a text may have.
        low: the least number allowed.
        high: the greatest number allowed.
        codes: the code list, for codes.
        target: the noun that a reference points to.
        tracked: every change of it stays in the history, with two times.
        indexed: looked up often enough for an index.
        unique: no two records of the noun share a value.
        personal: tells something about a person; an erasure empties it.
        restricted: the right that reading and writing it takes beside that to the record; for everybody else it has no value.
        moves: what the record hangs on: the history has its changes and its end, but not the value that it was born with.
        system: set by Patron alone; nobody types it.
        fixed: set once, with the record; another value is another record.
        default: what stands for no value, where that is not the absence of one.
        words: language → what people call it, of a declared field; those of the core are in `locale/*/fields.toml`.
    """

    name: str
    kind: FieldKind
    required: bool = False
    length: int = 200
    low: int | None = None
    high: int | None = None
    codes: str | None = None
    target: str | None = None
    tracked: bool = False
    indexed: bool = False
    unique: bool = False
    personal: bool = False
    restricted: str | None = None
    moves: bool = False
    system: bool = False
    fixed: bool = False
    default: object = None
    noun: str = attrs.field(default="", eq=False)
    words: Mapping[str, str] = attrs.field(default=MappingProxyType({}), eq=False)

    @property
    def called(self) -> Worded:
        """The name, with what people call it."""
        return Worded(self.name, self.label)

    def label(self, lang: str) -> str:
        """Return what people call the field; its name where nobody said."""
        said = self.words.get(lang) or self.words.get(LANGUAGES[0]) or CORE.find(lang, f"fields.{self.noun}.{self.name}")
        return said or CORE.find(lang, f"fields.{self.name}") or self.name

    def clean(self, value: object) -> Any:
        """
        Return *value* as this field keeps it; the default for nothing (an empty text is nothing).

        Raises:
            FieldError: it does not fit.
        """
        if isinstance(value, str) and not value.strip():
            value = None
        if value is None:
            if self.required:
                raise FieldError("field.required", field=self.called)
            return () if self.kind in (FieldKind.CODES, FieldKind.TEXTS) else self.default
        return _CLEANERS[self.kind](self, value)

    def refuse(self, reason: str, got: object, **details: object) -> FieldError:
        """Return the complaint *reason* about the value *got*."""
        shown = str(got)
        details |= {"field": self.called, "got": shown if len(shown) <= 60 else f"{shown[:59]}…"}
        return FieldError(f"field.{reason}", **details)  # type: ignore[arg-type]  # no detail is called catalogue


_FIELD = "patron.field"
_CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?")
_BREAKS = "\t\n\r"


def text(*, length: int = 200, default: str | None = None, **about: Any) -> Any:
    """Declare one line of text."""
    return _declare(Field(name="", kind=FieldKind.TEXT, length=length, **about), default)


def note(*, length: int = 20_000, **about: Any) -> Any:
    """Declare text of several lines."""
    return _declare(Field(name="", kind=FieldKind.NOTE, length=length, **about))


def code(codes: str, *, default: str | None = None, **about: Any) -> Any:
    """Declare a code of the list *codes*."""
    return _declare(Field(name="", kind=FieldKind.CODE, codes=codes, length=64, **about), default)


def codes(name: str, **about: Any) -> Any:
    """Declare several codes of the list *name*."""
    return _declare(Field(name="", kind=FieldKind.CODES, codes=name, length=64, **about), ())


def texts(**about: Any) -> Any:
    """Declare several texts."""
    return _declare(Field(name="", kind=FieldKind.TEXTS, **about), ())


def integer(low: int | None = None, high: int | None = None, *, default: int | None = None, **about: Any) -> Any:
    """Declare a whole number between *low* and *high*, both allowed."""
    return _declare(Field(name="", kind=FieldKind.INTEGER, low=low, high=high, **about), default)


def money(**about: Any) -> Any:
    """Declare an amount of money."""
    return _declare(Field(name="", kind=FieldKind.MONEY, **about))


def quantity(*, default: Decimal | None = None, **about: Any) -> Any:
    """Declare a number of units."""
    return _declare(Field(name="", kind=FieldKind.QUANTITY, **about), default)


def truth(*, default: bool | None = None, **about: Any) -> Any:
    """Declare a yes or no."""
    return _declare(Field(name="", kind=FieldKind.TRUTH, **about), default)


def day(**about: Any) -> Any:
    """Declare a calendar day."""
    return _declare(Field(name="", kind=FieldKind.DAY, **about))


def instant(**about: Any) -> Any:
    """Declare a point in time."""
    return _declare(Field(name="", kind=FieldKind.INSTANT, **about))


def reference(target: str, *, indexed: bool = True, **about: Any) -> Any:
    """Declare the id of a record of the noun *target*."""
    return _declare(Field(name="", kind=FieldKind.REFERENCE, target=target, indexed=indexed, **about))


def message(**about: Any) -> Any:
    """Declare something that is put into words when it is read."""
    return _declare(Field(name="", kind=FieldKind.MESSAGE, length=LONGEST, **about))


def extension() -> Any:
    """Declare the values of extension fields."""
    return _declare(Field(name="", kind=FieldKind.EXTENSION), MappingProxyType({}))


def fields_of(noun: type) -> Mapping[str, Field]:
    """Return the fields of a noun by name, in order."""
    found = _FIELDS.get(noun)
    if found is None:
        found = _FIELDS[noun] = _read_fields(noun)
    return found


_FIELDS: dict[type, Mapping[str, Field]] = {}


def _read_fields(noun: type) -> Mapping[str, Field]:
    declared = [attribute for attribute in attrs.fields(noun) if _FIELD in attribute.metadata]
    called = re.sub(r"(?<=.)(?=[A-Z])", "_", noun.__name__).lower()
    return MappingProxyType({one.name: attrs.evolve(one.metadata[_FIELD], name=one.name, noun=called) for one in declared})


def _declare(field: Field, default: object = None) -> Any:
    keyword: dict[str, Any] = {} if field.required and default in {None, ()} else {"default": default}
    converter = attrs.Converter(_convert, takes_field=True)
    single = None if isinstance(default, tuple | Mapping) else default
    return attrs.field(converter=converter, metadata={_FIELD: attrs.evolve(field, default=single)}, **keyword)


def _convert(value: object, attribute: "attrs.Attribute[Any]") -> Any:
    try:
        return attribute.metadata[_FIELD].clean(value)
    except FieldError as error:
        error.details["field"] = attribute.name  # a field learns its name when its class is made
        raise


def _clean_text(field: Field, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise field.refuse("expected_text", value)
    line = unicodedata.normalize("NFC", str(value)).strip()
    _refuse_controls(field, line, "")
    return _within_length(field, line)


def _clean_note(field: Field, value: object) -> str:
    if not isinstance(value, str):
        raise field.refuse("expected_text", value)
    lines = unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\r", "\n").strip()
    _refuse_controls(field, lines, _BREAKS)
    return _within_length(field, lines)


def _refuse_controls(field: Field, value: str, allowed: str) -> None:
    # One database keeps a NUL and the other refuses it; no person means any of them, so that both refuse.
    if value.isprintable():
        return
    for character in value:
        if unicodedata.category(character) in ("Cc", "Cs") and character not in allowed:
            raise field.refuse("control_character", value.replace(character, "\ufffd"), code=f"U+{ord(character):04X}")


def _within_length(field: Field, value: str) -> str:
    if len(value) > field.length:
        raise field.refuse("too_long", value, length=field.length, has=len(value))
    return value


def _clean_code(field: Field, value: object) -> str:
    if not isinstance(value, str) or not _CODE.fullmatch(value.strip()) or len(value) > field.length:
        raise field.refuse("expected_code", value)
    return value.strip()


def _clean_codes(field: Field, value: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_clean_code(field, part) for part in _several(field, value)))


def _clean_texts(field: Field, value: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(kept for part in _several(field, value) if (kept := _clean_text(field, part))))


def _several(field: Field, value: object) -> tuple[object, ...]:
    if isinstance(value, str):
        return split_list(value)
    if isinstance(value, tuple | list):
        return tuple(value)
    raise field.refuse("expected_several", value)


def _clean_integer(field: Field, value: object) -> int:
    number = _number(field, value, "expected_whole")
    if number != number.to_integral_value():
        percent = (field.low, field.high) == (0, 100) and 0 < number < 1
        raise field.refuse(
            "fraction_of_hundred" if percent else "expected_whole", value, percent=f"{(number * 100).normalize():f}"
        )
    low, high = -LARGEST if field.low is None else field.low, LARGEST if field.high is None else field.high
    if not low <= number <= high:
        raise field.refuse("out_of_range", value, low=low, high=high)
    return int(number)


def _clean_money(field: Field, value: object) -> Decimal:
    number = _number(field, value, "expected_number")
    scaled = number.scaleb(SCALE)
    if scaled != scaled.to_integral_value():
        raise field.refuse("too_fine", value, places=SCALE)
    low, high = -LARGEST if field.low is None else field.low * UNIT, LARGEST if field.high is None else field.high * UNIT
    if not low <= scaled <= high:
        raise field.refuse("out_of_range", value, low=low // UNIT, high=high // UNIT)
    return number


def _number(field: Field, value: object, complaint: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise field.refuse(complaint, value)
    try:
        # The shortest decimal form of a binary float is what its author saw.
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    except InvalidOperation as error:
        raise field.refuse(complaint, value) from error
    if not number.is_finite() or number.adjusted() > 20:
        raise field.refuse(complaint, value)
    return number


_WORDS = MappingProxyType(
    dict.fromkeys(("1", "true", "yes", "y", "是", "有"), True) | dict.fromkeys(("0", "false", "no", "n", "否", "无"), False)
)


def _clean_truth(field: Field, value: object) -> bool:
    if isinstance(value, bool):
        return value
    found = _WORDS.get(str(value).strip().lower())
    if found is None:
        raise field.refuse("expected_truth", value)
    return found


def _clean_day(field: Field, value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value.strip())
        except ValueError as error:
            raise field.refuse("expected_day", value) from error
    raise field.refuse("expected_day", value)


def _clean_instant(field: Field, value: object) -> datetime:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError as error:
            raise field.refuse("expected_instant", value) from error
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise field.refuse("expected_instant", value)
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise field.refuse("expected_instant", value) from error


def _clean_reference(field: Field, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= LARGEST:
        raise field.refuse("expected_reference", value)
    return value


def _clean_message(field: Field, value: object) -> Message:
    return value if isinstance(value, Message) else Message.text(_clean_note(field, value))


def _clean_extension(field: Field, value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise field.refuse("expected_extension", value)
    return MappingProxyType({key: value[key] for key in sorted(value) if value[key] is not None})


_CLEANERS: Mapping[FieldKind, Any] = MappingProxyType(
    {
        FieldKind.TEXT: _clean_text,
        FieldKind.NOTE: _clean_note,
        FieldKind.CODE: _clean_code,
        FieldKind.CODES: _clean_codes,
        FieldKind.TEXTS: _clean_texts,
        FieldKind.INTEGER: _clean_integer,
        FieldKind.MONEY: _clean_money,
        FieldKind.QUANTITY: _clean_money,
        FieldKind.TRUTH: _clean_truth,
        FieldKind.DAY: _clean_day,
        FieldKind.INSTANT: _clean_instant,
        FieldKind.REFERENCE: _clean_reference,
        FieldKind.MESSAGE: _clean_message,
        FieldKind.EXTENSION: _clean_extension,
    }
)
