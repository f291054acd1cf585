"""Names of any form have parts that can be compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.core.i18n import CORE, LANGUAGES, Translator
from patron.core.matching.names import NameParts, folded, is_stand_in, parts_of_name, parts_of_names


@pytest.mark.parametrize(
    ("written", "family", "given_name"),
    [
        ("张三", "张", "三"),
        (" 张　三 ", "张", "三"),
        ("欧阳娜娜", "欧阳", "娜娜"),
        ("王先生", "王", ""),
        ("李小明女士", "李", "小明"),
        ("张伟(Wei Zhang)", "张", "伟"),
        ("John Smith", "smith", "john"),
        ("SMITH, John A.", "smith", "john a"),
        ("Dr. José  Müller-Lüdenscheidt Jr.", "muller ludenscheidt", "jose"),
        ("Vincent van der Berg", "van der berg", "vincent"),
        ("O'Neil, Mary", "oneil", "mary"),
        ("Ｊｏｈｎ　Ｓｍｉｔｈ", "smith", "john"),
        ("Cher", "", "cher"),
        ("", "", ""),
    ],
)
def test_a_name_is_taken_apart(written: str, family: str, given_name: str) -> None:
    assert NameParts(family, given_name) == parts_of_name(written)


def test_two_cells_make_one_name() -> None:
    assert NameParts("weiss", "ann") == parts_of_names("Weiß", "Ann")
    assert NameParts("王", "小明") == parts_of_names("王", "小 明先生")
    assert NameParts("", "ann") == parts_of_names("", "Ann")


@given(st.text(max_size=20))
def test_folding_is_stable_and_any_text_has_parts(written: str) -> None:
    assert folded(written) == folded(folded(written))
    assert all(isinstance(part, str) for part in parts_of_name(written))


def test_what_we_call_somebody_without_a_name_is_no_name() -> None:
    assert all(is_stand_in(Translator(lang, CORE)("intake.nameless")) for lang in LANGUAGES)
    assert all(map(is_stand_in, ("13800138000", "+86 138", "a@example.org", "先生", " N/A ")))
    assert not any(map(is_stand_in, ("张先生", "Anonymous Smith", "王")))
