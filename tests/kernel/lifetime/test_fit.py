"""Models are fitted: derivatives, twins, recovery of what was simulated, published figures, and fits that degenerate."""

import math
from functools import reduce

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patron.kernel.lifetime.dropout import Likelihood as Dropout
from patron.kernel.lifetime.fit import MODELS, fit_amounts, fit_purchases
from patron.kernel.lifetime.histories import Histories, Past, count_histories
from patron.kernel.lifetime.opportunities import Likelihood as Opportunities
from patron.kernel.lifetime.pareto import Likelihood as Pareto
from patron.kernel.lifetime.spend import Likelihood as Spend
from patron.kernel.lifetime.spend import count_amounts
from patron.kernel.twins import lifetime as twin

DAYS = 7
MAKERS = {
    "bgnbd": lambda histories: Dropout(histories, DAYS, early=False),
    "mbgnbd": lambda histories: Dropout(histories, DAYS, early=True),
    "paretonbd": lambda histories: Pareto(histories, DAYS),
    "bgbb": Opportunities,
}
PLACES = {
    "bgnbd": [(0.24, 4.4, 0.79, 2.4), (3.0, 0.05, 1e-4, 40.0), (1e-3, 900.0, 12.0, 0.3)],
    "mbgnbd": [(0.52, 6.2, 0.89, 1.6), (3.0, 0.05, 1e-4, 40.0), (1e-3, 900.0, 12.0, 0.3)],
    "paretonbd": [(0.55, 10.6, 0.61, 11.7), (2.0, 3.0, 0.4, 60.0), (0.9, 8.0, 1.5, 8.0)],
    "bgbb": [(1.2, 0.75, 0.66, 2.8), (0.05, 9.0, 3.0, 0.2), (40.0, 60.0, 1.0, 30.0)],
}
CASES = [(model, place) for model, places in PLACES.items() for place in places]
PAST = Past(
    np.array([0, 0, 0, 1, 1, 2, 2, 5, 30]),
    np.array([0, 0, 0, 0, 40, 31, 60, 60, 59]),
    np.array([0, 3, 60, 60, 60, 45, 60, 60, 60]),
)
HISTORIES = count_histories(PAST, np.array([4, 9, 50, 2, 7, 3, 5, 1, 1]))
POSSIBLE = Histories(*(column[HISTORIES.repeats <= HISTORIES.last] for column in HISTORIES))
"""Those that opportunities can have: a repeat purchase is not on the day of the first."""


@pytest.mark.parametrize(("model", "place"), CASES)
def test_likelihoods_are_those_of_the_published_formulas(model, place):
    unit = 1 if model == "bgbb" else DAYS
    histories = POSSIBLE if model == "bgbb" else HISTORIES
    expected = sum(
        count * twin.log_likelihood(model, place, twin.Customer(repeats, last / unit, age / unit))
        for repeats, last, age, count in zip(*(column.tolist() for column in histories), strict=True)
    )

    assert MAKERS[model](histories)(np.array(place)).value == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize(("model", "place"), [*CASES, ("gamma_gamma", (6.0, 3.7, 15.0)), ("gamma_gamma", (0.3, 12.0, 900.0))])
def test_derivatives_are_those_of_the_function(model, place):
    """Gradient and Hessian agree with central differences, along every parameter relative to its size."""
    histories = POSSIBLE if model == "bgbb" else HISTORIES
    likelihood = Spend(AMOUNTS, 100) if model == "gamma_gamma" else MAKERS[model](histories)
    here = likelihood(np.array(place))
    for number, size in enumerate(place):
        step = np.zeros(len(place))
        step[number] = 1e-5 * size
        above, below = likelihood(place + step), likelihood(place - step)
        scale = size * np.array(place)

        assert here.gradient[number] * size == pytest.approx((above.value - below.value) / 2e-5, rel=1e-6, abs=1e-4)
        np.testing.assert_allclose(
            here.hessian[number] * scale, (above.gradient - below.gradient) / 2e-5 * place, rtol=1e-6, atol=1e-4
        )


AMOUNTS = count_amounts(np.array([1, 2, 2, 7, 1, 0, 3]), np.array([500, 4000, 4000, 9100, 12, 800, 0]))


