"""Small CSV files, in the encodings and with the signs that spreadsheets use."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patron import Envelope, Unreadable, by_headings, headings_of, read_rows, read_sheet
from patron.core.records.reason import details_of


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_lines_and_cells(sign, encoding):
    """Numbers of lines are those of the file; empty lines are left out."""
    text = f'姓名{sign}电话\r\n\r\n"张\n三"{sign} 138 \r\n'

    assert read_sheet(text.encode(encoding)) == [(1, ["姓名", "电话"]), (4, ["张\n三", "138"])]


@pytest.mark.parametrize("body", [b'a,"b\nc,d\n', b"a\x00b"])
def test_what_is_no_sheet_is_unreadable(body):
    with pytest.raises(Unreadable):
        read_sheet(body)


@pytest.mark.parametrize(
    "row", [{"电话号码": "1", "电子邮箱": "2", "备注": "3"}, {"Phone Number": "1", "Email": "2", "Note": "3"}]
)
def test_what_we_call_fields_and_schemes_is_known(row):
    """Where the channel has no heading for them, in both languages; what it says itself comes first."""
    assert by_headings(row, {"name": "姓名"}) == {"tel": "1", "email": "2", "note": "3"}
    assert by_headings({"手机": "4", **row}, {"tel": "手机"}) == {"tel": "4", next(iter(row)): "1", "email": "2", "note": "3"}
    assert by_headings(row, {"memo": "备注|note"})["memo"] == "3"
    assert headings_of(row, {"memo": "备注|note"})["memo"] == list(row)[2]


BAD = 'name,tel\nAda,1\n"never closed,2\nBea,3,4\nCyd,"5"x\nDan,6\n'


def test_a_line_that_is_broken_can_be_taken_up_alone():
    """Those behind it are read; without anybody to take it up it is in the way of all, and so is a broken head."""
    broken: list[Envelope] = []

    assert [row["name"] for row in read_rows(BAD.encode(), broken)] == ["Ada", "Dan"]
    assert [(one.broken, details_of(one.broken)["line"]) for one in broken] == [
        ("payloads.bad_line", 3),
        ("payloads.long_line", 4),
        ("payloads.bad_line", 5),
    ]
    assert len({one.key for one in broken}) == 3
    for body, taken in ((BAD, None), ('"name,tel\nAda,1\n', [])):
        with pytest.raises(Unreadable):
            read_rows(body.encode(), taken)


def test_what_is_no_object_is_told_by_its_place():
    broken: list[Envelope] = []

    assert read_rows(b'[{"name": "Ada"}, 3, null]', broken) == [{"name": "Ada"}]
    assert [details_of(one.broken) for one in broken] == [{"place": 2}, {"place": 3}]
    with pytest.raises(Unreadable, match="no_object"):
        read_rows(b"[3]")


@given(st.text(alphabet='ab",;\n\r', max_size=60))
@settings(max_examples=200)
def test_every_line_is_read_or_taken_up(text: str):
    """Whatever quotation marks do, nothing of a sheet is lost."""
    broken: list[Envelope] = []
    lines = read_sheet(text.encode(), broken)
    letters = sum(cell.count("a") for _, cells in lines for cell in cells)

    assert letters + sum(text.splitlines()[details_of(one.broken)["line"] - 1].count("a") for one in broken) == text.count("a")
