"""Text that a spreadsheet would take for a formula, there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.core.formulas import guard, unguard

TEXTS = st.text(st.sampled_from("'=+-@\t\r\n\0＝＋－＠a1é客 \"") | st.characters(), max_size=6)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+14158675309", "'+14158675309"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("＝1", "'＝1"),
        ("'=1", "''=1"),
        ("'tis", "'tis"),
        ("O'Brien", "O'Brien"),
        ("C-17", "C-17"),
        ("", ""),
    ],
)
def test_formulas_get_an_apostrophe_and_lose_it_again(text, written) -> None:
    assert written == guard(text)
    assert text == unguard(written)


@given(TEXTS)
def test_nothing_is_lost_there_and_back(text) -> None:
    assert text == unguard(guard(text))


@given(TEXTS, TEXTS)
def test_different_texts_stay_different(one, other) -> None:
    assert (one == other) == (guard(one) == guard(other))


@given(TEXTS)
def test_nothing_that_is_written_begins_as_a_formula(text) -> None:
    assert guard(text)[:1] not in set("=+-@\t\r\n\0＝＋－＠")
