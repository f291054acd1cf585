"""Lists that are kept by hand: whatever program wrote them, they say the same."""

import io

import openpyxl
import pytest

from patron import Unreadable, read_table
from patron.core.i18n import CORE
from patron.core.records.reason import details_of


def workbook(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_says_what_its_text_would():
    """Phone numbers that a spreadsheet took for numbers, too; empty cells say nothing."""
    said = [{"姓名": "李四", "手机": "13900139000", "备注": ""}]

    assert said == read_table(workbook(["姓名", "手机", "备注"], ["李四", 13900139000, None]), "day.xlsx")
    assert said == read_table("姓名,手机,备注\n李四,13900139000,\n".encode())


@pytest.mark.parametrize("body", [b"PK\x03\x04 and nothing", workbook(), b"a,b\n1,2,3\n"])
def test_what_is_no_list_is_unreadable(body):
    with pytest.raises(Unreadable):
        read_table(body, "day.xlsx")


def test_why_a_workbook_is_none_is_told_in_every_language():
    """By its key, so that whoever looks at the receipt reads it in their own."""
    with pytest.raises(Unreadable) as damaged:
        read_table(b"PK\x03\x04 and nothing", "day.xlsx")

    assert CORE.find("zh", str(damaged.value.reason)) is not None
    assert "day.xlsx" in str(details_of(damaged.value.reason))
