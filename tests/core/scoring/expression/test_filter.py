"""The grammar of filters, and the rows they let through."""

from datetime import datetime
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.core.errors import ExpressionError
from patron.core.scoring.expression import parse_filter

COLUMNS = ["country", "qty", "at", "Unit Price", "金额"]


@pytest.fixture(params=["text", "typed"])
def batch(request, batch_of):
    """Return the same rows as text, as a CSV file brings them, and typed, with nulls, as Parquet does."""
    if request.param == "text":
        return batch_of(
            country=["UK", "", "DE", " "], qty=["5", "x", "-1.50", ""], at=["2024-01-01", "2024-06-01", "", "2023-01-01"]
        )
    return batch_of(
        country=pa.array(["UK", None, "DE", " "]),
        qty=pa.array([Decimal(5), None, Decimal("-1.50"), None]),
        at=pa.array(
            [
                datetime.fromisoformat("2024-01-01"),
                datetime.fromisoformat("2024-06-01"),
                None,
                datetime.fromisoformat("2023-01-01"),
            ]
        ),
    )


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("country == 'UK'", [0]),
        ('country = "UK"', [0]),
        ("country != 'UK'", [1, 2, 3]),
        ("country <> 'UK'", [1, 2, 3]),
        ("country in ('UK', 'DE')", [0, 2]),
        ("country not in ('UK', 'DE')", [1, 3]),
        ("country is missing", [1, 3]),
        ("country is not missing", [0, 2]),
        ("country == ''", [1]),
        ("country < 'E' and country is not missing", [2]),
        ("qty > 0", [0]),
        ("qty >= -1.5", [0, 2]),
        ("qty == -1.5", [2]),
        ("qty != 5", [2]),
        ("not qty == 5", [1, 2, 3]),
        ("qty in (5, -1.500)", [0, 2]),
        ("qty < 1e3 AND (country == 'UK' OR country == 'FR')", [0]),
        ("not (country == 'UK' or country == 'DE')", [1, 3]),
        ("country == 'UK' or country == 'DE' and qty > 0", [0]),
        ("at >= '2024-01-01'", [0, 1]),
    ],
)
def test_a_filter_lets_the_same_rows_through_whatever_the_format(batch, text, rows):
    mask = parse_filter(text, COLUMNS).mask(batch)
    assert rows == [row for row, passes in enumerate(mask.tolist()) if passes]


def test_names_and_text_tell_their_columns():
    found = parse_filter("`Unit Price` > 1 and [金额] > 0 or qty is missing", COLUMNS)
    assert ("Unit Price", "qty", "金额") == found.names


@pytest.mark.parametrize("name", ["in", "is", "not", "missing"])
def test_a_column_named_like_a_word_of_the_grammar_can_be_quoted(batch_of, name):
    found = parse_filter(f"`{name}` == 1", [name])
    assert [True, False] == found.mask(batch_of(**{name: [1, 2]})).tolist()


def test_text_literals_hold_quotes(batch_of):
    rows = batch_of(a=["it's", 'say "x"', "（full）"])
    for text, wanted in (("a == 'it''s'", 0), ('a == "say ""x"""', 1), ("a == '（full）'", 2)):
        assert wanted == parse_filter(text, ["a"]).mask(rows).tolist().index(True)


def test_numbers_meet_truth_values_and_dates_without_matching(batch_of):
    rows = batch_of(a=pa.array([True, False]), b=pa.array([1, 2], pa.date32()))
    assert [False, False] == parse_filter("a == 1 or b == 1", ["a", "b"]).mask(rows).tolist()
    assert [True, False] == parse_filter("a == 'true'", ["a"]).mask(rows).tolist()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("country", "ends too early; a comparison"),
        ("country is", "ends too early; 'missing'"),
        ("country ==", "ends too early; a number or a text"),
        ("country == UK", "number or a text"),
        ("'UK' == country", "begins with a column"),
        ("country == 'UK' qty > 1", "complete condition"),
        ("country in 'UK'", "'('"),
        ("country in ()", "number or a text"),
        ("country is blank", "'missing'"),
        ("land == 'UK'", "no column 'land'"),
        ("qty >", "ends too early; a number or a text"),
        ("(" * 5, "ends too early; a condition"),
        ("(" * 40, "nested"),
        ("country == 'UK", '"\'"'),
        ("country == 'UK' and", "ends too early; a condition"),
        ("== 1", "A column was expected"),
        ("", "empty"),
        ("not " * 100 + "qty > 1", "nested"),
    ],
)
def test_what_is_no_filter_is_refused_with_what_belongs_there(text, said):
    with pytest.raises(ExpressionError) as caught:
        parse_filter(text, COLUMNS)
    assert said in str(caught.value)
    assert said != caught.value.message("zh")


@pytest.mark.parametrize("text", ["qty > 'a'", "qty in (1, 'a')", "qty >= '5'"])
def test_a_column_of_numbers_is_not_compared_with_words(text):
    """No row would pass, or those whose digits come later in the alphabet; in a text file nobody knows, and it is no error."""
    parse_filter(text, COLUMNS)
    with pytest.raises(ExpressionError) as caught:
        parse_filter(text, COLUMNS, holds_numbers={"qty"}.__contains__)

    assert "expression.text_for_number" == caught.value.key
    assert caught.value.details["picture"].splitlines()[1].endswith("^")


def test_a_number_may_stand_in_quotes_where_rows_are_looked_for_by_it():
    for text in ("qty == '5'", "qty not in ('5', '7')", "country > 'a'"):
        parse_filter(text, COLUMNS, holds_numbers={"qty"}.__contains__)


@given(st.text(alphabet="aqty =<>!()'\",.0123inotsmg", max_size=40))
def test_no_text_ends_in_anything_but_a_filter_or_its_error(text):
    said = ""
    try:
        parse_filter(text, ["a", "qty"])
    except ExpressionError as error:
        said = error.message("zh")
    assert len(said) < 2000


@pytest.mark.parametrize("text", ["a < 1e999", "a > -1e999", "a in (1, 1e-999)"])
def test_a_number_beyond_all_amounts_is_refused(text):
    """Read as zero it would let the wrong rows through."""
    with pytest.raises(ExpressionError) as refused:
        parse_filter(text, ["a"])
    assert refused.value.key == "expression.number"


@pytest.mark.parametrize(("text", "rows"), [("country contains 'u'", [0]), ("country not contains 'K'", [1, 2, 3])])
def test_a_text_has_another_in_it_whatever_the_case(batch, text, rows):
    assert rows == [row for row, passes in enumerate(parse_filter(text, COLUMNS).mask(batch).tolist()) if passes]
