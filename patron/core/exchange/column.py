"""
The columns that a file of each kind may have: the fields of its noun, those of the customer its rows speak of, and identities.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType

import attrs

from patron.core.nouns import NOUNS, OWNERS, Field, FieldKind, Vocabulary


class Role(StrEnum):
    """What a column is for."""

    VALUE = "value"
    """The value of a field."""
    IDENTITY = "identity"
    """What identifies the customer."""
    REFERENCE = "reference"
    """What another record is called."""
    ROW = "row"
    """What tells rows apart: our own number, the place in an earlier file."""
    BESIDE = "beside"
    """A value that is known of the record beyond its fields; it goes out, and never comes in."""


@attrs.frozen
class Column:
    """
    One column.

    Attributes:
        name: what options and files in field names call it.
        role: what it is for.
        part: the noun to whose record it belongs.
        field: the field that takes its value; None for an identity or a place.
        target: the noun referred to, or the scheme of the identity.
    """

    name: str
    role: Role
    part: str
    field: Field | None = None
    target: str | None = None


KINDS: Mapping[str, str] = MappingProxyType(
    {
        "leads": "lead",
        "customers": "customer",
        "interactions": "interaction",
        "orders": "order",
        "campaigns": "campaign",
        "spends": "spend",
        "market": "market_figure",
        "products": "product",
        "users": "user",
        "teams": "team",
        "consents": "consent",
    }
)
"""What commands call a kind of file → its noun."""

SCHEMES: Mapping[str, str] = MappingProxyType(
    {"external_id": "external", "tel": "tel", "email": "email", "qq": "qq", "wechat": "wechat"}
)
"""Columns of identities → their scheme."""

PLACES = ("batch", "row", "reasons")
"""The columns of a file of refused rows that say where they come from."""

OURS = "patron_id"
"""The column of our own number of a record, as an export writes it."""

REMARK = ("interaction", "note")
"""Noun and field of what is remarked of a lead: an entry on the timeline; it comes in with the lead, and goes out by itself."""

_OURS = frozenset({"batch_id", "created_at", "customer_id", "order_id", "duplicate_of_id", "merged_into_id"})
"""Fields that files don't bring: the import itself sets them, or a command of their own does."""

_PERSONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"lead": tuple(SCHEMES), "customer": tuple(SCHEMES), "interaction": tuple(SCHEMES), "order": tuple(SCHEMES)}
    | {"consent": tuple(SCHEMES)}
)
_NEVER: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "order_line": frozenset({"product_id", "at", "key"}),
        "consent": frozenset({"user_id", "receipt_id"}),
        "lead customer": frozenset({*OWNERS, "kind", "organisation_id", "since", "relationship"}),
    }
)


def columns_of(noun: str, vocabulary: Vocabulary) -> Mapping[str, Column]:
    """Return the columns of a file by name, those of the noun first."""
    found: dict[str, Column] = {}
    for column in _every_column(noun, vocabulary):
        name = column.name if column.name not in found else f"{column.part}.{column.name}"
        found[name] = attrs.evolve(column, name=name)
    return MappingProxyType(found)


def _every_column(noun: str, vocabulary: Vocabulary) -> Iterator[Column]:
    if noun == "lead":
        yield from _persons(noun)
        yield from _fields(noun, vocabulary)
        yield Column("note", Role.VALUE, REMARK[0], vocabulary.field(*REMARK))
        yield from _fields("customer", vocabulary, _NEVER["lead customer"] | {"name"})
    elif noun == "order":
        yield from _fields(noun, vocabulary)
        yield Column("line", Role.VALUE, "order_line", NOUN_KEY)
        yield Column("line_at", Role.VALUE, "order_line", vocabulary.field("order_line", "at"))
        yield Column("product", Role.VALUE, "order_line", vocabulary.field("order_line", "product_code"))
        yield from _fields("order_line", vocabulary, _NEVER["order_line"] | {"product_code"})
        yield from _persons(noun)
    elif noun == "customer":
        yield from _persons(noun)
        yield from _fields(noun, vocabulary, frozenset({"name"}))
    elif noun == "market_figure":
        yield Column("external_id", Role.IDENTITY, "customer", target=SCHEMES["external_id"])
        yield from _fields(noun, vocabulary)
    else:
        if noun in _PERSONS:
            yield from _persons(noun)
        yield from _fields(noun, vocabulary, _NEVER.get(noun, frozenset()))
    if noun in {"lead", "customer", "interaction", "consent"}:
        yield Column(OURS, Role.ROW, noun)
    for name in PLACES:
        yield Column(name, Role.ROW, noun)


NOUN_KEY = Field(name="line", kind=FieldKind.TEXT, length=40)
"""The number of a line within its order."""


def _persons(noun: str) -> Iterator[Column]:
    yield Column("name", Role.VALUE, "customer", Vocabulary().field("customer", "name"))
    for name in _PERSONS[noun]:
        yield Column(name, Role.IDENTITY, "customer", target=SCHEMES[name])


def _fields(noun: str, vocabulary: Vocabulary, without: frozenset[str] = frozenset()) -> Iterator[Column]:
    for name, field in vocabulary.fields(noun).items():
        if name in without or name in _OURS:
            continue
        if name in OWNERS:
            if name == "owner_user_id" or "owner_user_id" not in vocabulary.fields(noun):
                yield Column("owner", Role.REFERENCE, noun, field, "owner")
        elif field.kind is FieldKind.REFERENCE:
            yield Column(name.removesuffix("_id"), Role.REFERENCE, noun, field, field.target)
        else:
            yield Column(name, Role.VALUE, noun, field)


def is_kept(noun: str) -> bool:
    """Say whether a noun's table says which import made a row."""
    return "batch_id" in NOUNS[noun].__annotations__
