"""The kit for plugin authors: its sample adds up, and its checks find what they are for."""

import importlib
from decimal import Decimal
from typing import get_args

import numpy as np
import pyarrow as pa
import pytest

import patron.plugins.renderers
import patron.plugins.reports
import patron.plugins.scores
from patron import Block, Chart, ChartKind, Figures, Format, Table, testing
from patron.core.errors import PluginError
from patron.core.i18n import CORE, Translator
from patron.core.money import to_decimal
from patron.core.scoring.aggregate import CustomerAggregates
from patron.core.scoring.features import feature_table
from patron.core.scoring.ranking import rank_columns, rank_customers
from patron.kernel.aggregate import CustomerSums

SECTIONS = """
from patron.core.records import Note, ReportSection

def build(data):
    {}

@hookimpl
def report_sections():
    return [ReportSection(code="s", report="one", title="one.heading", build=build)]
"""


@pytest.fixture(name="module")
def _module(install):
    """Return a function that makes a plugin of one section with the given body and words."""

    def module(body, **words):
        folder = install("one", SECTIONS.format(body), hooks='["report_sections"]')
        for lang in ("en", "zh"):
            (folder / "locale" / lang).mkdir(parents=True)
            (folder / "locale" / lang / "one.toml").write_text(words.get(lang, 'heading = "H"'))
            (folder / "locale" / lang / "report.toml").write_text(words.get("report", 'one = "R"'))
        return importlib.import_module("patron_one")

    return module


def test_sample_adds_up():
    run, scores = testing.sample_run(), testing.sample_scores()

    assert run.customers == run.ranked == scores.num_rows == sum(group.customers for group in run.groups)
    assert run.totals.monetary == sum(group.monetary for group in run.groups) == run.totals.gross + run.totals.refunds
    assert [to_decimal(group.monetary) for group in run.groups] == [Decimal(value) for value in scores["monetary"].to_pylist()]
    assert 1.0 == run.groups[-1].cumulative_share == run.curve[-1][1]
    assert run.customers == sum(map(sum, run.grid))
    assert 8 == run.purchase_deciles[-1].customers  # the last two together take back more than they bring
    assert run.customers == sum(tally.customers for tally in run.tallies["abc"])
    assert (min(scores["first_purchase"].to_pylist()), max(scores["last_purchase"].to_pylist())) == (run.first_day, run.last_day)


def test_sample_ranks_best_first():
    sales = [group.monetary for group in testing.sample_run().groups]

    assert sorted(sales, reverse=True) == sales


def test_report_data_of_the_empty_shop_has_no_rows():
    data = testing.sample_report_data(Translator("en", CORE), testing.empty_run())

    assert (0, ["customer"]) == (data.scores(["customer"]).num_rows, data.scores(["customer"]).column_names)


def test_built_in_reports_conform():
    testing.check_sections(patron.plugins.reports)


def test_sound_section_conforms(module):
    testing.check_sections(module('return [Note(text=data.t("one.heading"))]'))


@pytest.mark.parametrize(
    ("body", "words", "error", "message"),
    [
        ('return [Note(text="a")]', {"zh": ""}, AssertionError, "heading one.heading of section s is missing in zh"),
        ('return [Note(text="a")]', {"report": ""}, AssertionError, "has no title report.one"),
        ("return []", {}, AssertionError, "say nothing of the sample shop in en: s"),
        ("return [data.run.groups[0]]", {}, PluginError, r'one failed in ReportSection\(code="s"\).build: TypeError'),
        ("return [Note(text=str(data.run.groups[0].share))]", {}, PluginError, "build: IndexError"),
    ],
)
def test_checks_find_what_is_wrong(module, body, words, error, message):
    with pytest.raises(error, match=message):
        testing.check_sections(module(body, **words))


def test_plugin_without_sections_is_said(install):
    install("one")

    with pytest.raises(AssertionError, match="patron_one brings no report sections"):
        testing.check_sections(importlib.import_module("patron_one"))


