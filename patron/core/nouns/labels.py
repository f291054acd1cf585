"""
What people call nouns, fields and codes, and the way back from what people wrote.

The words of the core stand in `locale/*/noun.toml`, `fields.toml` (by field; by noun and field where a noun
calls it otherwise) and `codes.toml`; those of declared fields and codes beside their declaration, under the keys `en` and `zh`.
"""

import unicodedata
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from patron.core.i18n import CORE, LANGUAGES
from patron.core.message import Message
from patron.core.nouns.field import Field, FieldKind
from patron.core.nouns.vocabulary import Vocabulary


@attrs.frozen
class Labels:
    """
    The words of one installation in one language.

    Attributes:
        vocabulary: the fields and codes that there are.
        lang: the language, `en` or `zh`.
    """

    vocabulary: Vocabulary
    lang: str

    def noun(self, noun: str) -> str:
        """Return what a noun is called."""
        return CORE.find(self.lang, f"noun.{noun}") or noun

    def field(self, noun: str, name: str) -> str:
        """Return what a field is called; its name where nobody said."""
        declared = self.vocabulary.extensions.get(noun, {}).get(name)
        if declared is not None:
            return declared.label(self.lang)
        return CORE.find(self.lang, f"fields.{noun}.{name}") or CORE.find(self.lang, f"fields.{name}") or name

    def code(self, codes: str, code: str) -> str:
        """Return what a code of a list is called; the code itself where nobody said."""
        return self.vocabulary.code_label(codes, code, self.lang)

    def value(self, field: Field, value: Any, zone: ZoneInfo) -> str:
        """Return a value as people read it: codes in words, times in *zone* to the minute, nothing for None."""
        if isinstance(value, tuple):
            return "; ".join(self.value(field, one, zone) for one in value)
        if field.codes is not None and value is not None:
            return self.code(field.codes, value)
        if isinstance(value, datetime):
            return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
        if field.kind is FieldKind.TRUTH and value is not None:
            return CORE.find(self.lang, "field.yes" if value else "field.no") or str(value)
        if isinstance(value, Decimal):
            return f"{value:,f}"
        told = value.told(self.lang) if isinstance(value, Message) else value
        return "" if told is None else str(told)

    def field_called(self, noun: str, written: str) -> Field:
        """
        Return the field of a name, or of a label in any language; case, spaces and full width don't count.

        Raises:
            FieldError: no field, or more than one, is called so.
        """
        fields = self.vocabulary.fields(noun)
        if written in fields:
            return fields[written]
        found = [name for name in fields if _fold(written) in self._names_of_field(noun, name)]
        if len(found) != 1:
            raise self.vocabulary.no_field(noun, written)
        return fields[found[0]]

    def code_called(self, field: Field, written: str) -> str:
        """
        Return the code that is written as itself, or by its label in any language.

        Raises:
            FieldError: no code of the field's list, or more than one, is called so.
        """
        known = self.vocabulary.codes.get(field.codes or "", {})
        plain = written.strip()
        if plain in known:
            return plain
        found = [code for code in known if _fold(plain) in self._names_of_code(field.codes or "", code)]
        if len(found) != 1:
            raise self.vocabulary.no_code(field, plain)
        return found[0]

    def _names_of_field(self, noun: str, name: str) -> set[str]:
        return {_fold(name), *(_fold(Labels(self.vocabulary, lang).field(noun, name)) for lang in LANGUAGES)}

    def _names_of_code(self, codes: str, code: str) -> set[str]:
        return {_fold(code), *(_fold(Labels(self.vocabulary, lang).code(codes, code)) for lang in LANGUAGES)}


def _fold(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKC", text).casefold() if one.isalnum())
