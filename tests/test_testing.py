"""The kit for plugin authors: its sample adds up, and its checks find what they are for."""

import importlib
from decimal import Decimal

import pytest

import patron.plugins.reports
from patron import testing
from patron.core.errors import PluginError
from patron.core.i18n import CORE, Translator
from patron.core.money import to_decimal

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
        ("return [data.run.groups[0]]", {}, PluginError, "one failed in report_sections:s: TypeError"),
        ("return [Note(text=str(data.run.groups[0].share))]", {}, PluginError, "report_sections:s: IndexError"),
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

    assert {"demo", "renderers", "reports", "scores", "one"} == {plugin.name for plugin in app.host.plugins}
    with app.session() as session:
        assert testing.NOW == session.clock.now()
        assert "zh" == session.t.lang