def test_plugin_of_one_language_is_said(install):
    install("one", languages='["en"]', title='{en = "One"}')

    with pytest.raises(AssertionError, match="lists"):
        testing.check_plugin(importlib.import_module("patron_one"))


def test_app_knows_only_built_in_plugins_and_ours(install):
    install("other", "raise RuntimeError")
    install("one")
    app = testing.app(importlib.import_module("patron_one"), lang="zh")

    assert {"one"} == {plugin.name for plugin in app.host.plugins if not plugin.built_in}
    assert {"demo", "mining", "renderers", "reports", "scores"} < {plugin.name for plugin in app.host.plugins}
    with app.session() as session:
        assert testing.NOW == session.clock.now()
        assert "zh" == session.t.lang


def test_sample_table_is_what_scoring_begins_with():
    """The same columns of the same kinds, for every input; and the customers and money of the sample run."""
    for cost, discount in ((True, True), (False, False)):
        table = testing.sample_table(with_cost=cost, with_discount=discount)
        none = np.zeros(0, np.int64)
        sums = CustomerSums(**dict.fromkeys(CustomerSums._fields, none))
        found = CustomerAggregates(ids=pa.array(none), sums=sums, orders=none, products=none, without_order=0)
        features = feature_table(found, testing.AS_OF, with_cost=cost, with_discount=discount)
        ranked = features.with_columns(rank_columns(rank_customers(features, "monetary", 10, together=False)))

        assert {name: column.kind for name, column in table.columns.items()} == {
            name: column.kind for name, column in ranked.columns.items()
        }
    shop = testing.sample_scores().select(["customer", "orders", "monetary"]).to_pylist()
    rows = zip(table.ids.to_pylist(), table["orders"].values.tolist(), table["monetary"].values.tolist(), strict=True)
    known = {name: (orders, to_decimal(money)) for name, orders, money in rows}
    assert all(known[row["customer"]] == (row["orders"], row["monetary"]) for row in shop)
    assert table.ids.to_pylist() == sorted(table.ids.to_pylist(), key=str.encode)
    assert ["C10"] == [name for name, never in zip(table.ids.to_pylist(), table["recency"].missing, strict=True) if never]


def test_built_in_factors_conform():
    testing.check_factors(patron.plugins.scores)


FACTORS = """
from itertools import count
import numpy as np
from patron import Column, FactorColumn, Kind, ScoreFactor

calls = count()

def compute(table, parameters):
    {}

@hookimpl
def score_factors():
    return [ScoreFactor(code="f", columns=(FactorColumn(name="f", kind=Kind.COUNT),), compute=compute, needs={})]
"""


@pytest.fixture(name="factors")
def _factors(install):
    """Return a function that makes a plugin of one factor with the given body and needs."""

    def factors(body, needs="()"):
        install("one", FACTORS.format(body, needs), hooks='["score_factors"]')
        return importlib.import_module("patron_one")

    return factors


def test_sound_factor_conforms(factors):
    testing.check_factors(factors('return {"f": Column(table["orders"].integers() * 2, Kind.COUNT)}', '("orders",)'))


@pytest.mark.parametrize(
    ("body", "needs", "error", "message"),
    [
        ("return {}", "()", PluginError, "did not return what it promised"),
        ('return {"f": Column(np.array([1, 2]), Kind.COUNT)}', "()", PluginError, "× 11"),
        ('return {"f": Column(np.full(len(table), table["orders"].values[0]), Kind.COUNT)}', "()", PluginError, "IndexError"),
        ('return {"f": Column(np.full(len(table), table["margin"].values.sum()), Kind.COUNT)}', "()", PluginError, "KeyError"),
        ('table["orders"].values[:1] = 0', "()", PluginError, "read-only"),
        ('table.columns["g"] = table["orders"]; return {"f": table["orders"]}', "()", PluginError, "mappingproxy"),
        ('del table.columns["orders"]; return {"f": table["lines"]}', "()", PluginError, "mappingproxy"),
        ('return {"f": Column(np.full(len(table), next(calls)), Kind.COUNT)}', "()", AssertionError, "f is another"),
        ("return {}", '("weather",)', AssertionError, "f is never called: .* column weather"),
    ],
)
def test_checks_find_what_is_wrong_with_factors(factors, body, needs, error, message):
    with pytest.raises(error, match=message):
        testing.check_factors(factors(body, needs))


