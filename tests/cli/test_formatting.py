"""Help pages whose lines fit, in both scripts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.cli.formatting import Formatter, columns, own_signs, wrap


def test_chinese_takes_two_columns():
    assert 6 == columns("ab客户")


def test_english_breaks_between_words():
    assert ["one two", "three"] == wrap("one two three", 8)


def test_chinese_breaks_between_characters_and_keeps_punctuation():
    assert ["客户评分，", "排名"] == wrap("客户评分，排名", 10)
    assert ["客户评", "分，"] == wrap("客户评分，", 8)


def test_long_words_stay_whole():
    assert ["a", "--very-long-option", "b"] == wrap("a --very-long-option b", 5)


@given(st.text(alphabet="ab 客户，。1", max_size=60), st.integers(4, 30))
def test_nothing_is_lost_and_lines_fit(text, width):
    lines = wrap(text, width)
    longest = max((columns(word) for word in text.replace("客", " ").replace("户", " ").split()), default=0)

    assert "".join(text.split()) == "".join("".join(lines).split())
    assert all(columns(line) <= max(width, longest + 4) for line in lines)


def test_definitions_stand_in_two_columns():
    formatter = Formatter(width=30)
    formatter.write_dl([("-a", "第一项说明文字很长很长很长很长"), ("-c", "")])

    assert ["-a  第一项说明文字很长很长很长", "    很长", "-c"] == formatter.getvalue().splitlines()


def test_long_name_stands_alone():
    formatter = Formatter(width=60)
    formatter.write_dl([("-a", "x"), ("-" * 40, "y")])

    assert ["-a" + " " * 30 + "x", "-" * 40, " " * 32 + "y"] == formatter.getvalue().splitlines()


def test_marked_paragraph_keeps_its_lines():
    formatter = Formatter(width=60)
    formatter.write_text("one\ntwo\n\n\b\nthree\n  four")

    assert "one two\n\nthree\n  four\n" == formatter.getvalue()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("错误：缺少选项 '--time'.\n", "错误：缺少选项 '--time'。\n"),
        ("没有选项 '--x'。 您是否想输入 '--y'？", "没有选项 '--x'。您是否想输入 '--y'？"),
        ("分成多少组。 [默认：10; 1<=x<=100]", "分成多少组。[默认：10；1<=x<=100]"),
        ("用法： patron 命令 [参数]...", "用法：patron 命令 [参数]..."),
        ("Missing option '--time'. [default: 10; x>=0]", "Missing option '--time'. [default: 10; x>=0]"),
    ],
)
def test_words_of_click_have_the_signs_of_their_language(said, expected):
    assert expected == own_signs(said)


def test_headings_and_usage_have_the_colon_of_their_language():
    formatter = Formatter(width=60)
    formatter.write_usage("patron", "[选项]", "用法： ")
    formatter.write_heading("选项")
    formatter.write_heading("Options")

    assert ["用法：patron [选项]", "选项：", "Options:"] == formatter.getvalue().splitlines()
