"""Which of our languages somebody reads."""

import pytest

from patron.core.i18n import language_asked


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        (("zh-CN,zh;q=0.9,en;q=0.8",), "zh"),
        (("en;q=0.5, zh-Hans;q=0.9",), "zh"),
        (("fr,de;q=0.9,EN-gb;q=0.1",), "en"),
        (("zh;q=0, en;q=0.1",), "en"),
        (("zh;q=much, *;q=0.5",), "en"),
        (("", "zh"), "zh"),
        (("en", "zh"), "en"),
        (("zhu",), "en"),
        ((), "en"),
        ((", ;;q=," * 100_000,), "en"),
    ],
)
def test_a_reader_gets_the_language_that_they_wish_for_most(wishes: tuple[str, ...], expected: str) -> None:
    assert language_asked(*wishes) == expected
