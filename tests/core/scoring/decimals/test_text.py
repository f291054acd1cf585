"""Columns of text: the fast ways agree with the careful reader."""

from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patron.core.scoring.decimals import evaluate_money, read_decimals, text
from patron.core.scoring.decimals.number import parse_number
from patron.core.scoring.expression import parse_amount
from patron.core.scoring.status import OK

PLAIN = st.from_regex(r"-?[0-9]{0,9}\.?[0-9]{0,9}", fullmatch=True)
ODD = st.sampled_from(
    ["", " ", "abc", "1,234.5", "(3)", "1e5", "-", ".", "1.2.3", "1-2", "$4", "9" * 19, "9" * 25, "0." + "1" * 20, "nan"]
)
LONG = st.from_regex(r"-?[0-9]{15,22}(\.[0-9]{1,6})?", fullmatch=True)


@pytest.fixture(params=["compiled", "arrow"])
def way(request, monkeypatch):
    """Read with the compiled kernel, then with Arrow."""
    monkeypatch.setattr(text, "compiled_ready", lambda: request.param == "compiled")
    return request.param


def expected(value, mark="."):
    """Return status and value of one text by the careful reader."""
    if value is None:
        return 1, Decimal(0)
    number = parse_number(value, mark)
    return number.status, Decimal(number.integer).scaleb(-number.scale)


@given(st.lists(st.one_of(PLAIN, PLAIN, ODD, LONG, st.none()), max_size=30), st.sampled_from([pa.string(), pa.large_string()]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
def test_a_column_reads_like_its_values_one_by_one(values_of, way, values, kind):
    column = read_decimals(pa.array(values, kind))
    assert [expected(value) for value in values] == values_of(column)


@given(st.lists(st.from_regex(r"-?[0-9]{1,6}(\.[0-9]{1,4})?", fullmatch=True), min_size=1, max_size=30))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_plain_columns_take_the_fast_way_alone(values_of, way, values):
    column = read_decimals(pa.array(values))
    assert column.wide is None
    assert [(OK, Decimal(value)) for value in values] == values_of(column)


def test_a_slice_reads_its_own_rows(values_of, way):
    array = pa.array(["1", "x", None, "2.5", "3"])
    assert [(1, 0), (0, Decimal("2.5"))] == values_of(read_decimals(array[2:4]))
    assert [] == values_of(read_decimals(array[5:]))


def test_the_decimal_comma_of_a_column(values_of, way):
    values = ["1,5", "1.234,50", "-2", "1.5"]
    assert [expected(value, ",") for value in values] == values_of(read_decimals(pa.array(values), ","))


def test_trailing_zeros_and_long_fractions_stay_exact_beside_each_other(values_of, way):
    values = ["0.000000000000000001", "999999999999999999", "2.50"]
    assert [(OK, Decimal(value)) for value in values] == values_of(read_decimals(pa.array(values)))


def test_markers_of_a_column_are_collected_with_their_rows(way, batch_of):
    array = pa.array(["€5", "$6", "7", None, "€8", "€x"])
    for column in (read_decimals(array), read_decimals(array.dictionary_encode())):
        assert {"EUR": [0, 4], "$": [1]} == {marker: rows.tolist() for marker, rows in column.currencies.items()}
    batch = batch_of(a=["€5", "6", "7"], b=["€1", "2", "$3"])
    money = evaluate_money(parse_amount("-(a+b)*2", ["a", "b"]), batch)
    assert {"EUR": [0], "$": [2]} == {marker: rows.tolist() for marker, rows in money.currencies.items()}


def test_bytes_that_are_no_text_are_bad_values(values_of, way):
    assert [(2, 0), (0, 5)] == values_of(read_decimals(pa.array([b"\xff", b"5"], pa.binary())))
