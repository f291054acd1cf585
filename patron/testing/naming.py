"""
Whether what the envelopes of a channel name exists: fields, codes of lists, ways to reach somebody, and what consents are
made of.

The intake makes a remark of a field or a code that it doesn't know, for no lead is lost over a word; whoever misspelt it would
never hear of it. A row of a list has the columns of whoever wrote it, so its fields are left alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from patron.core.i18n import LANGUAGES
from patron.core.nouns import FieldError, Labels
from patron.core.nouns.vocabulary import Vocabulary
from patron.core.records.intake import Envelope
from patron.testing.checks import require

_APART = frozenset({"note", "lead_id"})
"""Of an interaction: what the intake itself takes."""


def check_names(envelopes: Sequence[Envelope], vocabulary: Vocabulary, number: int) -> None:
    """
    Check the names in the envelopes of a sample.

    Raises:
        AssertionError: one is that of nothing.
    """
    for envelope in envelopes:
        interaction = {name: value for name, value in envelope.interaction.items() if name not in _APART}
        for noun, said in (("customer", envelope.customer), ("lead", envelope.lead), ("interaction", interaction)):
            if not envelope.listed:
                _check_fields(vocabulary, noun, said, number)
        for what, codes, code in _coded(envelope):
            known = vocabulary.codes[codes]
            require(code in known, f"sample {number}: {what} is {code!r}; expected one of {', '.join(known)}")


def _check_fields(vocabulary: Vocabulary, noun: str, said: Mapping[str, Any], number: int) -> None:
    labels = Labels(vocabulary, "en")
    for name, value in said.items():
        try:
            field = labels.field_called(noun, name)
        except FieldError as error:
            raise AssertionError(f"sample {number}: an envelope names what is no field of the {noun}: {error}") from error
        known = vocabulary.codes.get(field.codes or "", {})
        if known and isinstance(value, str) and value:
            called = {label for code in known for label in _labels(vocabulary, field.codes or "", code)}
            complaint = f"sample {number}: {name} of the {noun} is {value!r}; expected one of {', '.join(known)}"
            require(value in known or value.casefold() in called, complaint)


def _labels(vocabulary: Vocabulary, codes: str, code: str) -> Iterator[str]:
    return (vocabulary.code_label(codes, code, lang).casefold() for lang in LANGUAGES)


def _coded(envelope: Envelope) -> Iterator[tuple[str, str, str]]:
    """Yield what is one of a list, as (what it is, list, code)."""
    for contact in envelope.contacts:
        yield "the scheme of a contact", "identity_scheme", contact.scheme
    for said in envelope.consents:
        yield "the decision of a consent", "consent_decision", said.decision
        yield "how a consent was given", "consent_form", said.given_by
        if said.channel is not None:
            yield "the channel of a consent", "contact_channel", said.channel
        if said.purpose is not None:
            yield "the purpose of a consent", "purpose", said.purpose
