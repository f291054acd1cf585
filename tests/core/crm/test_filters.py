"""Conditions as people write them, compiled to criteria."""

import pytest

from patron.app import App
from patron.core.crm.filters import parse_where
from patron.core.crm.values import ValueReader
from patron.core.errors import ExpressionError
from patron.core.nouns import FieldError
from patron.core.nouns.criterion import Condition, Criterion, Joined, Negated, Operator


def where(office: App, text: str, noun: str = "lead") -> Condition:
    with office.session() as session, session.read() as reader:
        return parse_where(text, noun, ValueReader(reader, "UTC"))


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("状态 == '跟进中'", Criterion("status", Operator.EQUAL, "open")),
        ("likelihood >= 50.0", Criterion("likelihood", Operator.AT_LEAST, 50)),
        ("owner_user_id != 'li'", Criterion("owner_user_id", Operator.UNEQUAL, 2)),
        ("subject contains 'suv'", Criterion("subject", Operator.CONTAINS, "suv")),
        ("level is missing", Criterion("level", Operator.MISSING, True)),
        ("level == ''", Criterion("level", Operator.MISSING, True)),
        ("level != ''", Criterion("level", Operator.MISSING, False)),
        ("interests == 'A'", Criterion("interests", Operator.CONTAINS, "A")),
        ("interests != 'A'", Negated(Criterion("interests", Operator.CONTAINS, "A"))),
        ("id == '#7'", Criterion("id", Operator.EQUAL, 7)),
        (
            "not status in ('won', '战败')",
            Negated(Joined(False, (Criterion("status", Operator.EQUAL, "won"), Criterion("status", Operator.EQUAL, "lost")))),
        ),
    ],
)
def test_a_text_becomes_a_condition(office: App, text: str, condition: Condition) -> None:
    assert where(office, text) == condition


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("stauts == 'x'", ExpressionError, "did you mean 'status'"),
        ("status == 'gone'", FieldError, "gone"),
        ("likelihood == 'often'", FieldError, "often"),
        ("likelihood contains '5'", FieldError, "no text"),
        ("interests < 'B'", FieldError, "a list"),
        ("status ==", ExpressionError, "ends too early"),
    ],
)
def test_what_is_no_condition_is_refused(office: App, text: str, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        where(office, text)
