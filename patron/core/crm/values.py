"""
From what people write to values of fields: codes by their label, people by their login, times without a zone.

`#12` is the id of a record. Bare digits are what people call one before they are an id: products and orders have such numbers.

Text comes from command lines, forms and files; values that are what the field keeps pass as they are.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from patron.core.access import Action, Scope
from patron.core.clock import instant_of
from patron.core.crm.identities import reached_by
from patron.core.names import listed
from patron.core.nouns import POINTERS, Customer, Field, FieldError, FieldKind, Labels, Team, User, noun_of
from patron.core.nouns.campaign import Campaign
from patron.core.nouns.criterion import equal
from patron.core.nouns.lists import split_list
from patron.core.nouns.order import Order, Product
from patron.core.store import Reader
from patron.core.store.keys import rows_by

_KEYS: Mapping[str, tuple[type, str]] = {
    "user": (User, "login"),
    "team": (Team, "code"),
    "campaign": (Campaign, "code"),
    "product": (Product, "code"),
    "customer": (Customer, "name"),
    "order": (Order, "number"),
}
"""Noun → what people call one of it by, instead of its id."""

_IDENTIFIER = re.compile(r"#?(0|[1-9][0-9]{0,17})")
"""An id: what begins with a nought, or is longer than a database counts, is a key."""


class ValueReader:
    """
    Reads values as people write them.

    Attributes:
        reader: looks up what references name.
        labels: the words of fields and codes.
        zone: of times that name none.
        ids: whether a number may be the id of a record; what outsiders write never is.
    """

    def __init__(self, reader: Reader, zone: str, *, ids: bool = True) -> None:
        self.reader = reader
        self.ids = ids
        self.labels = Labels(reader.vocabulary, "en")
        self.zone = ZoneInfo(zone)

    def values(self, noun: str, written: Mapping[str, object]) -> dict[str, Any]:
        """
        Return values by field as a record and `UnitOfWork.update()` take them; extension fields are gathered in `ext`.

        Args:
            noun: the kind of the record.
            written: field (by name or label) → value; an empty text takes the value away.

        Raises:
            FieldError: a field is unknown or given twice, or a value doesn't fit.
        """
        found: dict[str, Any] = {}
        extensions: dict[str, Any] = {}
        for name, value in written.items():
            field = self.labels.field_called(noun, name)
            place = extensions if "." in field.name else found
            if field.name in place:
                raise FieldError("crm.field_twice", field=field.called)
            place[field.name] = self.value(noun, field, value)
        return found | ({"ext": extensions} if extensions else {})

    def value(self, noun: str, field: Field, written: object) -> Any:
        """
        Return one value as the field keeps it.

        Raises:
            FieldError: it doesn't fit, or names nothing that is there.
        """
        if isinstance(written, str) and written.strip():
            written = self._understood(field, written.strip())
        return self.reader.vocabulary.clean(noun, field.name, written)

    def compared(self, noun: str, field: Field, written: str) -> Any:
        """
        Return one value as a condition compares it, of fields that Patron alone sets, too.

        Raises:
            FieldError: as `value()`.
        """
        if not field.system:
            return self.value(noun, field, written)
        return field.clean(self._understood(field, written.strip()) if written.strip() else None)

    def beside(self, field: Field, written: str) -> Any:
        """
        Return one value of what is known beside the fields of a record.

        Raises:
            FieldError: it doesn't fit.
        """
        return field.clean(self._understood(field, written.strip()) if written.strip() else None)

    def _understood(self, field: Field, written: str) -> object:
        match field.kind:
            case FieldKind.CODE:
                return self.labels.code_called(field, written)
            case FieldKind.CODES:
                return tuple(self.labels.code_called(field, part) for part in split_list(written))
            case FieldKind.REFERENCE:
                return self.referred(field, written)
            case FieldKind.INSTANT:
                return self.instant(field, written)
        return written

    def instant(self, field: Field, written: str) -> datetime:
        """Return a point in time; one without a zone, or a day alone (its begin), is of ours."""
        return _instant(field, written, self.zone)

    def referred(self, field: Field, written: str) -> int:
        """
        Return the id of the record that is meant: by its id (`#12`), by what people call it, or by the bare digits of its id.

        Of one that was merged it is the id of that into which it was merged.

        Raises:
            FieldError: none is called so, or several; or bare digits are what one record is called and the id of another.
        """
        return self.standing(field.target or "", self.meant(field, written))

    def standing(self, noun: str, identifier: int) -> int:
        """Return the id of a record, or of that into which it was merged; the actor need not see either."""
        pointer = POINTERS.get(noun)
        found = [] if pointer is None else rows_by(self.reader.connection, noun, (pointer,), "id", [identifier])
        return (found[0][0] or identifier) if found else identifier

    def meant(self, field: Field, written: str) -> int:
        """Return the id of the record that is meant, merged or not; see `referred()`."""
        noun, key = _KEYS.get(field.target or "", (None, ""))
        identifier = _identifier(written) if self.ids else None
        if identifier is not None and (noun is None or written.startswith("#")):
            return identifier
        if noun is None:
            raise field.refuse("expected_reference", written)
        called = self._called(field, noun, key, written)
        if called is None and noun is Customer:
            called = self._reached(written)
        if called is None:
            if identifier is None:
                raise field.refuse("nothing_called", written, noun=field.target, by=key)
            return identifier
        if identifier not in {None, called} and self.reader.find(noun, [equal("id", identifier)], merged=True):
            raise FieldError("crm.called_and_id", field=field.called, got=written, noun=field.target, by=key, called=called)
        return called

    def _called(self, field: Field, noun: type, key: str, written: str) -> int | None:
        """Return the id of the record that people call so, if there is one that the actor may see."""
        digits = _identifier(written) is not None
        if digits and self.reader.policy.scope(self.reader.actor, Action.READ, noun_of(noun)) is Scope.NONE:
            return None
        found: Any = self.reader.find(noun, [equal(key, written.lower() if noun is User else written)], limit=5)
        if noun is User and not found:  # a form names people as everybody calls them
            found = self.reader.find(noun, [equal("name", written)], limit=5)
        if len(found) > 1:
            raise field.refuse("several_called", written, ids=listed(one.id for one in found))
        return int(found[0].id) if found else None

    def _reached(self, written: str) -> int | None:
        """Return the id of the one customer whom a phone number or an address stands for, that the actor may see."""
        found = reached_by(self.reader, written)
        return found[0].id if len(found) == 1 else None


def _identifier(written: str) -> int | None:
    found = _IDENTIFIER.fullmatch(written)
    return None if found is None else int(found[1])


def read_instant(name: str, written: str | None, zone: str, *, ends: bool = False) -> datetime | None:
    """
    Return a point in time that was given beside the fields of a record.

    Args:
        name: what it is called in a complaint.
        written: a time, or a day alone; None for none.
        zone: of times that name none.
        ends: a day alone means its end, as where something is to be seen as it was on that day.

    Raises:
        FieldError: it is no time.
    """
    if written is None:
        return None
    return _instant(Field(name=name, kind=FieldKind.INSTANT), written.strip(), ZoneInfo(zone), ends=ends)


def _instant(field: Field, written: str, zone: ZoneInfo, *, ends: bool = False) -> datetime:
    try:
        found = datetime.fromisoformat(written)
        if ends and len(written) <= len("2026-01-31"):
            return instant_of(found + timedelta(days=1), zone) - timedelta(microseconds=1)
        return instant_of(found, zone)
    except (ValueError, OverflowError) as error:
        raise field.refuse("expected_time", written) from error
