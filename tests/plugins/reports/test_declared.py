"""The tables of what was declared."""

import attrs
import pytest

from patron import testing
from patron.core.config import Settings
from patron.core.records import Table, Tally
from patron.core.report.build import build_report
from patron.core.report.facts import score_facts
from patron.core.scoring import ScoreCommand, score
from patron.plugins.reports.declared import declared


def test_tiers_and_classes_with_their_customers_and_sales(shop_run, report_data) -> None:
    """Each has a table under the name of its column, in any run; scores without classes, and built-in factors, have none."""
    assert [] == declared(report_data(shop_run))
    factors = {
        "abc": {"plugin": "scores", "parameters": {"top": "0.05"}},
        "member": {"plugin": "patron.toml", "parameters": {"rules": [{"tier": "gold"}]}},
        "promise": {"plugin": "patron.toml", "parameters": {"classes": {"high": "60", "low": "0"}}},
        "wealth": {"plugin": "patron.toml", "parameters": {"classes": {}}},
    }
    half = shop_run.totals.monetary // 2
    tallies = {
        "member": (Tally(value="gold", customers=1000, monetary=half), Tally(value="", customers=3372, monetary=half)),
        "promise_class": (Tally(value="high", customers=4372, monetary=2 * half),),
    }
    run = attrs.evolve(shop_run, parameters={"factors": factors}, tallies={**shop_run.tallies, **tallies})
    found = [block for block in declared(report_data(run)) if isinstance(block, Table)]

    assert ["member", "promise_class"] == [table.code for table in found]
    assert [("gold", 1000), ("without one", 3372)] == [row[:2] for row in found[0].rows]
    assert 1000 / 4372 == found[0].rows[0][2]


@pytest.mark.parametrize(("lang", "title"), [("en", "Member tier"), ("zh", "会员等级")])
def test_tables_are_called_as_their_columns_are_declared(lang, title, tmp_path) -> None:
    """In the language of the report; what nobody declares any more stands under its name."""
    rules = [{"tier": "gold", "where": "monetary > 5"}, {"tier": "basic"}]
    (tmp_path / "lines.csv").write_text("c,t,a\n1,2025-01-01,9\n2,2025-01-01,1\n", "utf-8")
    tiers = {"member": {"en": "Member tier", "zh": "会员等级", "rules": rules}}
    with testing.app(lang=lang, settings=Settings(tiers=tiers)).session() as session:
        scores = score(session, ScoreCommand(inputs=(tmp_path / "lines.csv",), customer="c", time="t", amount="a"))
        titles = [title for title, _ in tables(session, scores)]
    with testing.app(lang=lang).session() as session:
        others = [title for title, _ in tables(session, scores)]

    assert (title in titles, "member" in titles) == (True, False)
    assert "member" in others


def tables(session, scores):
    document = build_report(session, "deciles", score_facts(session, scores.run, scores.table))
    return [(block.title, block.code) for section in document.sections for block in section.blocks if isinstance(block, Table)]