def test_amounts_have_the_published_likelihood():
    """Equal pairs are one row; no purchases, or purchases of nothing, are left out."""
    place = (6.25, 3.74, 15.44)
    expected = sum(
        twin.amounts_log_likelihood(place, number, total / number / 100)
        for number, total in [(1, 500), (2, 4000), (2, 4000), (7, 9100), (1, 12)]
    )

    assert 5 == AMOUNTS.customers
    assert 4 == len(AMOUNTS.counts)
    assert Spend(AMOUNTS, 100)(np.array(place)).value == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("model", "early"), [("bgnbd", False), ("mbgnbd", True)])
def test_what_was_simulated_comes_out(simulated, model, early):
    """Each parameter is found within three and a half of its standard errors, and these are of a size that says something."""
    truth = (0.6, 6.0, 0.9, 2.5)
    fit = fit_purchases(model, count_histories(simulated(40_000, truth, early=early)), DAYS)

    assert fit.converged
    assert () == fit.at_bound == fit.undetermined
    assert (np.abs(fit.parameters - truth) < 3.5 * fit.errors).all()
    assert (fit.errors < 0.2 * fit.parameters).all()


def test_pareto_customers_come_out():
    random = np.random.default_rng(5)
    truth, number = (0.8, 8.0, 0.7, 10.0), 20_000
    rates, leaving = random.gamma(0.8, 1 / 8.0, number), random.gamma(0.7, 1 / 10.0, number)
    age = random.integers(200, 700, number)
    living = np.minimum(age, random.exponential(1 / leaving) * DAYS)
    repeats = random.poisson(rates * living / DAYS)
    last = np.where(repeats > 0, living * random.random(number) ** (1 / np.maximum(repeats, 1)), 0).astype(np.int64)
    fit = fit_purchases("paretonbd", count_histories(Past(repeats, last, age)), DAYS)

    assert fit.converged
    assert (np.abs(fit.parameters - truth) < 3.5 * fit.errors).all()


def test_opportunities_come_out():
    random = np.random.default_rng(6)
    truth, number, chances = (1.2, 0.75, 0.66, 2.8), 20_000, 12
    buying, leaving = random.beta(1.2, 0.75, number), random.beta(0.66, 2.8, number)
    lived = random.geometric(leaving) - 1
    bought = (random.random((number, chances)) < buying[:, None]) & (np.arange(1, chances + 1) <= lived[:, None])
    last = np.where(bought.any(axis=1), chances - np.argmax(bought[:, ::-1], axis=1), 0)
    past = Past(bought.sum(axis=1), last, np.full(number, chances))
    fit = fit_purchases("bgbb", count_histories(past))

    assert fit.converged
    assert (np.abs(fit.parameters - truth) < 3.5 * fit.errors).all()


@pytest.mark.parametrize("unit", [1.0, 100.0, 10_000_000.0])
def test_amounts_come_out_in_any_currency(unit):
    random = np.random.default_rng(7)
    truth, number = np.array([6.0, 3.7, 15.0 * 10_000 / unit]), 20_000
    numbers = random.integers(1, 12, number)
    totals = np.maximum(1, random.gamma(6.0 * numbers, random.gamma(3.7, 1 / 15.0, number) ** -1.0) * 10_000).astype(np.int64)
    fit = fit_amounts(count_amounts(numbers, totals), unit)

    assert fit.converged
    assert (np.abs(fit.parameters - truth) < 3.5 * fit.errors).all()


def test_a_part_first_finds_what_all_say(simulated):
    """Many distinct histories are begun on a part of them; the maximum is that of all."""
    past = simulated(60_000, (1.5, 6.0, 0.5, 4.0))
    histories = count_histories(past)
    fit = fit_purchases("bgnbd", histories, DAYS)

    assert len(histories.counts) > 16_384
    assert fit.steps < 6
    np.testing.assert_allclose(Dropout(histories, DAYS, early=False)(fit.parameters).gradient * fit.errors, 0, atol=1e-6)


def test_any_split_gives_the_same_bits(simulated):
    past = simulated(5_000, (0.6, 6.0, 0.9, 2.5))
    order = np.random.default_rng(3).permutation(5_000)
    first, *rest = [count_histories(Past(*(column[order[start::3]] for column in past))) for start in range(3)]
    parts = reduce(lambda one, other: one.merge(other), rest, first)
    one, other = (fit_purchases("bgnbd", histories, DAYS) for histories in (count_histories(past), parts))

    assert one.parameters.tobytes() == other.parameters.tobytes()
    assert one.log_likelihood.hex() == other.log_likelihood.hex()


