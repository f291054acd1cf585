"""Small CSV files, in the encodings and with the signs that spreadsheets use."""

import pytest

from patron import Unreadable, read_sheet


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
