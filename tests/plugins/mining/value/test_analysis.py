"""The use case: what is fitted, on which days, and what comes out of odd inputs."""

import random
from datetime import date
from pathlib import Path

import attrs
import numpy as np
import pytest

from patron import InputError, UsageError
from patron.app import App
from patron.core.scoring import ScoreCommand
from patron.plugins.mining.value.analysis import ValueCommand, analyse_value
from patron.plugins.mining.value.output import customer_table
from patron.plugins.mining.value.prediction import correlate
from patron.plugins.mining.value.summary import to_json

MODELS = ("bgnbd", "mbgnbd", "paretonbd", "bgbb")


def analyse(*inputs: Path, **options):
    lines = {name: options.pop(name) for name in ("as_of", "where", "threads") if name in options}
    with App.open().session() as session:
        command = ScoreCommand(inputs=inputs, customer="who", time="when", amount="money", **lines)
        return analyse_value(session, ValueCommand(lines=command, **options))


@pytest.mark.parametrize("model", MODELS)
def test_what_comes_is_about_what_was_expected(shop, model):
    """Customers who behave as the models say bring, in the quarter behind the calibration, what the models expect."""
    found = analyse(shop, model=model, calibrate_until=date(2024, 12, 31), horizon=13)

    assert found.prediction.purchases.converged
    assert found.holdout.last == date(2025, 4, 1)
    assert found.holdout.actual == pytest.approx(found.holdout.predicted, rel=0.12)
    assert found.holdout.correlation > 0.5


def test_amounts_are_those_that_the_shop_was_made_with(shop):
    """The extra line of some days raises them a little above Gamma(5, ·) with Gamma(4, 60)."""
    fit = analyse(shop).prediction.amounts

    assert fit.converged
    assert abs(fit.parameters[1] - 4.0) < 4 * fit.errors[1]


def test_the_unit_of_time_changes_the_unit_alone(shop):
    weeks, days = (analyse(shop, time_unit=unit, horizon=horizon).prediction for unit, horizon in (("week", 10), ("day", 70)))
    scale = np.array([1, 7, 1, 1])

    np.testing.assert_allclose(weeks.purchases.parameters * scale, days.purchases.parameters, rtol=1e-8)
    np.testing.assert_allclose(weeks.future.purchases, days.future.purchases, rtol=1e-8)
    np.testing.assert_allclose(weeks.lifetime_value, days.lifetime_value, rtol=1e-8)


def test_any_split_of_the_lines_gives_the_same_bits(shop, tmp_path):
    """Lines in another order, over three files, read by other threads."""
    head, *lines = shop.read_text().splitlines()
    random.Random(1).shuffle(lines)
    for part in range(3):
        (tmp_path / f"{part}.csv").write_text("\n".join([head, *lines[part::3]]))
    whole, split = analyse(shop, threads=1), analyse(*sorted(tmp_path.iterdir()), threads=2)

    assert to_json(whole) == to_json(split)
    assert customer_table(whole).equals(customer_table(split))


def test_discounting_takes_value_away(shop):
    free, dear = (analyse(shop, discount=discount).prediction.lifetime_value.sum() for discount in (0.0, 0.5))

    assert dear < free
    assert dear > free * 1.5**-0.75


def test_a_customer_with_refunds_alone_is_nobody(shop):
    """They have a row and no values; nobody else is without."""
    table = customer_table(analyse(shop)).to_pylist()
    rows = {row.pop("customer"): row for row in table}

    assert {None} == set(rows.pop("refunded").values())
    assert not any(value is None for row in rows.values() for value in row.values())


def test_who_never_came_back_is_alive_for_certain(shop):
    found = analyse(shop)
    alone = found.observed.past.repeats == 0

    assert {1.0} == set(found.prediction.future.alive[alone].tolist())
    assert (found.prediction.future.alive[~alone] < 1).any()


