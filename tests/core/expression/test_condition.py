"""The grammar of conditions: what a text means, as a tree; what is refused stands with its place."""

import pytest

from patron.core.errors import ExpressionError
from patron.core.expression import Comparison, Containing, Joining, Missing, Negation, Number, each_test, parse_condition

NAMES = ["status", "likelihood", "auto.model", "状态"]

OPEN = Comparison("status", "==", "open")
LIKELY = Comparison("likelihood", ">=", Number(50, 0))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("status == 'open'", OPEN),
        ("status = 'open' and likelihood >= 50", Joining(True, (OPEN, LIKELY))),
        ("status = 'open' or likelihood >= 50 and not auto.model is missing", None),
        ("status in ('open')", OPEN),
        ("状态 not in ('open', 'won')", None),
        ("auto.model contains 'X'", Containing("auto.model", "X")),
        ("auto.model not contains 'X'", Negation(Containing("auto.model", "X"))),
        ("auto.model is not missing", Negation(Missing("auto.model"))),
        ("status == True", Comparison("status", "==", "true")),
        ("likelihood > -1.50", Comparison("likelihood", ">", Number(-150, 2))),
    ],
)
def test_a_text_becomes_a_tree(text, tree):
    found = parse_condition(text, NAMES)

    assert tree is None or tree == found


def test_and_binds_before_or():
    found = parse_condition("status == 'open' or likelihood >= 50 and auto.model is missing", NAMES)

    assert Joining(False, (OPEN, Joining(True, (LIKELY, Missing("auto.model"))))) == found
    assert [OPEN, LIKELY, Missing("auto.model")] == list(each_test(found))


@pytest.mark.parametrize(
    ("text", "place"),
    [("status contains 5", 16), ("status contains", 15), ("status == open", 10), ("stage == 'new'", 0), ("status", 6)],
)
def test_what_is_no_condition_is_refused_at_its_place(text, place):
    with pytest.raises(ExpressionError) as caught:
        parse_condition(text, NAMES)

    assert caught.value.details["picture"].splitlines()[1] == "  " + " " * place + "^"


def test_a_number_is_exact():
    assert "0.1" == str(Number(1, 1).to_decimal())
    assert 1000 == Number(1, -3).to_decimal()
