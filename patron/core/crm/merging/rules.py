"""
The rules by which one value of several stands when records become one: data, with what the configuration says otherwise.
"""

import tomllib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import attrs

from patron.core.config import Settings
from patron.core.errors import ConfigurationError
from patron.core.names import listed, shorten
from patron.core.nouns import Field, FieldKind, Vocabulary

_KINDS, _TELLING = "kinds", "telling"
_LISTS = (FieldKind.CODES, FieldKind.TEXTS)
_ORDERED = (FieldKind.INTEGER, FieldKind.MONEY, FieldKind.QUANTITY, FieldKind.TRUTH, FieldKind.DAY, FieldKind.INSTANT)


class Rule(StrEnum):
    """Which value stands."""

    SURVIVOR = "survivor"
    """That of the record that stays, or none."""
    KEPT = "kept"
    """That of the record that stays, else the first that another one has."""
    EARLIEST = "earliest"
    """The earliest of all."""
    LATEST = "latest"
    """The latest of all."""
    LEAST = "least"
    """The least of all."""
    MOST = "most"
    """The greatest of all."""
    UNITED = "united"
    """All members of the lists, in their order."""
    JOINED = "joined"
    """All texts, each once."""


_FITTING: Mapping[Rule, tuple[FieldKind, ...]] = {
    Rule.EARLIEST: _ORDERED,
    Rule.LATEST: _ORDERED,
    Rule.LEAST: _ORDERED,
    Rule.MOST: _ORDERED,
    Rule.UNITED: _LISTS,
    Rule.JOINED: (FieldKind.NOTE,),
}
"""Rule → the kinds of fields that it can decide about; the others decide about every kind."""


@attrs.frozen
class Rules:
    """
    The rules of an installation.

    Attributes:
        tables: `kinds` → rule by kind of field; noun → rule by field; `telling` → noun → fields that tell two persons apart.
    """

    tables: Mapping[str, Mapping[str, Any]]

    def of(self, field: Field) -> Rule:
        """Return the rule that decides about a field."""
        own = self.tables.get(field.noun, {}).get(field.name)
        return Rule(own or self.tables[_KINDS][field.kind.value])

    def telling(self, noun: str) -> Sequence[str]:
        """Return the fields of a noun of which another value tells two apart."""
        found: Sequence[str] = self.tables[_TELLING].get(noun, ())
        return found


def rules_of(settings: Settings, vocabulary: Vocabulary) -> Rules:
    """
    Return the rules of an installation.

    Raises:
        ConfigurationError: the configuration names what is not there, or a rule that can't decide about the field.
    """
    tables = {name: dict(table) for name, table in _core().items()}
    for name, said in settings.merge.items():
        if name not in tables:
            raise ConfigurationError(
                "merging.no_table", where=settings.source.place("merge", name), got=shorten(name), known=", ".join(tables)
            )
        for key, rule in said.items():
            _check(settings, vocabulary, name, key, rule)
            tables[name][key] = rule
    return Rules(tables)


@cache
def _core() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads((Path(__file__).parent / "rules.toml").read_text("utf-8"))


def _check(settings: Settings, vocabulary: Vocabulary, table: str, key: str, rule: object) -> None:
    where = settings.source.place("merge", table, key)
    if table == _TELLING:
        known = vocabulary.fields(key) if key in _core() else {}
        for name in rule if isinstance(rule, list) else [str(rule)]:
            if name not in known:
                raise ConfigurationError("merging.no_field", where=where, got=shorten(name), noun=shorten(key))
        return
    if rule not in list(Rule):
        raise ConfigurationError("merging.no_rule", where=where, got=shorten(rule), known=listed(Rule))
    if table == _KINDS:
        kind = next((one for one in FieldKind if one.value == key), None)
    else:
        field = vocabulary.fields(table).get(key)
        kind = None if field is None else field.kind
    if kind is None:
        raise ConfigurationError("merging.no_field", where=where, got=shorten(key), noun=table)
    fitting = _FITTING.get(Rule(str(rule)))
    if fitting is not None and kind not in fitting:
        raise ConfigurationError("merging.rule_unfit", where=where, rule=str(rule), field=key, kind=kind.value)


def choose(rule: Rule, field: Field, values: Sequence[Any]) -> Any:
    """
    Return the value that stands.

    Args:
        rule: decides.
        field: of which field.
        values: that of the record that stays, then those of the others; None or an empty list for none.
    """
    there = [value for value in values if value not in (None, ())]
    if rule is Rule.SURVIVOR or not there:
        return values[0]
    match rule:
        case Rule.EARLIEST | Rule.LEAST:
            return min(there)
        case Rule.LATEST | Rule.MOST:
            return max(there)
        case Rule.UNITED:
            return tuple(dict.fromkeys(member for value in there for member in value))
        case Rule.JOINED:
            joined = "\n\n".join(dict.fromkeys(there))
            return joined if len(joined) <= field.length else there[0]
    return there[0]
