"""
Delimited text: whatever it is written in, the right text or a refusal with its place; never silent mojibake.
"""

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.core.errors import InputError, UsageError
from patron.core.exchange.source import SourceOptions, SourceRow, open_rows

TEXT = "姓名,城市\n张三,北京\n李四,上海\n欧阳娜娜,乌鲁木齐\n"


def read(path: Path, content: bytes, **options: str) -> tuple[tuple[str, ...], list[SourceRow], str | None]:
    path.write_bytes(content)
    source = open_rows(path, SourceOptions(**options))
    try:
        return source.header, list(source.rows()), source.encoding
    finally:
        source.close()


def problems(rows: list[SourceRow]) -> list[tuple[int, str]]:
    return [(row.line, row.problem.key) for row in rows if row.problem is not None]


def read_or_refusal(path: Path, content: bytes) -> object:
    """Return the first cell, or why the file was refused."""
    try:
        return read(path, content)[1][0].cells[0]
    except InputError as refused:
        return refused.key


@pytest.mark.parametrize(
    ("codec", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("gbk", "gb18030"), ("gb18030", "gb18030"), ("utf-16", "utf-16")],
)
@pytest.mark.parametrize("packed", [False, True])
def test_chinese_in_every_encoding_reads_the_same(tmp_path: Path, codec: str, found: str, packed: bool) -> None:
    content = TEXT.encode(codec)
    header, rows, encoding = read(tmp_path / "in.csv", gzip.compress(content, mtime=0) if packed else content)

    assert ("姓名", "城市") == header
    assert [["张三", "北京"], ["李四", "上海"], ["欧阳娜娜", "乌鲁木齐"]] == [row.cells for row in rows]
    assert found == encoding


def test_characters_of_four_bytes_are_read(tmp_path: Path) -> None:
    """Rare characters of names need four bytes in GB 18030."""
    content = ("姓名,备注\n" + "王㐂,来店看车，说过两天再来，很满意\n" * 20 + "李𠮷,电话回访，客户表示考虑一下\n").encode(
        "gb18030"
    )
    _, rows, encoding = read(tmp_path / "in.csv", content)

    assert "gb18030" == encoding
    assert "李𠮷" == rows[-1].cells[0]


def test_big5_is_not_taken_for_gb18030(tmp_path: Path) -> None:
    text = "姓名,備註\n" + "張三,客戶想要購買新車，請盡快與他聯絡，謝謝您的協助\n" * 30
    path = tmp_path / "in.csv"
    assert read_or_refusal(path, text.encode("big5")) in ("exchange.unknown_encoding", "張三")
    assert "張三" == read(path, text.encode("big5"), encoding="big5")[1][0].cells[0]


@pytest.mark.parametrize("codec", ["cp1252", "shift_jis"])
def test_foreign_encodings_are_right_or_refused(tmp_path: Path, codec: str) -> None:
    text = {
        "cp1252": "name,city\n" + "José Müller,Besançon\nÉmile Zola,Orléans\n" * 20,
        "shift_jis": "名前,都市\n" + "山田太郎,とうきょう\nさとう,おおさか\n" * 20,
    }[codec]
    assert read_or_refusal(tmp_path / "in.csv", text.encode(codec)) in (
        "exchange.unknown_encoding",
        text.splitlines()[1].split(",")[0],
    )


def test_damaged_bytes_cost_their_row_and_name_their_place(tmp_path: Path) -> None:
    """Truncated, overlong and surrogate sequences in UTF-8."""
    content = "a,b\n正,1\n".encode() + b"\xe5\xbc,2\n\xc0\xaf,3\n\xed\xa0\x80,4\n" + "好,5\n".encode() * 20
    _, rows, encoding = read(tmp_path / "in.csv", content)

    assert "utf-8" == encoding
    assert [(3, "exchange.not_encoded"), (4, "exchange.not_encoded"), (5, "exchange.not_encoded")] == problems(rows)
    assert content.index(b"\xe5\xbc,2") == rows[1].problem.details["byte"]
    assert ["正", "好"] == [rows[0].cells[0], rows[-1].cells[0]]


def test_rows_of_another_encoding_are_refused(tmp_path: Path) -> None:
    utf8, gbk = "张三,北京\n".encode(), "李四光,上海市\n".encode("gbk")
    _, rows, encoding = read(tmp_path / "one.csv", b"a,b\n" + utf8 * 20 + gbk)
    assert ("utf-8", [(22, "exchange.not_encoded")]) == (encoding, problems(rows))
    _, rows, encoding = read(tmp_path / "two.csv", b"a,b\n" + gbk * 20 + utf8)
    assert ("gb18030", [(22, "exchange.mixed")]) == (encoding, problems(rows))


@pytest.mark.parametrize(
    ("bad", "key"),
    [
        (b'x,"never closed', "exchange.unclosed_quote"),
        (b'"a"b,c', "exchange.bad_quote"),
        (b"1,2,3", "exchange.ragged"),
        (b"1", "exchange.ragged"),
        (b"a\0b,c", "exchange.control"),
        (b"a\rb,c", "exchange.control"),
        ("a\ufffdb,c".encode(), "exchange.control"),
        (b"x" * 200_000 + b",c", "exchange.long_cell"),
        (b"x" * 3_000_000 + b",c", "exchange.long_cell"),
        (b'"' + b"x" * 200_000 + b'",c', "exchange.long_cell"),
    ],
)
def test_a_bad_row_is_refused_with_its_line_and_the_next_is_read(tmp_path: Path, bad: bytes, key: str) -> None:
    _, rows, _ = read(tmp_path / "in.csv", b"a,b\n1,2\n" + bad + b"\n3,4\n5,6\n")

    assert [(3, key)] == problems(rows)
    assert [["1", "2"], ["3", "4"], ["5", "6"]] == [row.cells for row in rows if row.problem is None]
    assert [2, 3, 4, 5] == [row.line for row in rows]