def test_plugin_without_factors_is_said(install):
    install("one")

    with pytest.raises(AssertionError, match="patron_one brings no score factors"):
        testing.check_factors(importlib.import_module("patron_one"))


def test_factors_may_need_those_of_a_plugin_beside(factors, install):
    """Which is named, since whatever else is installed is no matter."""
    one = factors('return {"f": Column(table["weather"].integers(), Kind.COUNT)}', '("weather",)')
    code = FACTORS.format('return {"weather": Column(table["orders"].integers(), Kind.COUNT)}', "()")
    install("two", code.replace('"f"', '"weather"'), hooks='["score_factors"]')

    testing.check_factors(one, importlib.import_module("patron_two"))


@pytest.mark.slow
def test_built_in_renderers_conform():
    testing.check_renderers(patron.plugins.renderers)


def test_sample_document_holds_everything():
    document = testing.sample_document()
    blocks = [block for section in document.sections for block in section.blocks]

    assert {type(block) for block in blocks} == set(get_args(Block))
    assert {block.kind for block in blocks if isinstance(block, Chart)} == set(ChartKind)
    for values in (
        {(figure.format, figure.value is None) for block in blocks if isinstance(block, Figures) for figure in block.figures},
        {
            (column.format, value is None)
            for block in blocks
            if isinstance(block, Table)
            for row in block.rows
            for column, value in zip(block.columns, row, strict=True)
        },
    ):
        assert {(form, gap) for form in Format for gap in (False, True)} == values


RENDERER = """
from itertools import count
from patron import Renderer

calls = count()

def render(document, options):
    return {}

@hookimpl
def document_renderers():
    return [Renderer(code="f", suffixes=(".f",), media_type="x/y", binary={}, render=render, needs={})]
"""


@pytest.fixture(name="renderers")
def _renderers(install):
    """Return a function that makes a plugin of one renderer that returns the given value."""

    def renderers(value, binary=False, needs="()"):
        install("one", RENDERER.format(value, binary, needs), hooks='["document_renderers"]')
        return importlib.import_module("patron_one")

    return renderers


@pytest.mark.parametrize(("value", "binary"), [("document.title.encode()", False), ("b'\\xff'", True)])
def test_sound_renderer_conforms(renderers, value, binary):
    testing.check_renderers(renderers(value, binary))


@pytest.mark.parametrize(
    ("value", "needs", "error", "message"),
    [
        ("'text'", "()", PluginError, "a renderer returns bytes, not str"),
        ("b''", "()", AssertionError, "f renders sample to nothing"),
        ("str(next(calls)).encode()", "()", AssertionError, "f renders other bytes"),
        ("b'\\xff'", "()", AssertionError, "f is not binary, and renders what is no UTF-8"),
        ("b'x'", "('nowhere_at_all.inner',)", AssertionError, "f can't be checked: nowhere_at_all.inner is not installed"),
        ("bytes(options.width - 31)", "()", PluginError, "negative count"),
        ("document.sections[0].blocks[1].rows[2][0].encode()", "()", PluginError, "NoneType"),
    ],
)
def test_checks_find_what_is_wrong_with_renderers(renderers, value, needs, error, message):
    with pytest.raises(error, match=message):
        testing.check_renderers(renderers(value, needs=needs))


def test_plugin_without_renderers_is_said(install):
    install("one")

    with pytest.raises(AssertionError, match="patron_one brings no renderers"):
        testing.check_renderers(importlib.import_module("patron_one"))
