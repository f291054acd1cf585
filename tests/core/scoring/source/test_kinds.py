"""What a file is, told by its first bytes."""

import gzip
import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import feather

from patron.core.errors import InputError
from patron.core.scoring.source import kinds

NOISE = random.Random(7).randbytes(3000)
TEXT = "客户,金额\n甲,10\n"


@pytest.mark.parametrize("name", ["n.csv", "n.gz", "n.parquet", "n.feather", "n.xlsx"])
@pytest.mark.parametrize("content", [NOISE, gzip.compress(NOISE), bytes(3000)], ids=["noise", "packed noise", "zeros"])
def test_noise_is_noise_whatever_its_name(write, rows_of, name, content):
    """No encoding is suggested for what is no text."""
    with pytest.raises(InputError) as error:
        rows_of(write(name, content))

    assert "source.no_text" == error.value.key


@pytest.mark.parametrize("name", ["t.csv", "t.gz", "t.parquet", "t.feather", "t.xlsx", "t"])
def test_the_content_says_the_format_and_not_the_name(tmp_path, write, rows_of, name):
    table = pa.table({"客户": ["甲"], "金额": ["10"]})
    pq.write_table(table, tmp_path / "whole.parquet")
    feather.write_feather(table, tmp_path / "whole.feather")
    wholes = [(tmp_path / f"whole.{form}").read_bytes() for form in ("parquet", "feather")]
    for content in (TEXT.encode(), gzip.compress(TEXT.encode()), TEXT.encode("utf-16"), *wholes):
        assert [("甲", "10")] == rows_of(write(name, content))


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"PK\x03\x04....", "source.spreadsheet"),
        (b"<!DOCTYPE html>\n<html>", "source.markup"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", "source.markup"),
        (b'[\n  {"who": 1}\n]', "source.json"),
        (b'{"who": 1}\n{"who": 2}\n', "source.json"),
        (b"Rar!\x1a\x07\x00", "source.compressed"),
        ("who,when\n1,2\n".encode("utf-16-le"), "source.unmarked_utf16"),
        (TEXT.encode("utf-16-be"), "source.unmarked_utf16"),
    ],
)
def test_what_is_no_table_is_named_packed_or_not(write, rows_of, content, key):
    for written in (content, gzip.compress(content)):
        with pytest.raises(InputError) as error:
            rows_of(write("t.csv", written))

        assert key == error.value.key


def test_a_packed_parquet_file_is_to_be_unpacked(tmp_path, write, rows_of):
    pq.write_table(pa.table({"a": [1]}), tmp_path / "t.parquet")
    with pytest.raises(InputError) as error:
        rows_of(write("t.parquet.gz", gzip.compress((tmp_path / "t.parquet").read_bytes())))

    assert "source.packed_table" == error.value.key


def test_an_encoding_that_was_named_is_believed(write, rows_of):
    path = write("t.csv", TEXT.encode("utf-16-le"))

    assert [("甲", "10")] == rows_of(path, encoding="utf-16-le")


@settings(max_examples=50)
@given(
    st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=300),
    st.sampled_from(["utf-8", "gb18030", "big5", "cp1252", "shift_jis", "koi8-r"]),
)
def test_text_in_a_usual_encoding_is_never_taken_for_noise(text, encoding):
    assert kinds.no_text(text.encode(encoding, "ignore")) is None
