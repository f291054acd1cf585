"""
From what people wrote to values of fields: what fits no field becomes a remark that a person reads, for no lead is lost over a
wrong phone number.
"""

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from patron.core.clock import wall_time
from patron.core.crm.coming import is_of_a_later_day
from patron.core.crm.values import ValueReader
from patron.core.errors import PatronError
from patron.core.i18n import Translator
from patron.core.message import Message
from patron.core.nouns import FieldError, Identity, Labels
from patron.core.nouns.schemes import identity_of
from patron.core.records.intake import Contact, Envelope

_LONGEST_LINE = 1_000
_KEPT_SIGNS = "\n\t"
SAID_OF = "said_of"
"""The detail of a complaint that names the field of which something was said, or what the sender calls it."""
_APART = frozenset({"note", "lead_id"})
"""Of an interaction: what the person wrote, and what the sender calls the lead, which is no field of ours."""


@attrs.frozen(kw_only=True)
class Draft:
    """
    What an envelope tells, as records take it.

    Attributes:
        customer: field → value.
        lead: field → value.
        interaction: field → value, without the note.
        identities: by what the person is known.
        note: what the person wrote.
        about: what the sender calls the lead that it is about.
        remarks: what fitted no field, and what else a person should read.
        unfit: why it fitted none.
        at: when it happened.
    """

    customer: Mapping[str, Any]
    lead: Mapping[str, Any]
    interaction: Mapping[str, Any]
    identities: tuple[Identity, ...]
    note: str
    about: str
    remarks: tuple[str, ...]
    at: datetime
    unfit: tuple[Message, ...] = ()


def draft_of(envelope: Envelope, values: ValueReader, received_at: datetime, t: Translator) -> Draft:
    """
    Return what an envelope tells.

    Args:
        envelope: as the channel read it.
        values: reads what people write.
        received_at: when it reached us; nothing that it tells happened later.
        t: the words of remarks.
    """
    remarks: list[str] = []
    unfit: list[Message] = []
    said = {
        noun: _values(noun, written, values, remarks, unfit, t)
        for noun, written in (
            ("customer", envelope.customer),
            ("lead", envelope.lead),
            ("interaction", {name: value for name, value in envelope.interaction.items() if name not in _APART}),
        )
    }
    identities = _identities(envelope.contacts, values, remarks, unfit, t)
    unfit += [
        _complaint(PatronError("intake.not_understood", label=label, got=got), label) for label, got in envelope.unclear.items()
    ]
    remarks += [t("intake.remark", label=label, value=got[:_LONGEST_LINE]) for label, got in envelope.unclear.items()]
    note = clean_text(str(envelope.interaction.get("note") or ""))
    # What the channel could not read as a time may be one all the same, written as we write them.
    happened = envelope.at or said["interaction"].pop("at", None) or received_at
    at = min(happened, received_at)
    if is_of_a_later_day(happened, received_at, values.zone):
        to_come = PatronError("intake.to_come", at=wall_time(happened, values.zone.key))
        unfit.append(_complaint(to_come, "at"))
        remarks.append(to_come.message(t.lang))
    told = tuple(one for one in (*remarks, *map(clean_text, envelope.remarks)) if one)
    about = clean_text(str(envelope.interaction.get("lead_id") or ""))
    return Draft(**said, identities=identities, note=note, about=about, remarks=told, at=at, unfit=tuple(unfit))


def _complaint(error: PatronError, field: str) -> Message:
    """Return why what was said of a field did not fit it."""
    said = Message.of(error)
    return attrs.evolve(said, details={**said.details, SAID_OF: field})


def clean_text(text: str) -> str:
    """Return a text without signs that are none: control characters, and those that turn the direction of writing."""
    kept = (sign for sign in text.replace("\r\n", "\n").replace("\r", "\n") if sign in _KEPT_SIGNS or _is_seen(sign))
    return "".join(kept).strip()


def _is_seen(sign: str) -> bool:
    # Cf has the zero-width joiner of emoji, which changes what is seen and harms nobody.
    return sign == "\u200d" or unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Cn"}


def _values(
    noun: str, written: Mapping[str, Any], values: ValueReader, remarks: list[str], unfit: list[Message], t: Translator
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    labels = Labels(values.reader.vocabulary, t.lang)
    for name, value in written.items():
        try:
            one = values.values(noun, {name: _as_written(value)})
        except FieldError as error:
            unfit.append(_complaint(error, name))
            label = labels.field(noun, name)
            remarks.append(t("intake.remark", label=label, value=clean_text(str(value))[:_LONGEST_LINE]))
            continue
        extensions = one.pop("ext", {})
        found |= {field: kept for field, kept in one.items() if kept is not None and kept != ()}
        if extensions:
            found["ext"] = {**found.get("ext", {}), **extensions}
    return found


def _as_written(value: Any) -> Any:
    """Return a value as a person would write it: a number of theirs is a code, and no id of ours."""
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return clean_text(str(value))
    return value


def _identities(
    contacts: tuple[Contact, ...], values: ValueReader, remarks: list[str], unfit: list[Message], t: Translator
) -> tuple[Identity, ...]:
    found: dict[tuple[str, str], Identity] = {}
    for contact in contacts:
        written = clean_text(contact.written)
        try:
            one = identity_of(contact.scheme, written)
        except FieldError as error:
            unfit.append(_complaint(error, contact.scheme))
            label = values.reader.vocabulary.code_label("identity_scheme", contact.scheme, t.lang)
            remarks.append(t("intake.remark", label=label, value=written[:_LONGEST_LINE]))
            continue
        if one is not None:
            found.setdefault((one.scheme, one.value), one)
    return tuple(found.values())
