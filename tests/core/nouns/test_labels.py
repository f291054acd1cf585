"""The words for nouns, fields and codes: complete in both languages, and found again from what people write."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from patron.core.i18n import CORE, LANGUAGES
from patron.core.nouns import NOUNS, FieldError, Labels, Vocabulary
from patron.core.nouns.declared import vocabulary_of
from patron.core.store.contacts import LAST_CONTACT
from patron.core.store.customer_names import CUSTOMER_NAME
from patron.core.store.responses import RESPOND_BY

VOCABULARY = Vocabulary()
FIELDS = [(noun, name) for noun in NOUNS for name in VOCABULARY.fields(noun)]
CODES = [(codes, code) for codes, members in VOCABULARY.codes.items() for code in members]

FIELD = {"kind": "code", "codes": "auto.colour", "en": "Colour", "zh": "颜色"}
DECLARED = vocabulary_of(
    [
        (
            "patron.toml",
            {"lead": {"auto.colour": FIELD, "auto.plate": {}}},
            {
                "auto.colour": {"red": {"en": "red", "zh": "红色"}, "grey": {}},
                "source": {"douyin": {"zh": "抖音", "en": "Douyin"}},
            },
        )
    ]
)

BESIDE = (CUSTOMER_NAME, LAST_CONTACT, RESPOND_BY, "receipt.said")
"""Values that are read or kept beside the fields of a record, under labels of their own."""

RIGHTS = {"mailing", "rotation"}
"""What there are rights to, and is no noun."""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_noun_field_and_code_of_the_core_has_a_label(lang: str) -> None:
    """In each language by itself, not by falling back to another."""
    nouns, fields, codes = (CORE.section(lang, name) for name in ("noun", "fields", "codes"))

    assert [] == [noun for noun in NOUNS if noun not in nouns]
    assert [] == [(noun, name) for noun, name in FIELDS if not {name, f"{noun}.{name}"} & fields.keys()]
    assert [] == [(name, code) for name, code in CODES if f"{name}.{code}" not in codes]


def test_no_label_is_left_over() -> None:
    known = {name for _, name in FIELDS} | {f"{noun}.{name}" for noun, name in FIELDS} | {"id", "version", *BESIDE}

    assert set() == CORE.section("en", "fields").keys() - known
    assert set() == CORE.section("en", "codes").keys() - {f"{name}.{code}" for name, code in CODES}
    assert set() == CORE.section("en", "noun").keys() - NOUNS.keys() - RIGHTS


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_label_means_one_thing(lang: str) -> None:
    """The fields of a noun are all called differently, and so are the codes of a list: a label is a way back."""
    labels = Labels(VOCABULARY, lang)
    for noun in NOUNS:
        for name in VOCABULARY.fields(noun):
            assert labels.field_called(noun, labels.field(noun, name)).name == name
    for noun, name in FIELDS:
        field = VOCABULARY.field(noun, name)
        for code in VOCABULARY.codes[field.codes] if field.codes else ():
            assert labels.code_called(field, labels.code(field.codes or "", code)) == code


def test_what_is_declared_is_called_as_its_declaration_says() -> None:
    english, chinese = (Labels(DECLARED, lang) for lang in LANGUAGES)

    assert ("Colour", "颜色") == (english.field("lead", "auto.colour"), chinese.field("lead", "auto.colour"))
    assert ("Douyin", "抖音") == (english.code("source", "douyin"), chinese.code("source", "douyin"))
    assert ("auto.plate", "grey") == (chinese.field("lead", "auto.plate"), chinese.code("auto.colour", "grey"))


@pytest.mark.parametrize("written", ["auto.colour", "Colour", " colour ", "颜色", "AUTO.COLOUR", "Ｃolour"])
def test_a_field_is_found_however_it_is_written(written: str) -> None:
    assert "auto.colour" == Labels(DECLARED, "en").field_called("lead", written).name


@pytest.mark.parametrize("written", ["douyin", "Douyin", "抖音", " 抖音 "])
def test_a_code_is_found_however_it_is_written(written: str) -> None:
    assert "douyin" == Labels(DECLARED, "zh").code_called(DECLARED.field("lead", "source"), written)


def test_what_is_not_there_is_refused_with_the_nearest() -> None:
    labels = Labels(DECLARED, "en")
    with pytest.raises(FieldError, match="did you mean likelihood"):
        labels.field_called("lead", "liklihood")
    with pytest.raises(FieldError, match="market_event"):
        labels.code_called(DECLARED.field("lead", "source"), "pigeon")


def test_values_are_shown_in_words() -> None:
    labels, zone = Labels(VOCABULARY, "zh"), ZoneInfo("Asia/Shanghai")
    shown = {
        name: labels.value(VOCABULARY.field(noun, name), value, zone)
        for noun, name, value in [
            ("lead", "source", "qq"),
            ("lead", "filed_at", datetime(2026, 1, 31, 17, 5, tzinfo=UTC)),
            ("lead", "quoted_price", Decimal("123456.7")),
            ("lead", "level", None),
            ("interaction", "topics", ("price", "finance")),
            ("interaction", "effective", True),
        ]
    }

    assert {
        "source": "QQ",
        "filed_at": "2026-02-01 01:05",
        "quoted_price": "123,456.7",
        "level": "",
        "topics": "价格; 金融",
        "effective": "是",
    } == shown
