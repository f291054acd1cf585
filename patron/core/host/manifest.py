"""
The manifest of a plugin: data that says what the plugin brings, readable without importing it.

A package keeps it as `manifest.toml` beside its `__init__.py`; a plugin of a single module `NAME.py` as `NAME.manifest.toml`
beside that. Its words stand in the folder `locale`, or `NAME.locale`. Name and version come from the entry point and its
distribution.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from patron.core.errors import PluginError
from patron.core.i18n import LANGUAGES

Tree = Mapping[str, Any]
Declarations = Mapping[str, Mapping[str, Mapping[str, Any]]]

_MODULE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


class Manifest(NamedTuple):
    """
    What a plugin says of itself.

    Attributes:
        api: the lowest and the highest version of the hooks that it works with.
        hooks: the hooks that it implements.
        title: language → what it is, in a few words.
        commands: command → language → what the command does, in a few words.
        languages: the languages that its words exist in.
        order: its place among plugins; smaller comes first.
        default: whether it is used without being named in `[plugins] on`.
        tables: the module that declares its tables; None where it has none. Their migrations lie beside its words.
        fields: noun → name → what is said of an extension field; see `patron.core.nouns.declared`.
        codes: list → code → attributes of the code.
        composites: name → what is said of a composite score; see `patron.core.scoring.composites`.
        tiers: name → rules of tiers; see `patron.core.scoring.tiers`.
        roles: role → action → table of the plugin → how far the right reaches; see `patron.core.access`.
        views: the names of the fact views that it publishes.
    """

    api: tuple[int, int]
    hooks: tuple[str, ...]
    title: Mapping[str, str]
    commands: Mapping[str, Mapping[str, str]] = MappingProxyType({})
    languages: tuple[str, ...] = LANGUAGES
    order: int = 100
    default: bool = True
    tables: str | None = None
    fields: Declarations = MappingProxyType({})
    codes: Declarations = MappingProxyType({})
    roles: Declarations = MappingProxyType({})
    composites: Mapping[str, Tree] = MappingProxyType({})
    tiers: Mapping[str, Tree] = MappingProxyType({})
    views: tuple[str, ...] = ()


_DECLARED = {"fields": '[fields.lead."namespace.name"]', "codes": "[codes.list.code]", "roles": "[roles.role.action]"}


def parse_manifest(tree: Tree, plugin: str) -> Manifest:
    """
    Make a manifest of parsed TOML.

    Raises:
        PluginError: a key is missing, unknown, or of another form than docs/plugins.md says.
    """
    for key in tree:
        if key not in Manifest._fields:
            raise PluginError("host.manifest_unknown_key", plugin=plugin, key=key, known=", ".join(Manifest._fields))
    for key in ("api", "hooks", "title"):
        if key not in tree:
            raise PluginError("host.manifest_missing_key", plugin=plugin, key=key)
    languages = _names(tree, "languages", plugin, LANGUAGES)
    return Manifest(
        api=_range(tree, plugin),
        hooks=_names(tree, "hooks", plugin),
        title=_words(tree["title"], "title", languages, plugin),
        commands=_commands(tree, languages, plugin),
        languages=languages,
        order=_order(tree, plugin),
        default=_default(tree, plugin),
        tables=_tables(tree, plugin),
        fields=_declarations(tree, "fields", plugin),
        codes=_declarations(tree, "codes", plugin),
        roles=_declarations(tree, "roles", plugin),
        composites=_named(tree, "composites", plugin),
        tiers=_named(tree, "tiers", plugin),
        views=_names(tree, "views", plugin),
    )


def _range(tree: Tree, plugin: str) -> tuple[int, int]:
    value = tree["api"]
    if not isinstance(value, list) or [type(part) for part in value] != [int, int] or value[0] > value[1]:
        raise _bad("api", "[1, 1]", plugin)
    return value[0], value[1]


def _names(tree: Tree, key: str, plugin: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
    value = tree.get(key, list(default))
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value) or len(set(value)) != len(value):
        raise _bad(key, '["…", "…"]', plugin)
    return tuple(value)


def _words(value: object, key: str, languages: tuple[str, ...], plugin: str) -> Mapping[str, str]:
    if not isinstance(value, Mapping) or set(value) != set(languages) or not all(isinstance(w, str) for w in value.values()):
        raise _bad(key, "{" + ", ".join(f'{lang} = "…"' for lang in languages) + "}", plugin)
    return dict(value)


def _commands(tree: Tree, languages: tuple[str, ...], plugin: str) -> Mapping[str, Mapping[str, str]]:
    value = tree.get("commands", {})
    if not isinstance(value, Mapping):
        raise _bad("commands", "[commands]", plugin)
    return {name: _words(words, f"commands.{name}", languages, plugin) for name, words in value.items()}


def _order(tree: Tree, plugin: str) -> int:
    value = tree.get("order", 100)
    if type(value) is not int:
        raise _bad("order", "100", plugin)
    return value


def _default(tree: Tree, plugin: str) -> bool:
    value = tree.get("default", "on")
    if value not in ("on", "off"):
        raise _bad("default", '"on" | "off"', plugin)
    return bool(value == "on")


def _tables(tree: Tree, plugin: str) -> str | None:
    value = tree.get("tables")
    if value is not None and (not isinstance(value, str) or not _MODULE.fullmatch(value)):
        raise _bad("tables", '"package.tables"', plugin)
    return value


def _declarations(tree: Tree, key: str, plugin: str) -> Declarations:
    """Return what is declared, when it is tables of tables; what they may say is known where they are used."""
    value = tree.get(key, {})
    levels = isinstance(value, Mapping) and all(isinstance(named, Mapping) for named in value.values())
    if not levels or not all(isinstance(said, Mapping) for named in value.values() for said in named.values()):
        raise _bad(key, _DECLARED[key], plugin)
    return dict(value)


def _named(tree: Tree, key: str, plugin: str) -> Mapping[str, Tree]:
    """Return tables by name; what they may say is known where they are used."""
    value = tree.get(key, {})
    if not isinstance(value, Mapping) or not all(isinstance(said, Mapping) for said in value.values()):
        raise _bad(key, f"[{key}.name]", plugin)
    return dict(value)


def _bad(key: str, expected: str, plugin: str) -> PluginError:
    return PluginError("host.manifest_bad_value", plugin=plugin, key=key, expected=expected)