CUSTOMERS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 60), st.integers(0, 60), st.integers(1, 5000)), min_size=2, max_size=25
)


@pytest.mark.parametrize("model", MODELS)
@settings(max_examples=8, deadline=None)
@given(CUSTOMERS, st.integers(1, 5), st.randoms(use_true_random=False))
def test_models_of_any_parts_merged_in_any_order_are_those_of_the_whole(model, customers, parts, random):
    """Both models, with their errors, to the last bit."""
    customers = [(often, often + more if often else 0, often + more + rest, total) for often, more, rest, total in customers]

    def counted(some):
        repeats, last, age, totals = np.array(some, np.int64).reshape(-1, 4).T
        return count_histories(Past(repeats, last, age)), count_amounts(repeats, totals)

    def found(histories, amounts):
        fits = [fit_purchases(model, histories, DAYS), *([fit_amounts(amounts)] if amounts.customers else [])]
        return [(fit.parameters.tobytes(), fit.errors.tobytes(), fit.log_likelihood.hex()) for fit in fits]

    expected = found(*counted(customers))
    random.shuffle(customers)
    pieces = [counted(customers[start::parts]) for start in range(parts)]

    assert expected == found(*reduce(lambda one, other: (one[0].merge(other[0]), one[1].merge(other[1])), pieces))


@pytest.mark.parametrize("model", MODELS)
def test_customers_who_never_came_back_degenerate_and_say_so(model):
    """Nothing is known of rates when nobody has a repeat: a parameter is at its bound or open, and nothing is not a number."""
    fit = fit_purchases(model, count_histories(Past(np.zeros(50, np.int64), np.zeros(50, np.int64), np.arange(50))))

    assert fit.at_bound or fit.undetermined or not fit.converged
    assert np.isfinite(fit.parameters).all()
    assert math.isfinite(fit.log_likelihood)
    assert not np.isnan(fit.errors).any()


@pytest.mark.parametrize("model", ["bgnbd", "mbgnbd"])
def test_customers_who_never_leave_put_a_at_its_bound(model):
    """Everyone buys every ten days until today: the chance to leave tends to nothing."""
    repeats = np.arange(5, 40)
    fit = fit_purchases(model, count_histories(Past(repeats, repeats * 10, repeats * 10)), DAYS)

    assert {"a", "b"} & {*fit.at_bound, *fit.undetermined}
    assert np.isfinite(fit.parameters).all()


def test_a_flat_way_to_the_bound_is_said_too():
    """Everyone buys daily until they stop: rates don't differ, and the search ends where their shape is all but endless."""
    repeats = np.tile([0, 1, 4, 39], 50)
    past = Past(repeats, repeats, repeats + np.repeat(np.arange(50), 4) + 1)
    fit = fit_purchases("paretonbd", count_histories(past), DAYS)

    assert {"r", "alpha"} & {*fit.at_bound, *fit.undetermined}


@pytest.mark.parametrize("model", MODELS)
def test_one_customer_is_fitted_without_failing(model):
    fit = fit_purchases(model, count_histories(Past(np.array([3]), np.array([20]), np.array([30]))))

    assert np.isfinite(fit.parameters).all()
    assert fit.at_bound or fit.undetermined


def test_equal_amounts_are_fitted_without_failing():
    fit = fit_amounts(count_amounts(np.full(30, 2), np.full(30, 10_000)), 100)

    assert np.isfinite(fit.parameters).all()
    assert fit.at_bound or fit.undetermined


def test_more_purchases_than_opportunities_are_refused():
    with pytest.raises(ValueError, match="one purchase at most"):
        fit_purchases("bgbb", HISTORIES)


def test_no_customer_is_refused():
    nobody = Histories(*(np.empty(0, np.int64) for _ in range(4)))
    with pytest.raises(ValueError, match="at least one"):
        fit_purchases("bgnbd", nobody)
    with pytest.raises(ValueError, match="at least one"):
        fit_amounts(count_amounts(np.array([0]), np.array([0])))
