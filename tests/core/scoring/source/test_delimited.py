"""CSV files and their kin."""

import csv
import gzip
import io
import random

import pytest

from patron.core.errors import InputError, UsageError
from patron.core.records import Place
from patron.core.scoring.source import SourceOptions, blocks, open_source


@pytest.mark.parametrize(
    "content",
    [
        "a,b\n1,x y\n2,z\n",
        "a,b\r\n1,x y\r\n2,z",
        "a,b\r1,x y\r2,z\r",
        "\ufeffa,b\n1,x y\n2,z\n",
        ' a , "b" \n1,x y\n2,z\n',
        "a;b\n1;x y\n2;z\n",
        "a\tb\n1\tx y\n2\tz\n",
        "a|b\n1|x y\n2|z\n",
        "\n\n  \na,b\n\n1,x y\n\n2,z\n\n",
        "sep=;\na;b\n1;x y\n2;z\n",
    ],
)
def test_headers_and_delimiters_are_found_out(write, rows_of, content):
    assert [("1", "x y"), ("2", "z")] == rows_of(write("t.csv", content), columns=["a", "b"])


@pytest.mark.parametrize(("delimiter", "option"), [("^", "^"), ("\t", "\\t"), (",", ",")])
def test_a_delimiter_can_be_given(write, rows_of, delimiter, option):
    path = write("t.csv", f"a{delimiter}b;c\n1{delimiter}2;3\n")
    assert [("1", "2;3")] == rows_of(path, columns=["a", "b;c"], delimiter=option)


@pytest.mark.parametrize("delimiter", ["", ";;", '"', "\n", "，"])
def test_what_is_no_delimiter_is_refused(write, rows_of, delimiter):
    with pytest.raises(UsageError):
        rows_of(write("t.csv", "a,b\n1,2\n"), delimiter=delimiter)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "gbk", "big5", "utf-16", "utf-16-le", "utf_8_sig", "cp936"])
def test_other_encodings_are_decoded(write, rows_of, encoding):
    path = write("t.csv", "客戶,b\n張三,1\n".encode(encoding))
    assert [("張三", "1")] == rows_of(path, columns=["客戶", "b"], encoding=encoding)


def test_utf_16_needs_no_option_when_it_is_marked(write, rows_of):
    assert [("张三",)] == rows_of(write("t.csv", "客户\n张三\n".encode("utf-16")))


def test_packed_files_are_unpacked(write, rows_of):
    data = b"a,b\n1,2\n"
    assert [("1", "2")] == rows_of(write("t.csv.gz", gzip.compress(data)))
    assert [("1", "2"), ("3", "4")] == rows_of(write("two.gz", gzip.compress(data) + gzip.compress(b"3,4\n")))


def test_values_stay_as_they_stand_in_the_file(write, rows_of):
    path = write("t.csv", 'a,b\n007,1.50\n"",NULL\n" x ","say ""hi"""\n\x00,é\n')
    assert [("007", "1.50"), ("", "NULL"), (" x ", 'say "hi"'), ("\x00", "é")] == rows_of(path)


def test_rows_with_the_wrong_number_of_fields_are_left_out_and_told(write, places_of):
    path = write("t.csv", 'a,b\n1,2\n3\n\n4,"5\n5"\n6,7,8\n9,10\n')
    rows, wrong = places_of(path)
    assert [(2, ("1", "2")), (5, ("4", "5\n5")), (8, ("9", "10"))] == rows
    assert (2, (Place(file=str(path), line=3), Place(file=str(path), line=7))) == (wrong.count, wrong.first)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_every_row_of_many_blocks_is_found_again(write, places_of, monkeypatch, packed, line_break):
    """Two hundred rows in blocks of 64 bytes, with quoted line breaks, blank lines and rows of the wrong length among them."""
    monkeypatch.setattr(blocks.Blocks.__init__, "__defaults__", (64,))
    chance = random.Random(5)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=line_break)
    writer.writerow(["n", "text"])
    wanted, bad = [], []
    for number in range(200):
        line = out.getvalue().count("\n") + 1
        kind = chance.randrange(10)
        if kind == 0:
            writer.writerow([number])
            bad.append(line)
        elif kind == 1:
            out.write(line_break)
        else:
            text = chance.choice(["x", "a,b", f"two{line_break}lines", '5" pipe', "é" * 20])
            writer.writerow([number, text])
            wanted.append((line, (str(number), text)))
    data = out.getvalue().encode()
    path = write("t.csv.gz" if packed else "t.csv", gzip.compress(data) if packed else data)
    rows, wrong = places_of(path)
    assert wanted == rows
    assert len(bad) == wrong.count
    assert bad[:5] == [place.line for place in wrong.first]


