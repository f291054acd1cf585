"""Columns of every Arrow type."""

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.core.scoring.decimals import read_decimals
from patron.core.scoring.status import BAD, MISSING, OK


@pytest.mark.parametrize(
    "kind", [pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64()]
)
def test_integers_of_any_width(values_of, kind):
    assert [(OK, 1), (MISSING, 0), (OK, 100)] == values_of(read_decimals(pa.array([5, 1, None, 100], kind)[1:]))


def test_the_ends_of_the_integers(values_of):
    assert [(OK, -(2**63)), (OK, 2**63 - 1)] == values_of(read_decimals(pa.array([-(2**63), 2**63 - 1])))
    assert [(OK, 2**64 - 1), (OK, 0)] == values_of(read_decimals(pa.array([2**64 - 1, 0], pa.uint64())))


@given(st.lists(st.none() | st.decimals(min_value=Decimal(-(10**33)), max_value=Decimal(10**33), places=4), max_size=20))
def test_wide_decimals_are_exact(values_of, values):
    wanted = [(MISSING, 0) if value is None else (OK, value) for value in values]
    assert wanted == values_of(read_decimals(pa.array(values, pa.decimal128(38, 4))))
    assert wanted == values_of(read_decimals(pa.array(values, pa.decimal256(60, 4))))


@pytest.mark.parametrize(
    "kind", [pa.decimal32(9, 2), pa.decimal64(18, 2), pa.decimal128(18, 2), pa.decimal256(40, 2), pa.decimal128(30, 20)]
)
def test_decimals_of_any_width(values_of, kind):
    values = [Decimal("-1.25"), None, Decimal("99999.01")]
    assert [(OK, Decimal("-1.25")), (MISSING, 0), (OK, Decimal("99999.01"))] == values_of(read_decimals(pa.array(values, kind)))


def test_a_negative_scale_means_hundreds(values_of):
    array = pa.array([Decimal(500), None]).cast(pa.decimal128(5, -2))
    assert [(OK, 500), (MISSING, 0)] == values_of(read_decimals(array))


def test_dictionaries_are_read_once_a_value(values_of):
    array = pa.array(["1.5", "x", None, "1.5", "9" * 25]).dictionary_encode()
    assert [(OK, Decimal("1.5")), (BAD, 0), (MISSING, 0), (OK, Decimal("1.5")), (OK, Decimal("9" * 25))] == values_of(
        read_decimals(array)
    )


def test_chunks_are_one_column(values_of):
    assert [(OK, 1), (OK, 2)] == values_of(read_decimals(pa.chunked_array([[1], [2]])))


@pytest.mark.parametrize("array", [pa.array([True]), pa.array([date(2020, 1, 1)]), pa.array([[1]])])
def test_what_holds_no_numbers_is_bad(values_of, array):
    assert [(BAD, 0)] == values_of(read_decimals(array))


def test_a_column_of_nulls_is_missing(values_of):
    assert [(MISSING, 0)] * 2 == values_of(read_decimals(pa.nulls(2)))
    assert [(MISSING, 0)] * 2 == values_of(read_decimals(pa.nulls(2, pa.string())))
