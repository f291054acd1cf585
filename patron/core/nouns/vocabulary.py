"""
The words of one installation: every field of every noun and every code of every list, from the core, plugins and configuration.

Plugins declare fields and codes in their manifest, the configuration in `[fields.NOUN.NAME]` and `[codes.LIST.CODE]`; both
are data, so that no plugin is imported to know them.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import attrs

from patron.core.i18n import CORE, LANGUAGES, Worded
from patron.core.names import ALIKE, listed, nearest, shorten
from patron.core.nouns.field import Field, FieldError, FieldKind, fields_of
from patron.core.nouns.registry import NOUNS, noun_of

Codes = Mapping[str, Mapping[str, Mapping[str, object]]]
"""List → code → attributes of the code, codes in the order in which people see them."""


@cache
def core_codes() -> Codes:
    """Return the code lists of the core."""
    return MappingProxyType(tomllib.loads((Path(__file__).parent / "codes.toml").read_text("utf-8")))


@attrs.frozen(kw_only=True)
class Vocabulary:
    """
    The fields and codes of one installation.

    Attributes:
        extensions: noun → name (`namespace.name`) → extension field.
        codes: the code lists.
    """

    extensions: Mapping[str, Mapping[str, Field]] = MappingProxyType({})
    codes: Codes = attrs.field(factory=core_codes)

    def fields(self, noun: str) -> Mapping[str, Field]:
        """Return all fields of a noun, those of the core first; `ext` itself is none of them."""
        own = {name: one for name, one in fields_of(NOUNS[noun]).items() if one.kind is not FieldKind.EXTENSION}
        return MappingProxyType(own | dict(self.extensions.get(noun, {})))

    def attributes(self, codes: str, code: str) -> Mapping[str, object]:
        """Return the attributes of a code; empty for an unknown one."""
        return self.codes.get(codes, {}).get(code, {})

    def code_label(self, codes: str, code: str, lang: str) -> str:
        """Return what a code of a list is called; the code itself where nobody said."""
        said = self.attributes(codes, code)
        return str(said.get(lang) or said.get(LANGUAGES[0]) or CORE.find(lang, f"codes.{codes}.{code}") or code)

    def code_called(self, codes: str, code: str) -> Worded:
        """Return a code of a list, with what people call it."""
        return Worded(code, lambda lang: self.code_label(codes, code, lang))

    def check(self, record: Any) -> Any:
        """
        Return the record with its extension fields cleaned, when all its codes and extension fields are known.

        Raises:
            FieldError: a code or an extension field is unknown, or the value of an extension field doesn't fit.
        """
        noun = noun_of(record)
        for name, field in _coded(type(record)):
            self._check_codes(field, getattr(record, name))
        given: Mapping[str, object] = getattr(record, "ext", {})
        if not given:
            return record
        return attrs.evolve(record, ext={name: self._clean_extension(noun, name, value) for name, value in given.items()})

    def clean(self, noun: str, name: str, value: object) -> Any:
        """
        Return one value as the field *name* of *noun* keeps it.

        Raises:
            FieldError: the field is unknown, the value doesn't fit, or its code is unknown.
        """
        field = self.field(noun, name)
        if field.system:
            raise field.refuse("system", value)
        cleaned = field.clean(value)
        self._check_codes(field, cleaned)
        return cleaned

    def field(self, noun: str, name: str) -> Field:
        """
        Return a field of a noun.

        Raises:
            FieldError: there is no such field.
        """
        found = self.extensions.get(noun, {}).get(name) or fields_of(NOUNS[noun]).get(name)
        if found is None or found.kind is FieldKind.EXTENSION:
            raise self.no_field(noun, name)
        return found

    def no_field(self, noun: str, name: str) -> FieldError:
        """Return the complaint that a noun has no field *name*, with the nearest that it has."""
        return _unknown_field(name, noun, self.fields(noun))

    def no_code(self, field: Field, code: str) -> FieldError:
        """Return the complaint that the list of a field has no *code*."""
        name = field.codes or ""
        known = [self.code_called(name, one) for one in self.codes.get(name, {})]
        if not known:
            return field.refuse("no_codes", code, codes=name)
        return field.refuse("unknown_code", code, known=listed(known, 30))

    def _clean_extension(self, noun: str, name: str, value: object) -> Any:
        field = self.extensions.get(noun, {}).get(name)
        if field is None:
            raise _unknown_field(name, noun, self.extensions.get(noun, {}))
        cleaned = field.clean(value)
        self._check_codes(field, cleaned)
        return cleaned

    def _check_codes(self, field: Field, value: object) -> None:
        if field.codes is None or value is None:
            return
        known = self.codes.get(field.codes, {})
        for code in value if isinstance(value, tuple) else (value,):
            if code not in known:
                raise self.no_code(field, code)


def _unknown_field(name: str, noun: str, known: Mapping[str, Field]) -> FieldError:
    near = nearest(name, known, cutoff=ALIKE)
    key = "field.unknown_near" if near else "field.unknown"
    names = [one.called for one in known.values()]
    return FieldError(
        key, got=shorten(name), noun=noun, nearest=known[near].called if near else "", known=listed(names or "–", 40)
    )


def _coded(noun: type) -> tuple[tuple[str, Field], ...]:
    """Return the fields of a noun whose values are codes."""
    found = _CODED.get(noun)
    if found is None:
        found = _CODED[noun] = tuple((name, field) for name, field in fields_of(noun).items() if field.codes is not None)
    return found


_CODED: dict[type, tuple[tuple[str, Field], ...]] = {}
