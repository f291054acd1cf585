"""Messages are kept as keys and told in the language of whoever reads them, whatever became of their words since."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.core.errors import PatronError
from patron.core.i18n import CORE, Catalogue
from patron.core.message import LONGEST, Message
from patron.core.names import listed
from patron.core.nouns import Lead, fields_of

TEXTS = st.text(max_size=30)
PARTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS | TEXTS.map(Message.text),
    lambda parts: st.lists(parts, max_size=3).map(tuple),
    max_leaves=5,
)


def again(message: Message) -> Message:
    """Return a message as it comes back from where it was kept."""
    return Message.parse(json.dumps(message.to_json(), ensure_ascii=False))


@pytest.fixture(name="catalogue")
def _catalogue(tmp_path: Path) -> Catalogue:
    for lang, text in (("en", "line {line} is odd."), ("zh", "第 {line} 行有误。")):
        (tmp_path / lang).mkdir()
        (tmp_path / lang / "reason.toml").write_text(f'odd = "{text}"\n', "utf-8")
    return Catalogue(tmp_path, CORE)


def test_an_error_is_told_in_the_language_of_whoever_reads_it() -> None:
    """Within it stand labels of fields, lists and other errors, each in that language."""
    inner = PatronError("intake.too_many", count=3, most=2, connection="form")
    error = PatronError("exchange.required", field=fields_of(Lead)["source"].called, column="source")
    kept = again(Message.of(error)), again(Message.of(PatronError("intake.unreadable", reason=inner)))
    known = again(Message.of(PatronError("intake.no_connection", name="x", known=listed(["a", "b"]))))

    assert [error.message("en"), error.message("zh")] == [kept[0].told("en"), kept[0].told("zh")]
    assert kept[1].told("zh").startswith("无法读取：投递中有 3 人")
    assert ("a, b" in known.told("en"), "a、b" in known.told("zh")) == (True, True)


def test_a_list_within_a_list_has_commas() -> None:
    pair = (Message.text("a"), Message.text("b"))
    message = Message(key="message.text", details={"text": (Message(key="message.text", details={"text": pair}), "c")})

    assert ("a, b; c", "a，b；c") == (message.told("en"), message.told("zh"))


def test_a_plugin_speaks_by_its_own_words(catalogue: Catalogue) -> None:
    message = again(Message.of_plugin("fair", catalogue, "reason.odd", {"line": 3}))

    assert ("line 3 is odd.", "第 3 行有误。") == (
        message.told("en", lambda _: catalogue),
        message.told("zh", lambda _: catalogue),
    )


def test_words_outlive_the_plugin(catalogue: Catalogue) -> None:
    """It is told as when it was kept where the plugin is gone, or where its key names something else by now."""
    message = again(Message.of_plugin("fair", catalogue, "reason.odd", {"line": 3}))
    (catalogue.folder / "zh" / "reason.toml").write_text('odd = "{other}"\n', "utf-8")
    changed = Catalogue(catalogue.folder, CORE)

    assert ["第 3 行有误。"] * 3 == [
        message.told("zh"),
        message.told("zh", lambda _: None),
        message.told("zh", lambda _: changed),
    ]


@pytest.mark.parametrize("said", ["no prospect", "reason.unknown", "../../x.y", "a" * 4_000, "\x00 b", "Reason.odd"])
def test_what_is_no_key_is_quoted(catalogue: Catalogue, said: str) -> None:
    message = again(Message.of_plugin("fair", catalogue, said))

    assert message.told("en")[0] == message.told("en")[-1] == "'"
    assert message.told("zh").startswith("“")
    assert len(message.told("en")) < LONGEST + 3


def test_what_was_kept_as_text_is_told_as_it_is() -> None:
    """What a person wrote, and what an earlier version kept as words."""
    assert ("advertising", "advertising") == (
        Message.parse("advertising").told("zh"),
        again(Message.text("advertising")).told("en"),
    )
    assert "{not json" == Message.parse("{not json").told("en")


def test_a_key_of_ours_that_is_gone_is_told_with_what_it_named() -> None:
    assert "intake.never_was (most=3)" == Message(key="intake.never_was", details={"most": 3}).told("zh")


def test_no_secret_is_left_in_it() -> None:
    message = Message.of(PatronError("intake.unreadable", reason=Message.text("token s3cret is wrong")))

    assert "s3cret" not in json.dumps(message.without(lambda text: text.replace("s3cret", "•••")).to_json())


@given(
    details=st.dictionaries(st.sampled_from(["field", "noun", "got", "text", "line"]), PARTS, max_size=3),
    key=st.sampled_from(["message.text", "field.required", "x.y"]),
)
def test_whatever_it_names_it_comes_back_and_can_be_told(details: dict[str, object], key: str) -> None:
    message = Message.of(PatronError(key, **details))  # type: ignore[arg-type]  # no detail is called catalogue

    assert message == again(message)
    for lang in ("en", "zh"):
        message.told(lang).encode()


def test_messages_are_joined_only_where_there_are_several() -> None:
    one, other = Message.text("one"), Message.text("other")
    assert Message.joined([]) is None
    assert Message.joined([one]) is one
    assert Message.joined((one, other)) == Message.several([one, other])
