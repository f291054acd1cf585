"""
Whether score factors keep their promises, on the small shop and at its edges.
"""

from collections.abc import Iterator
from types import ModuleType

import numpy as np

from patron.core.records import Column, FeatureTable, Kind
from patron.core.scoring.factors import apply_factors, plan_factors
from patron.testing.application import app, plugin_of
from patron.testing.checks import check_plugin, require
from patron.testing.table import first_customers, sample_table


def check_factors(module: ModuleType, *beside: ModuleType) -> None:
    """
    Check the plugin's score factors, and the plugin itself, as `check_plugin()` does.

    Each is called for the sample shop, with and without costs and discounts, for one customer and for none. It has to return
    what it promised, to leave alone what it was given, and to answer the same when it is asked again.

    Args:
        module: the plugin.
        beside: plugins whose columns its factors read.

    Raises:
        PluginError: the host refuses the plugin, or a factor failed or broke its promise.
        AssertionError: there are no factors, one is never called, changes its input, or answers now this and now that.
    """
    check_plugin(module)
    application = app(module, *beside)
    asked = [owned.item.code for owned in application.host.score_factors()]
    plan = plan_factors(application.host, application.settings, asked)
    own = [planned.owned.item for planned in plan.factors if planned.owned.plugin == plugin_of(module).name]
    require(own, f"{module.__name__} brings no score factors")
    everything = apply_factors(_with_days(sample_table()), plan)
    for factor in own:
        lacking = ", ".join(name for name in factor.needs if not everything.has(name))
        require(not lacking, f"{factor.code} is never called: no input and no plugin here has a column {lacking}")
    for what, table in _tables():
        first, again = apply_factors(table, plan), apply_factors(table, plan)
        for name in (column.name for factor in own for column in factor.columns):
            require(_equal(first[name], again[name]), f"{name} is another when it is asked for again, for {what}")


def _tables() -> Iterator[tuple[str, FeatureTable]]:
    yield "the sample shop", _with_days(sample_table())
    yield "the sample shop without costs and discounts", sample_table(with_cost=False, with_discount=False)
    yield "one customer", _with_days(first_customers(sample_table(), 1))
    yield "no customers", _with_days(first_customers(sample_table(), 0))


def _with_days(table: FeatureTable) -> FeatureTable:
    """Return the table with the columns that are there where a factor reads them, for customers who bought once a day."""
    orders = table["orders"].integers()
    first = table["gross"].integers() // np.maximum(orders, 1)
    return table.with_columns(
        {"purchase_days": Column(orders, Kind.COUNT), "first_value": Column(first, Kind.MONEY, orders == 0)}
    )


def _equal(one: Column, other: Column) -> bool:
    if one.missing is None or other.missing is None:
        return one.missing is other.missing and np.array_equal(one.values, other.values)
    return np.array_equal(one.missing, other.missing) and np.array_equal(one.values[~one.missing], other.values[~one.missing])
