"""
How the kinds of fields are kept in a column, alike in SQLite and PostgreSQL.

Everything that is read in bulk is an INTEGER or TEXT: money and quantities are counts of 1/10,000, instants are microseconds
since 1970 in UTC, days are ISO text, lists are JSON text.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Dialect, Integer, LargeBinary, String, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from patron.core.message import Message
from patron.core.money import SCALE, to_decimal
from patron.core.nouns import Field, FieldKind

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Amount(TypeDecorator[Decimal]):
    """Money or a quantity: a BIGINT of 1/10,000."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        """Return the count of 1/10,000."""
        if value is None:
            return None
        exact = value if isinstance(value, Decimal) else Decimal(value)
        return int(exact.scaleb(SCALE))

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """Return the exact decimal."""
        return None if value is None else to_decimal(value)


class Digest(LargeBinary):
    """A few bytes; they go to the driver as they are, for both take them so."""

    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> None:
        """Return none."""


class Instant(TypeDecorator[datetime]):
    """A point in time: a BIGINT of microseconds since 1970, UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Return the microseconds."""
        return None if value is None else (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Return the time in UTC."""
        return None if value is None else EPOCH + timedelta(microseconds=value)


class Day(TypeDecorator[date]):
    """A calendar day: ISO text, which sorts as days do."""

    impl = String(10)
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        """Return the text."""
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        """Return the day."""
        return None if value is None else date.fromisoformat(value)


class Several(TypeDecorator[tuple[str, ...]]):
    """A list of texts: JSON text; nothing for an empty list."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:
        """Return the JSON text."""
        return _as_json(list(value)) if value else None

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...]:
        """Return the list."""
        return tuple(json.loads(value)) if value else ()


class Said(TypeDecorator[Message]):
    """A message: JSON text; what is none was written by somebody."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Message | str | None, dialect: Dialect) -> str | None:
        """Return the JSON text; a text is what a condition looks for in it."""
        said = value.to_json() if isinstance(value, Message) else value
        return json.dumps(said, ensure_ascii=False, separators=(",", ":")) if isinstance(said, dict) else said

    def process_result_value(self, value: str | None, dialect: Dialect) -> Message | None:
        """Return the message."""
        return None if value is None else Message.parse(value)


class Extension(TypeDecorator[Mapping[str, object]]):
    """Extension fields: a JSON object by name; nothing where there are none."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the column type: binary JSON where there is one."""
        return dialect.type_descriptor(JSONB(none_as_null=True) if dialect.name == "postgresql" else JSON(none_as_null=True))

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:
        """Compare members as JSON does."""
        return self.impl_instance.coerce_compared_value(op, value)

    def process_bind_param(self, value: Mapping[str, object] | None, dialect: Dialect) -> dict[str, object] | None:
        """Return what JSON can hold."""
        return {name: to_json(one) for name, one in value.items()} if value else None

    def process_result_value(self, value: Mapping[str, object] | None, dialect: Dialect) -> Mapping[str, object]:
        """Return the values as JSON holds them; the vocabulary knows their kinds."""
        return MappingProxyType(dict(value or {}))


def to_json(value: object) -> object:
    """Return the value of an extension field as JSON holds it; numbers of money stay exact as text."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Message):
        return value.to_json()
    return list(value) if isinstance(value, tuple) else value


IDENTIFIER = BigInteger().with_variant(Integer, "sqlite")
"""Ids; SQLite numbers rows by itself only where the type is INTEGER."""


def words(length: int) -> TypeEngine[Any]:
    """Return the type of a text, which sorts by code points whatever the collation of the database, as SQLite does."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def column_type(field: Field) -> TypeEngine[Any]:
    """Return the column type of a field."""
    return _TYPES[field.kind](field)


_TYPES: Mapping[FieldKind, Callable[[Field], TypeEngine[Any]]] = MappingProxyType(
    {
        FieldKind.TEXT: lambda field: words(field.length),
        FieldKind.CODE: lambda field: words(field.length),
        FieldKind.NOTE: lambda field: Text(),
        FieldKind.CODES: lambda field: Several(),
        FieldKind.TEXTS: lambda field: Several(),
        FieldKind.INTEGER: lambda field: BigInteger(),
        FieldKind.MONEY: lambda field: Amount(),
        FieldKind.QUANTITY: lambda field: Amount(),
        FieldKind.TRUTH: lambda field: Boolean(),
        FieldKind.DAY: lambda field: Day(),
        FieldKind.INSTANT: lambda field: Instant(),
        FieldKind.REFERENCE: lambda field: IDENTIFIER,
        FieldKind.MESSAGE: lambda field: Said(),
        FieldKind.EXTENSION: lambda field: Extension(),
    }
)