def write(tmp_path, rows):
    path = tmp_path / "few.csv"
    path.write_text("\n".join(["who,when,money", *rows]))
    return path


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    "rows",
    [
        ["a,2025-01-01,5"],
        [f"{who},2025-01-{day:02},5" for who in "abc" for day in (1, 8, 15)],
        [f"{who},2025-01-0{who},5" for who in range(1, 9)],
        [f"{who},2025-01-0{who},0\n{who},2025-02-0{who},0" for who in range(1, 9)],
        [f"{who},1969-12-0{who},5\n{who},1969-12-20,7" for who in range(1, 9)],
        ["a,2025-01-01,922337203685477.58"],
    ],
    ids=["one", "never leave", "never return", "worth nothing", "before 1970", "large"],
)
def test_odd_inputs_end_with_finite_numbers(tmp_path, model, rows):
    """Nothing is not a number, and what can't be relied on is marked."""
    found = analyse(write(tmp_path, rows), model=model)
    fit, table = found.prediction.purchases, customer_table(found)

    assert not fit.converged or fit.at_bound or fit.undetermined
    assert np.isfinite([*fit.parameters, fit.log_likelihood]).all()
    for name in ("alive", "expected_purchases"):
        assert np.isfinite(table[name].to_numpy()).all()
    assert to_json(found)["value_model"]["customers"] == len(table)


def test_amounts_without_a_finite_mean_are_said(tmp_path):
    """Means of customers so far apart that those of whom nothing is known have no finite expectation, and no value."""
    days = ("2025-01-01", "2025-02-03", "2025-02-20", "2025-03-15")
    rows = [f"{who},{day},{(60 / who) ** 4 + place / 100:.2f}" for who in range(1, 61) for place, day in enumerate(days)]
    rows += [f"z{who},2025-01-05,5" for who in range(60)]
    found = analyse(write(tmp_path, rows))
    totals = to_json(found)["totals"]

    assert found.prediction.amounts.parameters[1] < 1
    assert 60 == totals["without_value"]
    assert 60 == customer_table(found)["lifetime_value"].null_count


def test_without_repeats_there_are_no_amounts(tmp_path):
    found = analyse(write(tmp_path, ["a,2025-01-01,5", "b,2025-01-09,5"]))
    summary = to_json(found)

    assert summary["value_model"]["gamma_gamma"] is None
    assert summary["totals"]["lifetime_value"] is None
    assert 2 == customer_table(found)["lifetime_value"].null_count


def test_the_last_day_is_that_of_the_last_purchase(shop):
    found, later = analyse(shop), analyse(shop, as_of=date(2026, 1, 31))

    assert date(2025, 12, 30) == found.as_of == found.until
    assert date(2026, 1, 31) == later.as_of
    assert (later.observed.past.age - found.observed.past.age == 32).all()


def test_a_calibration_up_to_the_last_day_has_no_holdout(shop):
    found = analyse(shop, calibrate_until=date(2025, 12, 30))

    assert found.holdout is None
    assert to_json(found)["value_model"]["holdout"] is None


def test_a_holdout_ends_with_the_days_there_are(shop):
    found = analyse(shop, calibrate_until=date(2025, 12, 1), horizon=39)

    assert (date(2025, 12, 2), date(2025, 12, 30)) == (found.holdout.first, found.holdout.last)


def test_what_contradicts_itself_is_refused(shop):
    with pytest.raises(UsageError, match="2027-01-01"):
        analyse(shop, calibrate_until=date(2027, 1, 1))
    with pytest.raises(InputError, match="Nobody bought"):
        analyse(shop, calibrate_until=date(2020, 1, 1))
    with pytest.raises(InputError, match="Nobody bought"):
        analyse(shop, where="who == 'refunded'")
    with pytest.raises(ValueError, match="model"):
        ValueCommand(lines=None, model="other")


def test_correlation_needs_two_columns_that_vary():
    ones = np.array([1.0, 2.0, 3.0])

    assert correlate(ones, 2 * ones) == pytest.approx(1)
    assert correlate(ones, np.zeros(3)) is None
    assert correlate(ones[:0], ones[:0]) is None


def test_a_command_is_a_record():
    command = ValueCommand(lines=ScoreCommand(inputs=(), customer="a", time="b", amount="c"))

    assert ("bgnbd", "week", 39) == (command.model, command.time_unit, command.horizon)
    assert attrs.evolve(command, horizon=1).horizon == 1
