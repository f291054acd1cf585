"""Tables as files: lists of names that can be taken apart again."""

import re

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.core.errors import UsageError
from patron.core.scoring.table_files import check_table, joined, write_table


def parted(text):
    """Take a joined text apart, as the page says."""
    return [re.sub(r"\\(.)", r"\1", part, flags=re.DOTALL) for part in re.findall(r"(?:\\.|[^|\\])+", text, re.DOTALL)]


@given(st.lists(st.text("ab|\\\n", min_size=1), min_size=1))
def test_joined_names_are_taken_apart_again(names):
    assert names == parted(joined(names))


def test_an_ending_that_is_no_table_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"must be one of \.csv, \.parquet"):
        check_table(tmp_path / "rules.xlsx")


def test_lists_of_names_are_texts_in_csv(tmp_path):
    write_table(pa.table({"items": [["a", "b|c"], ["=d"]], "n": [1, 2]}), tmp_path / "t.csv")
    assert '"items","n"\n"a|b\\|c",1\n"\'=d",2\n' == (tmp_path / "t.csv").read_text()
