"""
Whether what a channel returns is what its functions promise: envelopes whose every field holds what it says, and reasons as text.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import attrs

from patron.core.names import shorten
from patron.core.records.intake import ConsentSaid, Contact, Envelope, EnvelopeKind
from patron.testing.checks import require

_HELD: tuple[tuple[tuple[str, ...], str, Callable[[Any], bool]], ...] = (
    (("key", "native_id", "system", "broken"), "a text", lambda value: isinstance(value, str)),
    (("kind",), "an EnvelopeKind", lambda value: isinstance(value, EnvelopeKind)),
    (("listed", "awaits"), "True or False", lambda value: isinstance(value, bool)),
    (
        ("at", "revised_at"),
        "a time in UTC, or None",
        lambda value: value is None or (isinstance(value, datetime) and value.tzinfo is UTC),
    ),
    (("contacts",), "a tuple of Contact", lambda value: _all(value, Contact)),
    (("consents",), "a tuple of ConsentSaid", lambda value: _all(value, ConsentSaid)),
    (("remarks", "answers"), "a tuple of texts", lambda value: _all(value, str)),
    (("customer", "lead", "interaction"), "a mapping by names of fields", lambda value: _is_table(value, object)),
    (("unclear",), "a mapping of texts", lambda value: _is_table(value, str)),
)


def check_envelopes(found: Any, what: str) -> tuple[Envelope, ...]:
    """
    Return what `parse` returned of something, which are envelopes.

    Args:
        found: whatever was returned.
        what: what it was returned of.

    Raises:
        AssertionError: it is something else, or a field of an envelope holds something else.
    """
    wanted = "expected a list or tuple of Envelope, an empty one for a delivery that tells of nobody"
    require(
        isinstance(found, Sequence) and not isinstance(found, str | bytes),
        f"{what}: parse returned {_named(found)}; {wanted}",
    )
    for place, one in enumerate(found):
        require(isinstance(one, Envelope), f"{what}: parse returned {_named(one)} at place {place}; {wanted}")
        _check_fields(one, f"{what}: of envelope {place}")
    return tuple(found)


def check_reason(found: Any, what: str) -> str:
    """
    Return what `verify` said of something, which is a text.

    Raises:
        AssertionError: it is something else, which would let in whoever comes where it is None.
    """
    wanted = 'expected "" for an authentic delivery, else why it is none, as text'
    require(isinstance(found, str), f"{what}: verify returned {_named(found)}; {wanted}")
    return found  # type: ignore[no-any-return]  # checked above


def _check_fields(envelope: Envelope, where: str) -> None:
    for names, wanted, fits in _HELD:
        for name in names:
            value = getattr(envelope, name)
            require(fits(value), f"{where} the field {name} is {_named(value)}; expected {wanted}")
    for contact in envelope.contacts:
        for field in attrs.fields(Contact):
            value = getattr(contact, field.name)
            require(isinstance(value, str), f"{where} a contact has {field.name} = {_named(value)}; expected a text")


def _all(value: Any, kind: type) -> bool:
    return isinstance(value, tuple) and all(isinstance(one, kind) for one in value)


def _is_table(value: Any, kind: type) -> bool:
    return isinstance(value, Mapping) and all(isinstance(name, str) and isinstance(one, kind) for name, one in value.items())


def _named(value: Any) -> str:
    """Return a value with its type, as a complaint names it."""
    return "None" if value is None else f"{type(value).__name__} {shorten(value)!r}"
