"""Lifetime value in the scores: the same numbers as the analysis, for who asks for them."""

from datetime import date

import numpy as np
import pytest

from patron import Column, Kind, testing
from patron.app import App
from patron.core.scoring import ScoreCommand, score
from patron.core.scoring.population import WholePopulation
from patron.plugins import mining
from patron.plugins.mining.value.analysis import ValueCommand, analyse_value
from patron.plugins.mining.value.factor import FACTOR, ValueParameters, compute
from patron.plugins.mining.value.output import customer_table
from patron.testing.table import first_customers, sample_table

NAMES = [column.name for column in FACTOR.columns]


def command(shop, **options):
    return ScoreCommand(inputs=(shop,), customer="who", time="when", amount="money", as_of=date(2025, 12, 31), **options)


def test_the_factor_keeps_its_promises():
    testing.check_factors(mining)


def test_scores_without_asking_have_no_lifetime_value(shop):
    with App.open().session() as session:
        found = score(session, command(shop))

    assert not {*NAMES, "purchase_days", "first_value"} & set(found.customers.columns)
    assert "value" not in found.run.parameters["factors"]


@pytest.mark.parametrize("order", [None, "money"])
def test_scores_have_the_values_of_the_analysis(shop, order):
    """Whatever makes an order, days make repeats; a customer with refunds alone has no values."""
    with App.open().session() as session:
        scores = score(session, command(shop, extras=("value",), order=order))
        expected = customer_table(analyse_value(session, ValueCommand(lines=command(shop))))
    found = scores.table(["customer", *NAMES]).sort_by("customer")

    assert expected.select(["customer", *NAMES]).to_pylist() == found.to_pylist()
    assert {"refunded"} == {row["customer"] for row in found.to_pylist() if row["alive"] is None}
    assert scores.run.parameters["factors"]["value"]["parameters"]["horizon"] == 39


def test_the_digest_of_the_input_is_that_of_other_scores(shop):
    with App.open().session() as session:
        plain, valued = (score(session, command(shop, extras=extras)).run for extras in ((), ("value",)))

    assert plain.input_digest == valued.input_digest
    assert plain.id != valued.id


def test_parameters_are_those_of_the_table(shop):
    with App.open().session() as session:
        table = score(session, command(shop, extras=("value",))).customers
    bare = {name: column for name, column in table.columns.items() if name not in NAMES}
    plain = type(table)(table.ids, bare, table.as_of)
    weeks, days = (
        compute(plain, ValueParameters(time_unit=unit, horizon=horizon), WholePopulation(plain))
        for unit, horizon in (("week", 10), ("day", 70))
    )

    np.testing.assert_allclose(weeks["expected_purchases"].values, days["expected_purchases"].values, rtol=1e-8)


def test_nobody_who_bought_has_nobody_with_a_value():
    nobody = first_customers(sample_table(), 0)
    none = np.empty(0, np.int64)
    days = {"purchase_days": Column(none, Kind.COUNT), "first_value": Column(none.copy(), Kind.MONEY)}
    nobody = nobody.with_columns({name: column for name, column in days.items() if name not in nobody})
    columns = compute(nobody, ValueParameters(), WholePopulation(nobody))

    assert NAMES == list(columns)
    assert all(len(column) == 0 for column in columns.values())
