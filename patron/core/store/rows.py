"""
Between records and rows.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

import attrs
from sqlalchemy import Row

from patron.core.nouns import Field, FieldError, Vocabulary, fields_of, noun_of

Noun = TypeVar("Noun")

_BARE = ("id", "version")


def _names(noun: type) -> tuple[str, ...]:
    found = _NAMES.get(noun)
    if found is None:
        found = _NAMES[noun] = _read_names(noun)
    return found


_NAMES: dict[type, tuple[str, ...]] = {}


def _read_names(noun: type) -> tuple[str, ...]:
    own = {attribute.name for attribute in attrs.fields(noun)}
    return tuple(name for name in (*_BARE, *fields_of(noun)) if name in own)


def assembled(noun: type[Noun], values: Mapping[str, object]) -> Noun:
    """
    Return a record of values that are clean already; cleaning them again takes most of the time of reading and importing.

    Args:
        noun: of which kind.
        values: field → value; what is missing has its default.
    """
    record = noun.__new__(noun)
    give, get = object.__setattr__, values.get
    for name, default in _defaults(noun):
        give(record, name, get(name, default))
    return record


def _defaults(noun: type) -> tuple[tuple[str, object], ...]:
    found = _DEFAULTS.get(noun)
    if found is None:
        declared = ((one.name, one.default) for one in attrs.fields(noun))
        found = _DEFAULTS[noun] = tuple((name, None if default is attrs.NOTHING else default) for name, default in declared)
    return found


_DEFAULTS: dict[type, tuple[tuple[str, object], ...]] = {}


def stamped(record: Noun, values: Mapping[str, object]) -> Noun:
    """Return a copy of a record with values of the store's own making, which need no cleaning: ids, times, batches."""
    noun = type(record)
    copied = noun.__new__(noun)
    give = object.__setattr__
    for name, _ in _defaults(noun):
        give(copied, name, values[name] if name in values else getattr(record, name))
    return copied


def to_row(record: Any) -> dict[str, object]:
    """Return the columns of a record; without an id where it has none yet."""
    values = {name: getattr(record, name) for name in _names(type(record))}
    if not values["id"]:
        del values["id"]
    return values


def to_record(noun: type[Noun], row: Row[Any], vocabulary: Vocabulary) -> Noun:
    """
    Return the record of a row that has the noun's columns.

    Extension fields get the types that the vocabulary says; those of a plugin that was removed stay as they are kept.
    """
    mapping = row._mapping  # noqa: SLF001  # the documented name of a row's mapping
    values = {name: mapping[name] for name in _names(noun)}
    if values.get("ext"):
        known = vocabulary.extensions.get(noun_of(noun), {})
        values["ext"] = {name: _typed(known[name], value) if name in known else value for name, value in values["ext"].items()}
    return assembled(noun, values)


def _typed(field: Field, value: object) -> object:
    try:
        return field.clean(value)
    except FieldError:
        return value  # the field was declared otherwise when this was kept
