"""
Rows of lists, known as an import knows them: a list comes to the same leads and contacts by whatever way it comes.

A row that brings no number and identifies nobody gets the key of its content that an import of it would get.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from patron.core.intake.connections import Opened
from patron.core.intake.drafting import Draft
from patron.core.nouns import LIVE, OWNERS, Customer, FieldKind, Interaction, Lead, Vocabulary
from patron.core.nouns.contents import ROW, Occurrences, digest_of_content, key_of_content
from patron.core.nouns.criterion import equal
from patron.core.nouns.schemes import MATCHING
from patron.core.nouns.systems import MAIN
from patron.core.records.intake import Envelope, EnvelopeKind
from patron.core.store import Reader

_NOUNS = ("customer", "lead", "interaction")


def with_keys(
    envelopes: Sequence[Envelope], drafts: Sequence[Draft | None], opened: Opened, vocabulary: Vocabulary
) -> tuple[Envelope, ...]:
    """
    Return the envelopes of a delivery, those of rows that bring no key with one of their content.

    Args:
        envelopes: all of the delivery, in their order, for equal rows are counted.
        drafts: what each tells; None where it can't be drafted.
        opened: the connection that it came in by.
        vocabulary: the fields that there are.
    """
    occurrences = Occurrences()
    return tuple(
        _with_key(one, opened, draft, vocabulary, occurrences) if draft is not None and one.listed and not one.native_id else one
        for one, draft in zip(envelopes, drafts, strict=True)
    )


def _with_key(envelope: Envelope, opened: Opened, draft: Draft, vocabulary: Vocabulary, occurrences: Occurrences) -> Envelope:
    is_lead = envelope.kind is EnvelopeKind.LEAD
    if is_lead and any(one.scheme in MATCHING for one in draft.identities):
        return envelope
    digest = digest_of_content(_values(envelope, opened, draft, vocabulary), draft.identities, _named(envelope, vocabulary))
    # As in an import: what is equal in every cell is one contact, and as many leads as there are.
    key = key_of_content(digest, occurrences) if is_lead else f"{ROW}{digest}"
    return attrs.evolve(envelope, native_id=key, system=MAIN)


def _values(envelope: Envelope, opened: Opened, draft: Draft, vocabulary: Vocabulary) -> Mapping[str, Mapping[str, Any]]:
    """Return what a row says of each noun, without what it names others by."""
    is_lead = envelope.kind is EnvelopeKind.LEAD
    said: dict[str, dict[str, Any]] = {}
    for noun in _NOUNS:
        fields = vocabulary.fields(noun)
        about: Mapping[str, Any] = getattr(draft, noun)
        said[noun] = {name: value for name, value in about.items() if name == "ext" or not _refers(fields, name)}
    if is_lead:
        said["lead"].setdefault("source", opened.connection.source or opened.channel.source)
    if draft.note:
        said["interaction"]["note"] = draft.note
    if envelope.at is not None:
        said["lead" if is_lead else "interaction"]["filed_at" if is_lead else "at"] = envelope.at
    return said


def _named(envelope: Envelope, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """Yield column and text of what a row names others by."""
    for noun in _NOUNS:
        fields = vocabulary.fields(noun)
        for name, written in getattr(envelope, noun).items():
            if _refers(fields, name):
                yield "owner" if name in OWNERS else name.removesuffix("_id"), str(written)


def _refers(fields: Mapping[str, Any], name: str) -> bool:
    return name in fields and fields[name].kind is FieldKind.REFERENCE


def lead_listed(reader: Reader, customer: Customer, source: str, at: datetime | None, zone: str) -> Lead | None:
    """
    Return the lead that a row means which brings no key, or the one into which that was merged.

    Args:
        reader: looks it up.
        customer: whose it is.
        source: where it is from.
        at: when it was filed, of which the day counts; None for the live one.
        zone: of days.
    """
    of_source = [equal("customer_id", customer.id), equal("source", source)]
    for one in reader.find(Lead, of_source, order=["id"], merged=True):
        if one.status in LIVE if at is None else _day(one.filed_at, zone) == _day(at, zone):
            return one if one.duplicate_of_id is None else reader.get(Lead, one.duplicate_of_id)
    return None


def lead_named(reader: Reader, customer: Customer, number: str) -> Lead | None:
    """Return the one lead of a customer with a number; who sends us a list speaks of nobody else's."""
    found = reader.find(Lead, [equal("customer_id", customer.id), equal("source_key", number)], limit=2) if number else ()
    return found[0] if len(found) == 1 else None


def notes_of(reader: Reader, lead: Lead) -> frozenset[str]:
    """Return what the timeline of a lead says."""
    return frozenset(one.note or "" for one in reader.find(Interaction, [equal("lead_id", lead.id)]))


def lines_of(reader: Reader, customer: Customer) -> frozenset[str]:
    """Return what the timeline of a customer says, line by line."""
    told = reader.find(Interaction, [equal("customer_id", customer.id)])
    return frozenset(line for one in told for line in (one.note or "").splitlines())


def _day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()
