"""Exact arithmetic and the one rounding."""

from decimal import ROUND_HALF_EVEN, Context, Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patron.core.money import LARGEST
from patron.core.scoring.decimals import evaluate, evaluate_money, read_decimals, to_money
from patron.core.scoring.decimals.compare import compare
from patron.core.scoring.expression import parse_amount
from patron.core.scoring.status import BAD, LARGE, MISSING, OK

EXACT = Context(prec=2000)
COMPARISONS = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
NUMBERS = st.one_of(
    st.decimals(min_value=-1000, max_value=1000, places=2),
    st.decimals(min_value=-(10**18), max_value=10**18, places=9),
    st.decimals(min_value=-1, max_value=1, places=25),
    st.sampled_from([3_000_000_000, 2**62, 2**62 + 1, -(2**62) - 1]).flatmap(
        lambda digits: st.integers(-25, 60).map(lambda exponent: Decimal(digits).scaleb(exponent, EXACT))
    ),
    st.integers(-(2**63), 2**63 - 1).map(Decimal),
)


def rounded(value):
    """Return money in counts and whether digits were lost, by the decimal module."""
    counts = EXACT.multiply(value, Decimal(10_000))
    whole = counts.quantize(Decimal(1), ROUND_HALF_EVEN, context=EXACT)
    return (int(whole), whole != counts) if abs(whole) <= LARGEST else None


@given(
    st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=8),
    st.sampled_from(["a*b", "a+b*c", "-(a-b)*c+1.005", "a*b*c", "a-a", "0.5*a"]),
)
@settings(max_examples=300)
def test_expressions_are_what_the_decimal_module_says(batch_of, rows, text):
    columns = {name: [format(row[place], "f") for row in rows] for place, name in enumerate("abc")}
    money = evaluate_money(parse_amount(text, list("abc")), batch_of(**columns))
    for row, (a, b, c) in enumerate(rows):
        exact = {
            "a*b": lambda a, b, c: EXACT.multiply(a, b),
            "a+b*c": lambda a, b, c: EXACT.fma(b, c, a),
            "-(a-b)*c+1.005": lambda a, b, c: EXACT.fma(EXACT.subtract(b, a), c, Decimal("1.005")),
            "a*b*c": lambda a, b, c: EXACT.multiply(EXACT.multiply(a, b), c),
            "a-a": lambda a, b, c: Decimal(0),
            "0.5*a": lambda a, b, c: EXACT.multiply(a, Decimal("0.5")),
        }[text](a, b, c)
        wanted = rounded(exact)
        found = (int(money.values[row]), bool(money.rounded[row])) if money.status[row] == OK else None
        assert wanted == found
        assert (money.status[row] == LARGE) == (wanted is None)


@given(st.lists(NUMBERS, min_size=1, max_size=8), NUMBERS, st.sampled_from(sorted(COMPARISONS)))
@settings(max_examples=300)
def test_comparisons_are_exact(values, number, comparison):
    sign, digits, exponent = number.as_tuple()
    integer = int("".join(map(str, digits))) * (-1 if sign else 1)
    column = read_decimals(pa.array([format(value, "f") for value in values]))
    wanted = [COMPARISONS[comparison](value, number) for value in values]
    assert wanted == compare(column, comparison, integer, -exponent).tolist()


def test_no_comparison_holds_for_what_is_no_number():
    column = read_decimals(pa.array(["x", None, "5"]))
    for comparison in COMPARISONS:
        assert [False, False] == compare(column, comparison, 0, 0).tolist()[:2]


@pytest.mark.parametrize(
    ("text", "count"), [("0.00005", 0), ("0.00015", 2), ("-0.00005", 0), ("-0.00015", -2), ("0.000050000000000000001", 1)]
)
def test_rounding_is_half_to_even(text, count):
    money = to_money(read_decimals(pa.array([text])))
    assert [count] == money.values.tolist()
    assert money.rounded.all()


def test_the_largest_money_fits_and_one_count_more_does_not():
    money = to_money(read_decimals(pa.array(["922337203685477.5807", "922337203685477.5808", "-922337203685477.5808"])))
    assert [LARGEST, 0, 0] == money.values.tolist()
    assert [OK, LARGE, LARGE] == money.status.tolist()


def test_the_worse_status_of_two_operands_wins(batch_of):
    batch = batch_of(a=["1", "", "x", "2"], b=["x", "x", "", ""])
    assert [BAD, BAD, BAD, MISSING] == evaluate(parse_amount("a*b", ["a", "b"]), batch).status.tolist()


def test_a_constant_alone_is_the_same_for_every_row(batch_of):
    batch = batch_of(a=["1", "2"])
    assert [25000, 25000] == evaluate_money(parse_amount("2.5", ["a"]), batch).values.tolist()
    assert [LARGE, LARGE] == evaluate_money(parse_amount("1" + "0" * 30, ["a"]), batch).status.tolist()


def test_columns_are_not_changed_by_what_is_computed_from_them(batch_of):
    batch = batch_of(a=["1", "x"])
    before = batch.decimals("a").mantissa.copy()
    evaluate_money(parse_amount("-a*1000000000000000000*10", ["a"]), batch)
    assert np.array_equal(before, batch.decimals("a").mantissa)


@pytest.mark.parametrize("text", ["a*1e100", "a*1e-100", "a+1e100", "a-1e-100", "a*1e100*1e100*1e100*1e100", "1e100-1e100+a"])
def test_numbers_of_any_size_are_computed_exactly(batch_of, text):
    """No estimate in binary floats overflows on the way."""
    money = evaluate_money(parse_amount(text, ["a"]), batch_of(a=["0", "2.5", "-922337203685477.5807"]))
    wanted = {
        "a*1e100": [0, None, None],
        "a*1e-100": [0, 0, 0],
        "a+1e100": [None, None, None],
        "a-1e-100": [0, 25000, -LARGEST],
        "a*1e100*1e100*1e100*1e100": [0, None, None],
        "1e100-1e100+a": [0, 25000, -LARGEST],
    }[text]
    assert wanted == [value if status == OK else None for value, status in zip(money.values, money.status, strict=True)]


def test_a_mantissa_above_half_of_its_divisor_rounds_up(batch_of):
    """Nineteen digits behind a point with twenty-three places: 0.00009 is 0.9 counts, and rounds to one."""
    batch = batch_of(a=["0.003000000000", "-0.003000000000"], b=["0.03000000000"] * 2)
    assert [1, -1] == evaluate_money(parse_amount("a*b", ["a", "b"]), batch).values.tolist()
