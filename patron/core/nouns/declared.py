"""
Fields and codes that plugins and the configuration declare as data.

    [fields.lead."auto.model"]      in a manifest, or in patron.toml
    kind = "text"
    tracked = true
    en = "Model"
    zh = "车型"

    [codes.source.douyin]
    family = "web"
    department = "marketing"
    en = "Douyin"
    zh = "抖音"

What is said of a code that is there already is added to it, attribute by attribute, and takes the place of what was said before.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from patron.core.errors import ConfigurationError
from patron.core.i18n import LANGUAGES
from patron.core.names import shorten
from patron.core.nouns.field import Field, FieldKind
from patron.core.nouns.registry import NOUNS
from patron.core.nouns.vocabulary import Codes, Vocabulary, core_codes

Declarations = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""Noun or list → name → what is said of it."""

_KEYS = ("kind", "required", "length", "low", "high", "codes", "tracked", "indexed", "personal", "restricted")


def vocabulary_of(sources: Iterable[tuple[str, Declarations, Declarations]]) -> Vocabulary:
    """
    Return the vocabulary of an installation.

    Args:
        sources: (where it was declared, fields by noun, codes by list), in the order in which they count.

    Raises:
        ConfigurationError: a declaration is wrong, or two declare the same field.
    """
    extensions: dict[str, dict[str, Field]] = {}
    codes = {name: dict(members) for name, members in core_codes().items()}
    for where, fields, lists in sources:
        for noun, named in fields.items():
            for name, said in named.items():
                _add_field(extensions, where, noun, name, said)
        for name, members in lists.items():
            there = codes.setdefault(name, {})
            written: Mapping[str, object] = members
            wrong = next((code for code, said in written.items() if not isinstance(said, Mapping)), None)
            if wrong is not None:
                raise ConfigurationError("nouns.no_code", where=where, codes=name, code=wrong, got=shorten(members[wrong]))
            there.update((code, {**there.get(code, {}), **said}) for code, said in members.items())
    return _check_lists(Vocabulary(extensions=MappingProxyType(extensions), codes=_frozen(codes)))


def _add_field(extensions: dict[str, dict[str, Field]], where: str, noun: str, name: str, said: Mapping[str, Any]) -> None:
    if noun not in NOUNS:
        raise ConfigurationError("nouns.unknown_noun", where=where, noun=noun, known=", ".join(NOUNS))
    known = extensions.setdefault(noun, {})
    namespace, _, rest = name.partition(".")
    if not namespace.isidentifier() or not rest.isidentifier():
        raise ConfigurationError("nouns.no_namespace", where=where, noun=noun, field=name)
    if name in known:
        raise ConfigurationError("nouns.field_twice", where=where, noun=noun, field=name)
    for key in said:
        if key not in (*_KEYS, *LANGUAGES):
            raise ConfigurationError("nouns.unknown_key", where=where, noun=noun, field=name, key=key, known=", ".join(_KEYS))
    try:
        kind = FieldKind(said.get("kind", "text"))
    except ValueError as error:
        kinds = ", ".join(one.value for one in FieldKind if one not in (FieldKind.MESSAGE, FieldKind.EXTENSION))
        raise ConfigurationError(
            "nouns.unknown_kind", where=where, noun=noun, field=name, got=said["kind"], known=kinds
        ) from error
    about = {key: said[key] for key in _KEYS if key in said and key != "kind"}
    words = {lang: said[lang] for lang in LANGUAGES if lang in said}
    known[name] = Field(name=name, noun=noun, kind=kind, words=MappingProxyType(words), **about)


def _check_lists(vocabulary: Vocabulary) -> Vocabulary:
    for noun, fields in vocabulary.extensions.items():
        for field in fields.values():
            needs = field.kind in (FieldKind.CODE, FieldKind.CODES)
            if needs and field.codes not in vocabulary.codes:
                raise ConfigurationError("nouns.unknown_list", noun=noun, field=field.name, got=field.codes or "–")
    return vocabulary


def _frozen(codes: dict[str, dict[str, Any]]) -> Codes:
    return MappingProxyType({name: MappingProxyType(members) for name, members in codes.items()})
