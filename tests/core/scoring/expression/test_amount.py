"""The grammar of amounts."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.core.errors import ExpressionError
from patron.core.scoring.decimals import evaluate
from patron.core.scoring.expression import parse_amount

COLUMNS = ["Quantity", "Unit Price", "数量", "单价", "a", "b", "Net-Amount", "say `hi`", "2024"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Quantity", ("Quantity",)),
        ("Quantity*`Unit Price`", ("Quantity", "Unit Price")),
        ('Quantity*"Unit Price"', ("Quantity", "Unit Price")),
        ("[Unit Price] - 0.5 * -a", ("Unit Price", "a")),
        ("数量*单价", ("单价", "数量")),
        ("数量×（单价＋1）", ("单价", "数量")),
        ("Net-Amount", ("Net-Amount",)),
        (" Net-Amount ", ("Net-Amount",)),
        ("`say ``hi```+a", ("a", "say `hi`")),
        ("2024", ("2024",)),
        ("2025", ()),
        ("a+a", ("a",)),
    ],
)
def test_columns_are_named_in_every_way(text, names):
    assert names == parse_amount(text, COLUMNS).names


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2+3*4", "14"),
        ("(2+3)*4", "20"),
        ("2-3-4", "-5"),
        ("-2*-3", "6"),
        ("--2", "2"),
        (".5*1e3", "500"),
        ("1.10*1.10", "1.21"),
        ("2--3", "5"),
    ],
)
def test_operators_bind_as_in_arithmetic(batch_of, values_of, text, value):
    found = values_of(evaluate(parse_amount(text, ["a"]), batch_of(a=[1])))
    assert [(0, Decimal(value))] == found


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("Quantity/a", 8, "division"),
        ("a*(b", 4, "')'"),
        ("a b", 2, "'b'"),
        ("a*", 2, "ends too early; a column or a number"),
        ("a;b", 1, "';'"),
        ("a**b", 2, "'*'"),
        ("a == 1", 2, "'=='"),
        ("'text'", 0, "text"),
        ("__import__('os')", 0, "__import__"),
        ("a.b", 0, "'a.b'"),
        ("a..b", 1, "'.'"),
        ("1.2.3", 0, "'1'"),
        ("12abc", 0, "'1'"),
        ("数量*价格", 5, "价格"),
    ],
)
def test_what_is_no_amount_is_refused_at_its_place(text, place, said):
    with pytest.raises(ExpressionError) as caught:
        parse_amount(text, COLUMNS)
    picture = caught.value.details["picture"].splitlines()
    assert (f"  {text}", "  " + " " * place + "^") == tuple(picture)
    for lang in ("en", "zh"):
        assert "^" in caught.value.message(lang)
    assert said in str(caught.value)


def test_an_unknown_column_is_answered_with_the_nearest_and_all():
    with pytest.raises(ExpressionError, match=r"did you mean 'Unit Price'\?") as caught:
        parse_amount("quantity*unit_price", ["Unit Price", "quantity"])
    assert "Unit Price, quantity" in str(caught.value)


def test_the_list_of_columns_is_bounded():
    with pytest.raises(ExpressionError) as caught:
        parse_amount("x", [f"column {number} " + "y" * 500 for number in range(5000)])
    assert len(str(caught.value)) < 2500


@pytest.mark.parametrize("text", ["", "  ", "(" * 200 + "1" + ")" * 200, "-" * 500 + "1", "1+" * 2000 + "1"])
def test_blank_deep_and_long_expressions_are_refused(text):
    with pytest.raises(ExpressionError):
        parse_amount(text, COLUMNS)


def test_the_longest_sum_is_evaluated(batch_of, values_of):
    expression = parse_amount("+".join(["a"] * 500), ["a"])
    assert [(0, Decimal(500))] == values_of(evaluate(expression, batch_of(a=[1])))


@given(st.text(max_size=40) | st.text(alphabet="ab*+-() .1`'\"[]/", max_size=40))
def test_no_text_ends_in_anything_but_an_expression_or_its_error(text):
    said = ""
    try:
        parse_amount(text, ["a", "b"])
    except ExpressionError as error:
        said = error.message("en")
    assert len(said) < 2000


@pytest.mark.parametrize("number", ["1e999", "1e-999", "1e101", "1e-101", "9" * 200, "0." + "0" * 150 + "1"])
def test_a_number_beyond_all_amounts_is_refused(number):
    """It would otherwise count as zero, or take for ever."""
    for text in (f"a*{number}", f"a + -{number}", number):
        with pytest.raises(ExpressionError) as refused:
            parse_amount(text, COLUMNS)
        assert refused.value.key == "expression.number"
        assert len(refused.value.details["found"]) <= 40
