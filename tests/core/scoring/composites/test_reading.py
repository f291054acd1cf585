"""Composite scores as they are declared: what is read, and every complaint with its line."""

from decimal import Decimal

import pytest

from patron.core.config import Settings
from patron.core.errors import ConfigurationError, UsageError
from patron.core.host import Host, Manifest, Plugin
from patron.core.scoring.composites import composites_of, find_composite


def test_a_declaration(one):
    """Transforms follow from their keys, weights and points are exact, classes stand from the highest down."""
    found = one("""
of = "customer"
en = "Wealth"
classes = { low = 0, high = 70.5 }
[composites.c.factors.income_band]
codes = { High = 100, low = 12.5 }
weight = 0.3
missing = 40
[composites.c.factors.age]
column = "birth_year"
reads = "years_since"
bands = [[0, 10], [30, 90]]
missing = "neutral"
""")
    assert ("customer", {"en": "Wealth"}, False) == (found.of, found.words, found.fitted())
    assert [("high", Decimal("70.5")), ("low", 0)] == list(found.classes.items())
    first, second = found.factors
    assert ("codes", {"high": 100, "low": Decimal("12.5")}, Decimal("0.3"), 40) == (
        first.transform,
        first.codes,
        first.weight,
        first.missing,
    )
    assert ("bands", "birth_year", ((0, 10), (30, 90)), "neutral") == (
        second.transform,
        second.column,
        second.bands,
        second.missing,
    )


WRONG = {
    "unknown key": ("facters = {}", "config.unknown_key_near", 2),
    "no factors": ('of = "scores"', "composite.no_factors", 1),
    "unknown noun": ('of = "custommer"\n[composites.c.factors.a]', "config.expected_choice", 2),
    "unknown key of a factor": ("[composites.c.factors.a]\nwieght = 2", "config.unknown_key_near", 3),
    "weight of nothing": ("[composites.c.factors.a]\nweight = 0", "declared.not_above", 3),
    "weight that is text": ('[composites.c.factors.a]\nweight = "2"', "config.expected_number", 3),
    "weight too fine": ("[composites.c.factors.a]\nweight = 0.00001", "declared.too_fine", 3),
    "points beyond 100": ("[composites.c.factors.a]\ncodes = { x = 101 }", "config.out_of_range", 3),
    "transform": ('[composites.c.factors.a]\ntransform = "logs"', "config.expected_choice", 3),
    "idle key": ("[composites.c.factors.a]\nlow = 1\nbands = [[0, 1]]", "composite.idle_key", 3),
    "nothing to look up": ('[composites.c.factors.a]\ntransform = "codes"', "composite.needs_key", 3),
    "codes of days": ('[composites.c.factors.a]\nreads = "days_since"\ncodes = {a = 1}', "composite.codes_of_days", 3),
    "no order": ("[composites.c.factors.a]\nlow = 5\nhigh = 5", "composite.low_high", 3),
    "no logarithm": ('[composites.c.factors.a]\ntransform = "log"\nlow = 0', "composite.log_of_nothing", 4),
    "groups": ('[composites.c.factors.a]\ntransform = "quantile"\ngroups = 1', "config.out_of_range", 4),
    "half a group": ('[composites.c.factors.a]\ntransform = "quantile"\ngroups = 2.5', "config.expected_whole", 4),
    "bands": ("[composites.c.factors.a]\nbands = [[0, 1], [0, 2]]", "composite.bad_bands", 3),
    "bands of one": ("[composites.c.factors.a]\nbands = [1, 2]", "composite.bad_bands", 3),
    "missing": ('[composites.c.factors.a]\nmissing = "zero"', "composite.bad_missing", 3),
    "missing points": ("[composites.c.factors.a]\nmissing = -1", "config.out_of_range", 3),
    "classes": ("classes = { high = 70 }\n[composites.c.factors.a]", "composite.bad_classes", 2),
    "no table": ("factors = 3", "config.not_a_table", 2),
    "known too little": ("least_known = 1.1\n[composites.c.factors.a]", "config.out_of_range", 2),
}


@pytest.mark.parametrize(("text", "key", "line"), WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_is_wrong_is_told_with_its_line(one, text, key, line, lang):
    with pytest.raises(ConfigurationError) as refused:
        one(text)
    assert key == refused.value.key
    assert f"patron.toml:{line}" in refused.value.message(lang)


def test_a_name_is_a_name_of_a_column(declared):
    with pytest.raises(ConfigurationError) as refused:
        declared('[composites."Big Spender".factors.a]')
    assert "declared.bad_name" == refused.value.key


def plugin(**composites):
    manifest = Manifest(api=(1, 1), hooks=(), title={"en": "One", "zh": "一"}, composites=composites)
    return Plugin("auto", "patron_auto", "patron-auto", "1.0", manifest, load=lambda _: None)


def test_the_configuration_replaces_what_a_plugin_declares():
    """A manifest is read with binary floats: what it says is their shortest decimal."""
    host = Host([plugin(intent={"factors": {"a": {"weight": 0.1}}}, other={"factors": {"b": {}}})])
    assert Decimal("0.1") == composites_of(host, Settings())["intent"].factors[0].weight
    found = composites_of(host, Settings(composites={"intent": {"factors": {"c": {}}}}))

    assert {"intent": ("c", ""), "other": ("b", "auto")} == {
        name: (each.factors[0].name, each.plugin) for name, each in found.items()
    }


def test_a_fault_of_a_manifest_names_the_plugin():
    with pytest.raises(ConfigurationError) as refused:
        composites_of(Host([plugin(intent={"factors": {"a": {"weight": -1}}})]), Settings())
    assert "manifest.toml (auto)" == refused.value.details["where"]


@pytest.mark.parametrize(("name", "key"), [("intnet", "composite.none_near"), ("zzz", "composite.none")])
def test_a_composite_score_that_is_not_there(name, key):
    with pytest.raises(UsageError) as refused:
        find_composite(Host([plugin(intent={"factors": {"a": {}}})]), Settings(), name)
    assert key == refused.value.key
    with pytest.raises(UsageError) as refused:
        find_composite(Host(), Settings(), name)
    assert "composite.none_at_all" == refused.value.key