def test_one_name_twice_only_matters_when_it_is_asked_for(write, rows_of):
    path = write("t.csv", "a,x,x,,\n1,2,3,4,5\n")
    assert [("1",)] == rows_of(path, columns=["a"])
    with pytest.raises(UsageError, match="2 columns named 'x'"):
        rows_of(path, columns=["x"])


def test_bytes_that_are_not_utf_8_only_matter_where_they_are_read(write, rows_of):
    path = write("t.csv", "a,b\n1,2\n3,4\n5,张三\n".encode("gb18030"))
    assert [("1",), ("3",), ("5",)] == rows_of(path, columns=["a"])
    with pytest.raises(InputError, match=r"line 4: the column 'b' .* --encoding gb18030"):
        rows_of(path, columns=["b"])


@pytest.mark.parametrize(("encoding", "text"), [("gb18030", "客户,金额"), ("cp1252", "Straße,Müller"), ("cp1252", "é,b")])
def test_the_encoding_of_a_header_is_suggested(write, rows_of, encoding, text):
    with pytest.raises(InputError, match=f"--encoding {encoding}"):
        rows_of(write("t.csv", f"{text}\n1,2\n".encode(encoding)))


def test_the_wrong_encoding_is_refused_with_the_byte(write, rows_of):
    with pytest.raises(InputError, match="byte 6"):
        rows_of(write("t.csv", "a,b\n1,é\n".encode("latin-1")), encoding="ascii")


@pytest.mark.parametrize("encoding", ["base64", "rot13", "klingon", "hex"])
def test_what_is_no_text_encoding_is_refused(write, rows_of, encoding):
    with pytest.raises(UsageError, match=encoding):
        rows_of(write("t.csv", "a,b\n1,2\n"), encoding=encoding)


def test_a_header_alone_has_no_rows(write, rows_of):
    assert [] == rows_of(write("t.csv", "a,b"), columns=["a"])
    assert [] == rows_of(write("u.csv", "a,b\n"), columns=["a"])


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff", "  \r\n"])
def test_an_empty_file_is_told(write, rows_of, content):
    with pytest.raises(InputError, match="empty"):
        rows_of(write("t.csv", content))


def test_an_unclosed_quote_is_told_with_its_line(write, rows_of):
    with pytest.raises(InputError, match="line 3"):
        rows_of(write("t.csv", 'a,b\n1,2\n3,"4\n5,6\n'))


@pytest.mark.parametrize("cut", [20, 200])
def test_a_packed_file_that_is_cut_off_is_told(write, rows_of, cut):
    data = gzip.compress(random.Random(1).randbytes(2000).hex().encode().replace(b"0", b"\n"))
    with pytest.raises(InputError, match="cut off"):
        rows_of(write("t.csv.gz", data[:cut]))


def test_the_number_of_rows_is_estimated(write):
    path = write("t.csv", "a,b\n" + "1,2\n" * 1000)
    source = open_source([path], SourceOptions())
    assert 1000 == source.rows_estimate
    assert 4004 == source.bytes
    assert (None,) == source.types("a")
