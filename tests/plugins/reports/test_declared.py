"""The tables of what was declared."""

import attrs

from patron.core.records import Table, Tally
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
