"""Small CSV files, in the encodings and with the signs that spreadsheets use."""

import pytest

from patron import Unreadable, by_headings, headings_of, read_sheet


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
