"""Composite scores of customers: columns beside those of plugins, the same for all as for one."""

import tomllib
from decimal import Decimal

import numpy as np
import pytest

from patron.core.config import Settings, read_settings
from patron.core.crm.score_words import column_words
from patron.core.errors import ConfigurationError
from patron.core.records import Kind
from patron.core.scoring.composites import Scorecard
from patron.core.scoring.factors import apply_factors, plan_factors, scorecards
from patron.core.scoring.population import WholePopulation
from patron.core.scoring.result import Scores
from patron.testing import app, sample_table
from patron.testing.samples import sample_run

PROMISE = """
[promise]
en = "Promise"
classes = { high = 60, low = 0 }
factors.monetary = { transform = "log", weight = 2 }
factors.first_purchase = { reads = "days_since", reverse = true }
factors.orders = { transform = "quantile", groups = 3 }
factors.discount_share = { low = 0, high = 0.2, missing = "none" }
factors.decile = { codes = { 1 = 100 }, other = 10 }
factors.margin = { missing = "neutral" }
factors.abc = { codes = { A = 100, B = 40, C = 0 } }
[of_promise.factors]
promise = { low = 0, high = 100 }
promise_class = { codes = { high = 100 } }
"""


def composites(text):
    return Settings(composites=tomllib.loads(text, parse_float=Decimal))


def scored(text=PROMISE, **options):
    host, settings = app().host, composites(text)
    plan = plan_factors(host, settings)
    table = apply_factors(sample_table(**options), plan)
    return table, {
        name: Scorecard.from_json(card.to_json()) for name, card in scorecards(plan, table, WholePopulation(table)).items()
    }


@pytest.mark.parametrize("with_cost", [True, False])
def test_customers_are_scored_as_one_by_one(with_cost):
    """By the scorecard that is kept with the run, from the values that stand in the scores."""
    table, cards = scored(with_cost=with_cost)
    rows = Scores(run=sample_run(), customers=table, order=np.arange(len(table))).table().to_pylist()

    assert 11 == len(rows)
    for row in rows:
        for name, card in cards.items():
            found = card.score(row, table.as_of)
            assert None is found.points if row[name] is None else found.points == row[name].scaleb(4)
            assert row.get(f"{name}_class") == found.label
    assert {None, "high", "low"} == {row["promise_class"] for row in rows}
    assert Kind.POINTS is table["promise"].kind


def test_customers_nobody_are_scored():
    from patron.testing.table import first_customers

    plan = plan_factors(app().host, composites(PROMISE))
    assert 0 == len(apply_factors(first_customers(sample_table(), 0), plan)["promise"])


def test_what_is_declared_makes_another_run():
    """Not where it is declared, or what it is called."""
    host = app().host
    one, other, renamed = (
        plan_factors(host, composites(f"[a.factors]\nmonetary = {{ weight = {weight} }}\n[a]\nen = '{word}'")).chosen()["a"]
        for weight, word in ((1, "A"), (2, "A"), (1, "B"))
    )
    assert one != other
    assert one == renamed


WRONG = {
    "composite.reads_itself": "[a.factors]\nb = { column = 'a' }",
    "declared.not_above": "[a.factors]\nmonetary = { weight = 0 }",
    "composite.no_column_near": "[a.factors]\nmonetery = {}",
    "composite.no_column": "[a.factors]\nzzz = {}",
    "declared.name_taken": "[abc.factors]\nmonetary = {}",
    "composite.needs_codes": "[a.factors]\nabc = {}",
    "composite.needs_numbers": "[a.factors]\nmonetary = { codes = { x = 1 } }",
    "composite.reads_days": "[a.factors]\nlast_purchase = {}",
    "composite.reads_no_days": '[a.factors]\nrecency = { reads = "days_since" }',
}


@pytest.mark.parametrize(("key", "text"), WRONG.items())
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_cannot_be_read_of_customers(key, text, lang):
    with pytest.raises(ConfigurationError) as refused:
        plan_factors(app().host, composites(text))
    assert key == refused.value.key
    assert "patron.toml" in refused.value.message(lang)


def test_scores_that_read_each_other_are_named():
    """Without those that only wait for them; no plugin is to be switched off."""
    with pytest.raises(ConfigurationError) as refused:
        plan_factors(app().host, composites("[c.factors]\na = {}\n[a.factors]\nb = {}\n[b.factors]\na = {}"))
    assert ("score.declared_circle", "a, b") == (refused.value.key, refused.value.details["factors"])


def test_the_line_of_the_factor_is_told(tmp_path):
    """Not that of the table."""
    (tmp_path / "patron.toml").write_text("[composites.a.factors]\norders = {}\nmonetery = {}\n", "utf-8")
    with pytest.raises(ConfigurationError, match=r"patron\.toml:3: "):
        plan_factors(app().host, read_settings(environ={}, start=tmp_path))


def test_composite_scores_have_the_words_of_their_declaration():
    with app(settings=composites(PROMISE), lang="zh").session() as session:
        words = column_words(session)
        assert ["Promise", "等级：Promise", "of_promise"] == [words(name) for name in ("promise", "promise_class", "of_promise")]