def test_a_quote_that_meets_another_one_later_costs_its_own_row_alone(tmp_path: Path) -> None:
    _, rows, _ = read(tmp_path / "in.csv", b'a,b\n1,2\nx,"open\n3,4\n5,"six"\n7,8\n')

    assert [["1", "2"], ["3", "4"], ["5", "six"], ["7", "8"]] == [row.cells for row in rows if row.problem is None]
    assert [3] == [line for line, _ in problems(rows)]


def test_quoted_cells_may_have_line_breaks_quotes_and_delimiters(tmp_path: Path) -> None:
    _, rows, _ = read(tmp_path / "in.csv", b'a,b\r\n"one\r\ntwo, ""three""",4\r\n5,6\r\n')

    assert [['one\ntwo, "three"', "4"], ["5", "6"]] == [row.cells for row in rows]
    assert [2, 4] == [row.line for row in rows]


def test_lines_may_end_with_cr_alone(tmp_path: Path) -> None:
    assert [["1", "2"], ["3", "4"]] == [row.cells for row in read(tmp_path / "in.csv", b"a,b\r1,2\r3,4\r")[1]]


def test_empty_rows_and_empty_cells_behind_the_header_are_nothing(tmp_path: Path) -> None:
    assert [["1", "2"]] == [
        row.cells for row in read(tmp_path / "in.csv", b"\n\na,b\n\n1,2,,\n,,\n \n".replace(b" \n", b"\n"))[1]
    ]


def test_rows_that_say_nothing_are_counted_as_far_as_others_follow(tmp_path: Path) -> None:
    """What stands below the last row is no row: spreadsheets leave any number of empty ones there."""
    path = tmp_path / "in.csv"
    path.write_bytes(b"a,b\n1,2\n,\n\n ,\t\n   \n3,4\n,\n,\n")
    source = open_rows(path, SourceOptions())
    assert [["1", "2"], ["3", "4"]] == [row.cells for row in source.rows()]
    assert 4 == source.blank


@pytest.mark.parametrize(("delimiter", "first"), [(";", ""), ("\t", ""), ("|", ""), (";", "sep=;\n"), ("，", "")])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str, first: str) -> None:
    header, rows, _ = read(tmp_path / "in.csv", f"{first}a{delimiter}b\n1{delimiter}2\n".encode())
    assert (("a", "b"), ["1", "2"]) == (header, rows[0].cells)


def test_text_that_was_guarded_against_spreadsheets_is_as_it_was(tmp_path: Path) -> None:
    assert ["+14158675309", "=1+1"] == read(tmp_path / "in.csv", b"a,b\n'+14158675309,\"'=1+1\"\n")[1][0].cells


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "source.empty_file"),
        (b"\n\n", "source.empty_file"),
        (b"PAR1....", "exchange.no_rows"),
        (b"\xd0\xcf\x11\xe0....", "exchange.old_excel"),
        (b"\x1f\x8b\x08garbage", "exchange.damaged_gzip"),
        (gzip.compress(b"a,b\n1,2\n" * 1000, mtime=0)[:-20], "exchange.damaged_gzip"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, key: str) -> None:
    with pytest.raises(InputError) as refused:
        read(tmp_path / "in.csv", content)
    assert key == refused.value.key


@pytest.mark.parametrize("options", [{"encoding": "klingon"}, {"encoding": "base64"}, {"delimiter": "ab"}, {"delimiter": '"'}])
def test_impossible_options_are_refused(tmp_path: Path, options: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        read(tmp_path / "in.csv", b"a,b\n", **options)


def test_a_bomb_of_gzip_is_refused_while_it_is_read(tmp_path: Path) -> None:
    """A gigabyte of zeros in a megabyte, as one line and as many."""
    for content in (b"x" * 2**20, b"1,2\n" * 2**18):
        path = tmp_path / "in.csv.gz"
        with gzip.open(path, "wb", compresslevel=9) as file:
            file.write(b"a,b\n")
            for _ in range(150):
                file.write(content)
        source = open_rows(path, SourceOptions())
        with pytest.raises(InputError) as refused:
            for _ in source.rows():
                pass
        assert "exchange.bomb" == refused.value.key


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])), min_size=2, max_size=2), max_size=5))
def test_what_is_written_strictly_is_read_back(tmp_path_factory: pytest.TempPathFactory, table: list[list[str]]) -> None:
    import csv
    import io

    from patron.core.formulas import guard

    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["a", "b"])
    writer.writerows([[guard(cell) for cell in row] for row in table])
    path = tmp_path_factory.mktemp("csv") / "in.csv"
    _, rows, _ = read(path, text.getvalue().encode("utf-8-sig"))
    kept = [row for row in table if any(row)]
    sound = [row.cells for row in rows if row.problem is None]
    assert sound == [row for row in kept if "\ufffd" not in "".join(row)]
