"""One number as text, read carefully."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.core.scoring.decimals.number import Number, currency_name, parse_number, settle_currencies
from patron.core.scoring.status import BAD, LARGE, MISSING, OK


def value(number: Number) -> Decimal:
    """Return the number as a Decimal."""
    assert number.status == OK
    return Decimal(number.integer).scaleb(-number.scale)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12.50", "12.50"),
        ("-12.50", "-12.50"),
        ("+3", "3"),
        (" 7 ", "7"),
        (".5", "0.5"),
        ("5.", "5"),
        ("-0", "0"),
        ("1,234.50", "1234.50"),
        ("1,234", "1234"),
        ("12,345,678", "12345678"),
        ("1'234.50", "1234.50"),
        ("1\u202f234.50", "1234.50"),
        ("1e3", "1000"),
        ("2.5E-3", "0.0025"),
        ("(12.50)", "-12.50"),
        ("($1,200.00)", "-1200"),
        ("$(12.50)", "-12.50"),
        ("-$5", "-5"),
        ("$-5", "-5"),
        ("￥１，２３４．５０", "1234.50"),
        ("\u22125", "-5"),
        ("99.90元", "99.90"),
        ("12 EUR", "12"),
        ("RMB 12", "12"),
    ],
)
def test_what_people_write_is_understood(text, expected):
    assert Decimal(expected) == value(parse_number(text))


@pytest.mark.parametrize(("text", "expected"), [("1.234,50", "1234.50"), ("12,5", "12.5"), ("1.234", "1234"), ("-,5", "-0.5")])
def test_the_decimal_comma_is_understood_when_it_is_asked_for(text, expected):
    assert Decimal(expected) == value(parse_number(text, ","))


@pytest.mark.parametrize(
    "text",
    [
        *("12,50", "1,23,456", "1,2345", "0,123", ",123", "1,234,50", "1'234,567", "1.2.3", "1-2", "--1", "5%", "0x10", "1_000"),
        *("abc", "-", ".", "inf", "-Infinity", "(5", "5)", "(-5)", "-(5)", "((5))", "$5€", "1e", "e5", "5²", "١٢", "1 2", "1/2"),
        *("1" * 200, "1e-9999", "=1+1"),
    ],
)
def test_what_is_no_number_or_could_mean_two_is_bad(text):
    assert BAD == parse_number(text).status


@pytest.mark.parametrize("text", ["", "  ", "\u3000", "NaN", "nan", "NULL", "None", "N/A", "\\N", " " * 200])
def test_blanks_are_missing(text):
    assert MISSING == parse_number(text).status


def test_an_exponent_beyond_reason_is_large_and_costs_nothing():
    assert LARGE == parse_number("1e999999999").status
    assert Number(OK) == parse_number("0e999999999")


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=6))
def test_plain_numbers_are_what_decimal_says(number):
    text = format(number, "f")
    assert Decimal(text) == value(parse_number(text))
    assert Decimal(text) == value(parse_number(f"{number:,f}"))
    assert Decimal(text) == value(parse_number(f"{number:E}"))


@pytest.mark.parametrize(
    ("text", "marker"),
    [
        ("¥5", "¥"),
        ("￥5", "¥"),
        ("5元", "CNY"),
        ("RMB5", "CNY"),
        ("5 CNY", "CNY"),
        ("US$5", "USD"),
        ("$5", "$"),
        ("€5", "EUR"),
        ("5", ""),
    ],
)
def test_currency_markers_are_told(text, marker):
    assert marker == parse_number(text).currency


def test_a_shared_sign_is_the_currency_named_beside_it():
    assert {"CNY"} == settle_currencies(frozenset(["¥", "CNY"]))
    assert {"JPY", "CNY", "¥"} == settle_currencies(frozenset(["¥", "CNY", "JPY"]))
    assert {"$"} == settle_currencies(frozenset(["$"]))
    assert {"$", "EUR"} == settle_currencies(frozenset(["$", "EUR"]))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("EUR", "EUR"),
        ("€", "EUR"),
        (" eur ", "EUR"),
        ("ＲＭＢ", "CNY"),
        ("人民币", "CNY"),
        ("us$", "USD"),
        ("taler", "taler"),
        ("978", "978"),
    ]
    + [(blank, "") for blank in ("", " ", "nan", "NULL", "n/a")],
)
def test_a_currency_has_one_name_however_it_is_written(text, name):
    assert currency_name(text) == name
