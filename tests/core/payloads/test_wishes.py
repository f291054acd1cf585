"""What people say about being contacted: one word alone in a message, a box of a form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron import said_by_box, said_by_word
from patron.core.payloads.wishes import STOP_WORDS


@pytest.mark.parametrize(
    "text", ["STOP", " stop. ", "“Stop!”", "ＳＴＯＰ", "Unsubscribe", "退订", "退订。", "td", "Ｔ", "Opt-out", "取消订阅"]
)
def test_a_word_alone_refuses(text: str) -> None:
    (said,) = said_by_word(text, "sms")

    assert (said.decision, said.channel, said.purpose, said.evidence, said.given_by) == (
        "withdrawn",
        "sms",
        None,
        text.strip(),
        "message",
    )


@pytest.mark.parametrize("text", ["", " ", "…", "Please stop by tomorrow", "我想退订车", "When does it end?", "T3", "stop " * 20])
def test_whatever_else_is_written_is_a_message(text: str) -> None:
    assert said_by_word(text, "sms") == ()


def test_words_and_purposes_are_the_channels_to_say() -> None:
    both = said_by_word("N", "sms", ("marketing", "service"), stop=("N",))

    assert [one.purpose for one in both] == ["marketing", "service"]
    assert [one.decision for one in said_by_word("Oui!", "sms", start=("oui",))] == ["granted"]
    assert [one.decision for one in said_by_word("恢复订阅", "sms")] == ["granted"]


@given(st.text(max_size=60), st.sampled_from(STOP_WORDS))
def test_no_text_breaks_it(text: str, word: str) -> None:
    assert len(said_by_word(text, "sms")) <= 1
    assert said_by_word(f" {word.lower()}！", "sms")


@pytest.mark.parametrize(
    ("value", "decision"),
    [("on", "granted"), (True, "granted"), ("同意", "granted"), ("0", "refused"), (False, "refused"), ("不同意", "refused")],
)
def test_a_box_is_ticked_or_left(value: object, decision: str) -> None:
    assert [one.decision for one in said_by_box(value, "marketing")] == [decision]


@pytest.mark.parametrize("value", ["", None, "marketing", "maybe", [], {"a": 1}])
def test_what_is_neither_says_nothing(value: object) -> None:
    assert said_by_box(value, "marketing") == ()
