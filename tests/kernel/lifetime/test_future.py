"""What is expected of customers: as published, between the bounds that a probability and a future have."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patron.kernel.lifetime.fit import MODELS, Fit
from patron.kernel.lifetime.future import expect, is_alive
from patron.kernel.lifetime.histories import Past
from patron.kernel.lifetime.spend import expected_amount
from patron.kernel.twins import lifetime as twin

DAYS = 7
PLACES = {
    "bgnbd": [(0.2425, 4.4136, 0.7929, 2.4259), (2.0, 0.5, 3.0, 1.5), (1e-3, 500.0, 0.02, 9.0), (5.0, 30.0, 0.9999, 2.0)],
    "mbgnbd": [(0.5248, 6.1831, 0.8914, 1.614), (2.0, 0.5, 3.0, 1.5), (1e-3, 500.0, 0.02, 9.0)],
    "paretonbd": [(0.5533, 10.58, 0.6062, 11.67), (2.0, 3.0, 0.4, 60.0), (0.9, 8.0, 1.5, 8.0)],
    "bgbb": [(1.204, 0.7497, 0.6567, 2.7834), (0.05, 9.0, 3.0, 0.2)],
}
CASES = [(model, place) for model, places in PLACES.items() for place in places]
PAST = Past(
    np.array([0, 0, 1, 1, 2, 2, 5, 30, 30]),
    np.array([0, 0, 1, 40, 31, 60, 60, 59, 30]),
    np.array([0, 60, 60, 60, 45, 60, 60, 60, 60]),
)
SIZES = st.floats(-4, 3).map(lambda power: 10.0**power)


def fitted(model, place):
    return Fit(model, MODELS[model], np.array(place), np.zeros(4), 0.0, 1, True, (), (), 1)


def customers(unit):
    return [twin.Customer(*values) for values in zip(*(column.tolist() for column in past_in(unit)), strict=True)]


def past_in(unit):
    return PAST.repeats, PAST.last / unit, PAST.age / unit


@pytest.mark.parametrize(("model", "place"), CASES)
def test_alive_is_as_published(model, place):
    unit = 1 if model == "bgbb" else DAYS
    expected = [twin.alive(model, place, customer) for customer in customers(unit)]

    np.testing.assert_allclose(is_alive(fitted(model, place), PAST, unit), expected, rtol=1e-10)


@pytest.mark.parametrize("horizon", [1, 39, 200])
@pytest.mark.parametrize(("model", "place"), CASES)
def test_expected_purchases_are_as_published(model, place, horizon):
    """To ten digits, and for all models but the last, whose twin is in floats, to twelve."""
    unit = 1 if model == "bgbb" else DAYS
    expected = [twin.expected(model, place, customer, horizon) for customer in customers(unit)]
    found = expect(fitted(model, place), PAST, unit=unit, horizon=horizon).purchases

    np.testing.assert_allclose(found, expected, rtol=1e-10)


@pytest.mark.parametrize(("model", "place"), CASES)
def test_discounting_is_the_integral_of_what_is_expected(model, place):
    """Summed over short steps, each discounted in its middle, the expected purchases come to the same."""
    unit, interest, steps = (1, 0.01, 30) if model == "bgbb" else (DAYS, 0.01, 200)
    fit = fitted(model, place)
    times = np.linspace(0, 30, steps + 1)
    sums = [expect(fit, PAST, unit=unit, horizon=time).purchases for time in times]
    middles = times[1:] if model == "bgbb" else (times[1:] + times[:-1]) / 2
    expected = sum(
        (after - before) * np.exp(-interest * at) for before, after, at in zip(sums[:-1], sums[1:], middles, strict=True)
    )
    found = expect(fit, PAST, unit=unit, horizon=30, interest=interest).discounted

    np.testing.assert_allclose(found, expected, rtol=5e-5)


@pytest.mark.parametrize("model", MODELS)
@settings(max_examples=40)
@given(st.tuples(SIZES, SIZES, SIZES, SIZES), st.integers(0, 400), st.integers(0, 3000), st.integers(0, 300))
def test_everything_stays_within_its_bounds(model, place, repeats, last, rest):
    """Probabilities lie in 0 … 1, futures are finite and not negative, and discounting takes away."""
    last = max(last, repeats) % 400 if repeats else 0
    repeats = min(repeats, last)
    past = Past(np.array([repeats]), np.array([last]), np.array([last + rest]))
    unit = 1 if model == "bgbb" else DAYS
    alive, purchases, discounted = (
        column.item() for column in expect(fitted(model, place), past, unit=unit, horizon=52, interest=0.002)
    )

    assert 0 <= alive <= 1
    assert 0 <= discounted <= purchases * (1 + 1e-12)
    assert np.isfinite(purchases)


@pytest.mark.parametrize("model", MODELS)
@settings(max_examples=25)
@given(st.tuples(SIZES, SIZES, SIZES, SIZES), st.integers(1, 20))
def test_a_later_last_purchase_makes_life_likelier(model, place, repeats):
    last = np.arange(repeats, 101)
    past = Past(np.full(len(last), repeats), last, np.full(len(last), 100))
    alive = is_alive(fitted(model, place), past, 1 if model == "bgbb" else DAYS)

    assert (np.diff(alive) >= -1e-12).all()


@settings(max_examples=25)
@given(st.tuples(SIZES, SIZES, SIZES, SIZES), st.integers(0, 5000))
def test_who_never_came_back_is_alive_for_certain(place, age):
    """In the BG/NBD, exactly: one can leave behind a repeat purchase only."""
    past = Past(np.array([0]), np.array([0]), np.array([age]))

    assert [1.0] == is_alive(fitted("bgnbd", place), past, DAYS).tolist()


def test_a_leaving_shape_of_one_is_nothing_special():
    """The published formula divides by a - 1, or s - 1; ours goes through."""
    for model, place in (("bgnbd", (0.5, 4.0, 1.0, 2.0)), ("paretonbd", (0.5, 4.0, 1.0, 2.0))):
        near = np.array(place) + np.array([0, 0, 1e-9, 0])
        found, beside = (expect(fitted(model, at), PAST, unit=DAYS, horizon=39).purchases for at in (place, near))

        np.testing.assert_allclose(found, beside, rtol=1e-7)


def test_many_repeats_and_ages_need_no_table_of_all_pairs(monkeypatch):
    expected = expect(fitted("bgnbd", PLACES["bgnbd"][0]), PAST, unit=DAYS, horizon=39)
    monkeypatch.setattr("patron.kernel.lifetime.future._DENSE", 1)
    found = expect(fitted("bgnbd", PLACES["bgnbd"][0]), PAST, unit=DAYS, horizon=39)

    assert expected.purchases.tobytes() == found.purchases.tobytes()


def test_expected_amounts_lie_between_those_of_all_and_their_own():
    """The mean of all for who has none, near the own mean for who has many; none where the mean is infinite."""
    amounts, endless = expected_amount(np.array([6.0, 3.0, 15.0]), np.array([0, 1, 1000]), np.array([0.0, 10.0, 10_000.0]))

    np.testing.assert_allclose(amounts[0], 6 * 15 / 2)
    assert 10 < amounts[1] < amounts[0]
    np.testing.assert_allclose(amounts[2], 10, rtol=0.01)
    assert not endless.any()
    assert [True, False] == expected_amount(np.array([6.0, 0.9, 15.0]), np.array([0, 1]), np.array([0.0, 10.0]))[1].tolist()


@pytest.mark.parametrize("model", MODELS)
@settings(max_examples=30, deadline=None)
@given(st.tuples(SIZES, SIZES, SIZES, SIZES), st.integers(1, 60), st.integers(0, 2**32 - 1), st.floats(0, 0.1))
def test_what_is_expected_of_customers_rests_on_them_alone(model, place, customers, seed, interest):
    """Those of a part, or one alone, have the very bits that they have among all."""
    random = np.random.default_rng(seed)
    repeats = random.integers(0, random.choice([2, 10, 200]), customers)
    age = repeats + random.integers(0, 3000, customers)
    past = Past(repeats, np.minimum(repeats * random.integers(1, 9, customers), age), age)
    fit, part = fitted(model, place), random.random(customers) < random.choice([0.05, 0.5])
    part[random.integers(customers)] = True

    def found(rows):
        some = Past(*(column[rows] for column in past))
        return np.stack(expect(fit, some, unit=DAYS if model != "bgbb" else 1, horizon=39, interest=interest))

    np.testing.assert_array_equal(found(part), found(np.arange(customers))[:, part])
