"""Templates: nothing in one is run, and a place that is none is refused."""

from collections.abc import Callable

import pytest

from patron import InputError, UsageError
from patron.plugins.mailing.template import LackingError, Template, read_template, render


@pytest.mark.parametrize("text", ["{{ name }", "{{name.__class__()}}", "{{ 1 + 1 }}", "{% for x in y %}{{", "{{}}"])
def test_what_is_no_place_is_refused(letter: Callable[..., Template], text: str) -> None:
    with pytest.raises(UsageError, match="a place is not written as places are"):
        letter(text)


def test_values_are_text_and_never_places() -> None:
    """Whatever somebody is called."""
    assert render("{{name}}!", {"name": "{{region}} {0} %s"}, lambda _: "") == "{{region}} {0} %s!"


def test_what_stands_behind_the_bar_stands_in() -> None:
    assert render("{{name | you}} {{region|}}", {}, lambda _: "") == "you "
    with pytest.raises(LackingError):
        render("{{name}}", {"name": ""}, lambda _: "")


def test_a_text_without_a_head_is_all_text(letter: Callable[..., Template]) -> None:
    assert letter("Dear all: this\n\nis text").body == "Dear all: this\n\nis text"
    assert letter("Subject: A\r\n\r\nB").subject == "A"


def test_what_is_no_text_is_refused(tmp_path) -> None:
    (tmp_path / "a").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="can't be read as text"):
        read_template(tmp_path / "a")


def test_a_letter_that_is_not_there_is_told_in_words(tmp_path) -> None:
    with pytest.raises(InputError) as caught:
        read_template(tmp_path / "none.txt")
    assert "找不到文件" in caught.value.message("zh")
