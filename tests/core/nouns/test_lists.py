"""Lists that are written as one text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.core.nouns.lists import SEPARATORS, join_list, split_list

MEMBERS = st.lists(st.text(st.sampled_from("ab ;；、|\\"), min_size=1).map(str.strip).filter(bool))


@given(MEMBERS)
def test_what_is_joined_is_split_into_the_same(members: list[str]) -> None:
    assert tuple(members) == split_list(join_list(members))


@given(st.lists(st.text(st.characters(exclude_characters=SEPARATORS + "\\"), min_size=1).map(str.strip).filter(bool)))
def test_members_without_signs_are_written_as_they_are(members: list[str]) -> None:
    assert ";".join(members) == join_list(members)


@pytest.mark.parametrize(
    ("written", "members"),
    [
        ("价格; 产品", ("价格", "产品")),
        ("A、B|C；D", ("A", "B", "C", "D")),
        (r"R\;B;C", ("R;B", "C")),
        (r"C:\data;D", (r"C:\data", "D")),
        (r"a\\;b", ("a\\", "b")),
        (" ; ;", ()),
    ],
)
def test_people_write_lists_as_they_like(written: str, members: tuple[str, ...]) -> None:
    assert members == split_list(written)
