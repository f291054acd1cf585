"""
What a message is made of: names of fields stand with their labels, counts agree with their nouns, Chinese has its own signs.
"""

import re
from pathlib import Path
from string import Formatter

import pytest

from patron.core.errors import PatronError
from patron.core.i18n import CORE, LANGUAGES, Catalogue
from patron.core.nouns import NOUNS, FieldKind, Vocabulary

PACKAGE = Path(__file__).parents[2] / "patron"
FOLDERS = sorted(path for path in PACKAGE.rglob("*locale") if path.is_dir())
SECTIONS = ("access", "crm", "exchange", "field")
NAMES = {"field": "owner_team_id", "noun": "order_line", "resource": "order_line", "action": "assign", "by": "list_price"}
"""Details that are names of ours, and one of each that no sentence has by chance."""

TYPED = re.compile(r"`[^`]*`|\\?\"[^\"]*\"|'[^']*'|--?[a-z][\w-]*|\[[^\]]*\]")
"""What is to be typed as it stands."""


def every_message(lang: str):
    for folder in FOLDERS:
        catalogue = Catalogue(folder)
        for section in catalogue.sections(lang):
            for key, text in catalogue.section(lang, section).items():
                yield f"{folder.parent.name}/{section}.{key}", text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_names_in_messages_stand_with_their_labels(lang: str) -> None:
    """No message shows the bare name of a field, a noun or an action: a person may never have seen it."""
    bare = []
    for section in SECTIONS:
        for key, text in CORE.section(lang, section).items():
            asked = {name for _, name, _, _ in Formatter().parse(text) if name}
            said = PatronError(f"{section}.{key}", **{name: NAMES.get(name, 7) for name in asked}).message(lang)
            alone = re.sub(r"（owner_team_id）|\(owner_team_id\)", "", said)
            bare += [f"{section}.{key}: {said}" for name in asked & NAMES.keys() if NAMES[name] in alone and name != "action"]

    assert [] == bare


def test_fields_and_codes_that_a_complaint_lists_stand_with_their_labels() -> None:
    """In every noun: what is known instead of an unknown field, an unknown code, and the field of a value that doesn't fit."""
    vocabulary = Vocabulary()
    bare = []
    for noun in NOUNS:
        said = vocabulary.no_field(noun, "?").message("zh")
        names = [field.name for field in vocabulary.fields(noun).values()][:40]
        bare += [f"{noun}.{name}" for name in names if not re.search(rf"[^\w.]?[^、，。：]+（{name}）", said)]
        for field in vocabulary.fields(noun).values():
            complaint = field.refuse("expected_text", 7).message("zh")
            bare += [complaint] if f"（{field.name}）：" not in complaint else []
            if field.kind in (FieldKind.CODE, FieldKind.CODES):
                known = vocabulary.no_code(field, "?").message("zh")
                bare += [known for code in vocabulary.codes[field.codes or ""] if f"（{code}）" not in known]

    assert [] == bare


def test_english_counts_agree_with_their_nouns() -> None:
    """`{rows} rows` would be `1 rows`: a count stands with both forms, as `{rows:row|rows}`."""
    wrong = re.compile(r"(?<!of )(?<!the )\{(?:count|rows|customers|lines|files)\} [a-z]+s\b(?! not)")

    assert [] == [key for key, text in every_message("en") if wrong.search(text)]


def test_chinese_sentences_have_chinese_signs() -> None:
    """No half-width comma, colon, question mark or parenthesis beside a Chinese character, but for what is to be typed."""
    half = re.compile(r"[\u4e00-\u9fff][,;:!?()]|[,;:!?()][\u4e00-\u9fff]")

    assert [] == [key for key, text in every_message("zh") if half.search(TYPED.sub("", text))]


def test_chinese_has_no_gap_beside_chinese_words() -> None:
    """Labels and quotations in Chinese join on without a space."""
    gap = re.compile(r"[\u4e00-\u9fff，。：；] \{(?:field|noun|by|got!r)\}|\{(?:field|noun|by|got!r)\} [\u4e00-\u9fff]")

    assert [] == [key for key, text in every_message("zh") if gap.search(text)]
