"""Columns of text for spreadsheets are as single texts are, and no slower where there is nothing to do."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.core.formulas import guard, unguard
from patron.core.scoring.formulas import guard_column, guard_table, unguard_column

TEXTS = st.lists(st.none() | st.text(st.sampled_from("'=+-@\t\r\n\0＝＋－＠﹡a1客"), max_size=4), max_size=5)


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
@given(texts=TEXTS)
def test_a_column_is_as_its_texts_are(kind, texts) -> None:
    column = pa.array(texts, kind)

    assert [text and guard(text) for text in texts] == guard_column(column).to_pylist()
    assert [text and unguard(text) for text in texts] == unguard_column(column).to_pylist()
    assert column.equals(unguard_column(guard_column(column)))


def test_a_piece_of_a_column_is_as_the_whole() -> None:
    column = pa.array(["a", "=b", None, "'=c", "d"])

    assert ["'=b", None, "''=c"] == guard_column(column.slice(1, 3)).to_pylist()


def test_a_column_without_formulas_is_left_as_it_is() -> None:
    column = pa.array(["a", "b", None, ""])

    assert guard_column(column) is column
    assert unguard_column(column) is column


def test_only_the_text_of_a_table_is_concerned() -> None:
    """A negative number is a number: with an apostrophe it would be none to whoever reads the file."""
    table = pa.table({"customer": ["=1", "b"], "monetary": [-1, 2]})

    assert [{"customer": "'=1", "monetary": -1}, {"customer": "b", "monetary": 2}] == guard_table(table).to_pylist()
