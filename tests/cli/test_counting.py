"""Records in numbers."""

import pytest

from patron.cli.counting import counted
from patron.cli.wording import WORDS
from patron.core.i18n import LANGUAGES, Translator
from patron.core.nouns import NOUNS


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "1 lead, 2 receipts, 1,200 rows of calls_models"),
        ("zh", "1 条线索、2 条接收记录、calls_models 表 1,200 行"),
    ],
)
def test_a_count_is_no_number_of_a_record(lang: str, said: str) -> None:
    assert said == counted(Translator(lang, WORDS), {"lead": 1, "receipt": 2, "calls_models": 1_200})


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_noun_can_be_counted(lang: str) -> None:
    assert not [noun for noun in NOUNS if WORDS.find(lang, f"counted.{noun}") is None]
