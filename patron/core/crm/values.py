"""
From what people write to values of fields: codes by their label, people by their login, times without a zone.

Text comes from command lines, forms and files; values that are what the field keeps pass as they are.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from patron.core.names import listed
from patron.core.nouns import Customer, Field, FieldError, FieldKind, Labels, Team, User
from patron.core.nouns.campaign import Campaign
from patron.core.nouns.criterion import equal
from patron.core.nouns.field import split_list
from patron.core.nouns.order import Order, Product
from patron.core.store import Reader

_KEYS: Mapping[str, tuple[type, str]] = {
    "user": (User, "login"),
    "team": (Team, "code"),
    "campaign": (Campaign, "code"),
    "product": (Product, "code"),
    "customer": (Customer, "name"),
    "order": (Order, "number"),
}
"""Noun → what people call one of it by, instead of its id."""


class ValueReader:
    """
    Reads values as people write them.

    Attributes:
        reader: looks up what references name.
        labels: the words of fields and codes.
        zone: of times that name none.
    """

    def __init__(self, reader: Reader, zone: str) -> None:
        self.reader = reader
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
                raise FieldError("crm.field_twice", field=field.name)
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
        """Return the id of the record that is named by its id (`12`, `#12`) or by what people call it."""
        digits = written.removeprefix("#")
        if digits.isascii() and digits.isdigit():
            return int(digits)
        noun, key = _KEYS.get(field.target or "", (None, ""))
        if noun is None:
            raise field.refuse("expected_reference", written)
        name = written.lower() if noun is User else written
        found: Any = self.reader.find(noun, [equal(key, name)], limit=5)
        if len(found) > 1:
            raise field.refuse("several_called", written, ids=listed(one.id for one in found))
        if not found:
            raise field.refuse("nothing_called", written, noun=field.target, key=key)
        return int(found[0].id)


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
            found += timedelta(days=1, microseconds=-1)
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise field.refuse("expected_time", written) from error
