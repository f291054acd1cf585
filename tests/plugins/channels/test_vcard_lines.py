"""The lines of business cards: whatever they hold, they are read or refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patron import Unreadable
from patron.plugins.channels.vcard.lines import Line, lines_of


def lines(*written):
    return lines_of("\n".join(["BEGIN:VCARD", *written, "END:VCARD", ""]))


def test_a_line_is_taken_apart():
    """A colon and a semicolon inside of quotes separate nothing."""
    (one,) = lines('item1.Adr;TYPE="home,pref";LABEL="a:b;c";WORK:;;1 Main\\; St;;a\\\\;', "")

    assert (one.name, one.group, one.marks, one.params) == ("ADR", "item1", {"home", "pref", "work"}, {"LABEL": "a:b;c"})
    assert list(one.parts)[:5] == ["", "", "1 Main; St", "", "a\\"]


def test_lines_of_a_text_that_are_none_belong_to_it():
    assert [one.text for one in lines("FN:Wei", "NOTE:one", "two", "TITLE:Buyer")] == ["Wei", "one\ntwo", "Buyer"]


@pytest.mark.parametrize("written", ["x", "FN:Wei\nx", 'TEL;TYPE="home:1', ":x"])
def test_what_is_no_line_breaks_the_card(written):
    with pytest.raises(Unreadable):
        lines(written)


def test_pictures_are_passed_over_wherever_their_lines_begin():
    folded = ["PHOTO;ENCODING=b:AAAA", " BBBB", "\tCCCC"]
    bare = ["item1.LOGO;BASE64;TYPE=GIF:", "AAAA", "BBBB==", ""]

    assert lines(*folded, *bare, "FN:Wei") == [Line(name="FN", value="Wei")]


@settings(max_examples=100)
@given(st.lists(st.text(st.sampled_from('=;:,."\\ \nAB\u5f20') | st.characters(codec="utf-8"), max_size=30), max_size=6))
def test_any_text_is_read_or_refused(written):
    try:
        found = lines("NOTE;ENCODING=QUOTED-PRINTABLE:" + "\n".join(written))
    except Unreadable:
        return
    assert all(one.parts and isinstance(one.text, str) for one in found)
