"""Tables as files: lists of names that can be taken apart again."""

import re
from io import BytesIO

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.core.errors import UsageError
from patron.core.scoring.table_files import check_table, csv_text, write_table


def parted(text):
    """Take a joined text apart, as the page says."""
    return [re.sub(r"\\(.)", r"\1", part, flags=re.DOTALL) for part in re.findall(r"(?:\\.|[^|\\])+", text, re.DOTALL)]


@given(st.lists(st.lists(st.text("ab|\\\n").map("a".__add__), min_size=1), min_size=2))
def test_joined_names_are_taken_apart_again(rows):
    table = pa.table({"names": pa.array(rows, pa.list_(pa.string()))})[1:]  # a part of a table begins behind others
    texts = pacsv.read_csv(BytesIO(csv_text(table).encode()), parse_options=pacsv.ParseOptions(newlines_in_values=True))

    assert rows[1:] == [parted(text) for text in texts["names"].to_pylist()]


@pytest.mark.parametrize("name", ["t.csv", "t.parquet"])
def test_pieces_are_one_table(tmp_path, name):
    table = pa.table({"items": [["a", "b|c"], ["=d"], []], "n": [1, 2, 3]})
    write_table(table, tmp_path / f"whole-{name}")
    write_table((table[place : place + 1] for place in range(3)), tmp_path / name)

    read = pq.read_table if name.endswith("parquet") else pacsv.read_csv
    assert read(tmp_path / f"whole-{name}").equals(read(tmp_path / name))


def test_an_ending_that_is_no_table_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"must be one of \.csv, \.parquet"):
        check_table(tmp_path / "rules.xlsx")


def test_lists_of_names_are_texts_in_csv(tmp_path):
    write_table(pa.table({"items": [["a", "b|c"], ["=d"]], "n": [1, 2]}), tmp_path / "t.csv")
    assert '"items","n"\n"a|b\\|c",1\n"\'=d",2\n' == (tmp_path / "t.csv").read_text()
