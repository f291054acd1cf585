"""Binary floats: the shortest decimal form."""

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patron.core.scoring.decimals import evaluate_money, read_decimals, to_money
from patron.core.scoring.expression import parse_amount
from patron.core.scoring.status import BAD, MISSING, OK


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e30, max_value=1e30), max_size=20))
@settings(max_examples=200)
def test_doubles_are_what_python_writes(values_of, values):
    column = read_decimals(pa.array(values, pa.float64()))
    assert [(OK, Decimal(repr(value))) for value in values] == values_of(column)


@given(st.lists(st.decimals(min_value=-(10**9), max_value=10**9, places=2), max_size=20), st.integers(1, 9))
def test_noise_of_a_product_is_kept_as_it_is_written(values_of, prices, factor):
    values = [float(price) * factor * 0.1 for price in prices]
    assert [(OK, Decimal(repr(value))) for value in values] == values_of(read_decimals(pa.array(values, pa.float64())))


@given(st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), max_size=20))
@settings(max_examples=300)
def test_singles_are_what_their_own_precision_writes(values_of, values):
    array = np.array(values, dtype=np.float32)
    assert [(OK, Decimal(str(value))) for value in array] == values_of(read_decimals(pa.array(array)))


def test_many_singles_agree_with_their_text(values_of):
    """Powers of two, their neighbours, ties and prices: the places where a shortcut would go wrong."""
    random = np.random.default_rng(3)
    powers = np.float32(2.0) ** np.arange(-20, 30, dtype=np.float32)
    values = np.concatenate(
        [
            powers,
            np.nextafter(powers, np.float32(np.inf)),
            np.nextafter(powers, np.float32(0)),
            random.random(2000, np.float32) * 1000,
        ]
        + [np.round(random.random(2000) * 10000, places).astype(np.float32) for places in (0, 1, 2, 3)]
    ).astype(np.float32)
    assert [(OK, Decimal(str(value))) for value in values] == values_of(read_decimals(pa.array(values)))


def test_halves_read_by_their_own_precision(values_of):
    values = np.array([0.1, 2.5, 65504, -0.0], dtype=np.float16)
    assert [(OK, Decimal(str(value))) for value in values] == values_of(read_decimals(pa.array(values)))


@pytest.mark.parametrize("kind", [pa.float16(), pa.float32(), pa.float64()])
def test_nan_is_missing_and_infinities_are_bad(values_of, kind):
    column = read_decimals(pa.array([float("nan"), None, float("inf"), float("-inf"), 1.5], kind, from_pandas=False))
    assert [(MISSING, 0), (MISSING, 0), (BAD, 0), (BAD, 0), (OK, Decimal("1.5"))] == values_of(column)


def test_a_price_in_floats_is_the_price():
    money = to_money(read_decimals(pa.array([2.55, 0.1 + 0.2, 1.00005, 1.00015])))
    assert [25500, 3000, 10000, 10002] == money.values.tolist()
    assert [False, True, True, True] == money.rounded.tolist()


MIDDLES = st.integers(-(10**12), 10**12).map(lambda number: (2 * number + 1) / 20000)
NEIGHBOURS = MIDDLES.map(lambda middle: float(np.nextafter(middle, np.inf))) | MIDDLES.map(
    lambda middle: float(np.nextafter(middle, -np.inf))
)
PRODUCTS = st.tuples(st.integers(1, 10**7), st.integers(1, 99)).map(lambda pair: pair[0] / 100 * pair[1] * 0.07)


@given(st.lists(st.one_of(st.none(), st.floats(), st.floats(-1e12, 1e12), MIDDLES, NEIGHBOURS, PRODUCTS), max_size=30))
@settings(max_examples=300)
def test_a_column_of_floats_is_the_same_money_with_and_without_its_digits(batch_of, values):
    array = pa.array(values, pa.float64(), from_pandas=False)
    wanted, found = to_money(read_decimals(array)), evaluate_money(parse_amount("x", ["x"]), batch_of(x=array))
    assert wanted.status.tolist() == found.status.tolist()
    assert wanted.values.tolist() == found.values.tolist()
    assert wanted.rounded.tolist() == found.rounded.tolist()
