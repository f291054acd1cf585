"""
Tiers from rules: every customer gets the tier of the first rule that holds, anew in every run.

    [tiers.member]
    en = "Member tier"
    [[tiers.member.rules]]
    tier = "gold"
    where = "monetary >= 50000 and orders >= 12"
    [[tiers.member.rules]]
    tier = "basic"

A rule without a condition is for everybody whom no rule before it took; where there is none the others have no tier. Conditions
are those of `--where`, on the columns of the customer table; those that the input does not give are empty.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import numpy as np
import pyarrow as pa

from patron.core.config import Settings
from patron.core.errors import ConfigurationError, ExpressionError
from patron.core.host import Host, Owned
from patron.core.i18n import CORE, LANGUAGES
from patron.core.names import shorten
from patron.core.records import Column, FactorColumn, FeatureTable, Kind, Population, ScoreFactor
from patron.core.scoring.composites.batch import Records
from patron.core.scoring.composites.planned import OWNER
from patron.core.scoring.composites.registry import manifest_place
from patron.core.scoring.declared import Declared, Place
from patron.core.scoring.expression import Filter, parse_filter
from patron.core.scoring.result import to_arrow

MOST_RULES = 200
BLOCK_ROWS = 1 << 18
"""Customers whose columns stand in memory a second time, as those that conditions are read on."""

_NUMBERS = (Kind.MONEY, Kind.POINTS, Kind.COUNT, Kind.DAYS, Kind.SHARE, Kind.NUMBER, Kind.SCORE)


@attrs.frozen(kw_only=True)
class Rule:
    """One rule: the tier of those for whom the condition holds; without one, of everybody."""

    tier: str
    where: str | None = None


@attrs.frozen(kw_only=True)
class Tiers:
    """
    Tiers as they are declared.

    Attributes:
        name: of their column.
        rules: in the order in which they are tried.
        reads: the columns of their conditions, known when these have been checked.
        plugin: who declared them: a plugin, or "" for the configuration.
        place: says where a path of keys stands, for complaints; None where nobody complains any more.
    """

    name: str
    rules: tuple[Rule, ...]
    reads: tuple[str, ...] = ()
    plugin: str = ""
    place: Place | None = attrs.field(default=None, eq=False, repr=False)

    @property
    def labels(self) -> tuple[str, ...]:
        """The tiers, each once, in the order of the rules."""
        return tuple(dict.fromkeys(rule.tier for rule in self.rules))

    def where(self, *keys: str) -> str:
        """Return where they are declared, or a key of them."""
        return self.place("tiers", self.name, *keys) if self.place else ""


def tiers_of(host: Host, settings: Settings) -> Mapping[str, Tiers]:
    """
    Return the tiers by name; those of the configuration replace those of plugins.

    Raises:
        ConfigurationError: a declaration is wrong.
    """
    found: dict[str, Tiers] = {}
    for plugin in host.plugins:
        if plugin.working and plugin.manifest:
            for name, said in plugin.manifest.tiers.items():
                found[name] = _read(name, said, plugin.name, manifest_place(plugin.name))
    for name, said in settings.tiers.items():
        found[name] = _read(name, said, "", settings.source.place)
    return found


def tier_factors(
    tiers: Sequence[Tiers], known: Mapping[str, Kind], codes: Sequence[str]
) -> Mapping[str, tuple[Owned[ScoreFactor], Tiers]]:
    """
    Return tiers by name: as score factors, and what they are given as their parameters.

    Args:
        tiers: all that are declared.
        known: columns that customers may have, and what their values mean.
        codes: of other factors.

    Raises:
        ConfigurationError: a condition is none, or reads a column that there is not; a name is taken.
    """
    factors = {}
    for one in tiers:
        if one.name in known or one.name in codes:
            raise ConfigurationError("declared.name_taken", where=one.where(), name=one.name)
        reads = tuple(dict.fromkeys(name for number in range(len(one.rules)) for name in _names(one, number, known)))
        columns = (FactorColumn(name=one.name, kind=Kind.LABEL, labels=one.labels, by=reads),)
        factor = ScoreFactor(code=one.name, columns=columns, uses=reads, compute=compute, in_parts=True)
        factors[one.name] = Owned(one.plugin or OWNER, factor, CORE), attrs.evolve(one, place=None, reads=reads)
    return factors


def compute(table: FeatureTable, tiers: Tiers, _: Population) -> Mapping[str, Column]:
    """Return the tier of every customer."""
    filters = [None if rule.where is None else parse_filter(rule.where, tiers.reads) for rule in tiers.rules]
    places = {label: place for place, label in enumerate(tiers.labels)}
    tier, missing = np.zeros(len(table), np.uint8), np.ones(len(table), np.bool_)
    for start in range(0, len(table), BLOCK_ROWS):
        rows = np.arange(start, min(start + BLOCK_ROWS, len(table)))
        batch = _batch(table, rows, filters)
        for rule, condition in zip(tiers.rules, filters, strict=True):
            holds = missing[rows] if condition is None else missing[rows] & condition.mask(batch)
            tier[rows[holds]] = places[rule.tier]
            missing[rows[holds]] = False
    return {tiers.name: Column(tier, Kind.LABEL, missing, tiers.labels)}


def _batch(table: FeatureTable, rows: Any, filters: Sequence[Filter | None]) -> Records:
    names = {name for condition in filters if condition is not None for name in condition.names}
    columns = {name: to_arrow(table[name], rows) if name in table else pa.nulls(len(rows), pa.string()) for name in names}
    return Records(len(rows), columns)


def _read(name: str, said: Mapping[str, Any], plugin: str, place: Place) -> Tiers:
    table = Declared(said, ("tiers", name), place)
    if not (name.isidentifier() and name.isascii() and name == name.lower()):
        raise table.refusal("declared.bad_name", name=shorten(name))
    table.check_keys(("rules", *LANGUAGES))
    for lang in LANGUAGES:
        table.value(lang, str, "")
    rules = table.raw("rules", [])
    if not isinstance(rules, list) or not all(isinstance(rule, Mapping) for rule in rules) or not 1 <= len(rules) <= MOST_RULES:
        raise table.refusal("declared.no_rules", "rules", most=MOST_RULES)
    read = tuple(_rule(table, number, rule, place) for number, rule in enumerate(rules))
    everybody = next((number for number, rule in enumerate(read) if rule.where is None), len(read))
    if everybody < len(read) - 1:  # what stands behind it never holds
        where = place(*table.keys, "rules", str(everybody + 1))
        raise ConfigurationError("declared.never_reached", where=where, name=name, tier=shorten(read[everybody + 1].tier))
    return Tiers(name=name, rules=read, plugin=plugin, place=place)


def _rule(tiers: Declared, number: int, said: Mapping[str, Any], place: Place) -> Rule:
    def within(*keys: str) -> str:
        return place(*tiers.keys, "rules", str(number), *keys[len(tiers.keys) :])

    table = Declared(said, tiers.keys, within)
    table.check_keys(("tier", "where"))
    tier = table.value("tier", str, "")
    if not tier.strip():
        raise table.refusal("declared.no_tier")
    return Rule(tier=tier, where=table.value("where", str, None))


def _names(tiers: Tiers, number: int, known: Mapping[str, Kind]) -> Sequence[str]:
    rule = tiers.rules[number]
    if rule.where is None:
        return ()
    try:
        return parse_filter(rule.where, tuple(known), holds_numbers=lambda name: known[name] in _NUMBERS).names
    except ExpressionError as error:
        raise ConfigurationError(
            "declared.bad_condition",
            where=tiers.where("rules", str(number), "where"),
            name=tiers.name,
            tier=shorten(rule.tier),
            reason=error,
        ) from error
