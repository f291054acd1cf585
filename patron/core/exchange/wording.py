"""
Values as an export writes them, so that an import reads the same values again.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from patron.core.clock import instant_of
from patron.core.exchange.sheet import Out
from patron.core.nouns import Field, FieldError, Identity, Labels, Vocabulary
from patron.core.nouns.contents import ROW
from patron.core.nouns.lists import join_list
from patron.core.nouns.schemes import together


class Wording:
    """
    Writes values.

    Args:
        vocabulary: the codes and their words.
        lang: the language of codes; None for the codes themselves.
        zone: of times.
    """

    def __init__(self, vocabulary: Vocabulary, lang: str | None, zone: ZoneInfo) -> None:
        self._labels = Labels(vocabulary, lang) if lang is not None else None
        self._zone = zone
        self._codes: dict[tuple[str | None, str], str] = {}

    def value(self, field: Field, value: Any) -> Out:
        """Return a value as its cell has it; numbers stay numbers."""
        if isinstance(value, tuple):
            return join_list(self._code(field, one) if field.codes else one for one in value)
        if isinstance(value, float):
            return Decimal(repr(value))  # its shortest decimal form
        if isinstance(value, Decimal | int) and not isinstance(value, bool):
            return Decimal(value)
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, date):
            return self._time(value) if isinstance(value, datetime) else value
        return self._code(field, value) if field.codes and value else str("" if value is None else value)

    def identities(self, scheme: str, found: Mapping[str, Sequence[Identity]], system: str) -> str:
        """Return what identifies a customer by one scheme; of phones also the masked ones, of ids elsewhere those of *system*."""
        values = [one.value for one in found.get(scheme, ())]
        if scheme == "tel":
            values += [one.value for one in found.get("tel_masked", ())]
        if scheme == "external":
            begin = "" if system == "main" else f"{system}:"
            ours = [value.removeprefix(begin) for value in values if value.startswith(begin)]
            # An id of another system has that before it; what was made of a row's content is no id to anyone.
            values = [value for value in ours if not value.startswith(ROW) and (begin or ":" not in value)]
        return together(scheme, values)

    def _code(self, field: Field, code: str) -> str:
        key = (field.codes, code)
        found = self._codes.get(key)
        if found is None:
            found = self._codes[key] = self._word(field, code)
        return found

    def _word(self, field: Field, code: str) -> str:
        if self._labels is None:
            return code
        word = self._labels.code(field.codes or "", code)
        try:
            return word if self._labels.code_called(field, word) == code else code
        except FieldError:  # several codes have this word, or the code's plugin is gone
            return code

    def _time(self, value: datetime) -> datetime | str:
        local = value.astimezone(self._zone)
        naive = local.replace(tzinfo=None)
        # Where clocks are set back an hour comes twice; only its first time goes without saying.
        plain = instant_of(naive, self._zone) == value
        return naive if plain else local.isoformat(" ")
