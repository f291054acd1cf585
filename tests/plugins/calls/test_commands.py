"""The command line of calls: what a manager types on Monday."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result

from patron import DeniedError
from patron.app import App
from patron.core.i18n import Translator
from patron.plugins.calls.commands import call as command
from patron.plugins.calls.words import WORDS

Call = Callable[..., int]


def run(house: App, login: str, *words: str, lang: str = "en") -> Result:
    return CliRunner().invoke(command, list(words), obj=house._replace(login=login, lang=lang), catch_exceptions=False)


WEEK = ("--from", "2025-12-29", "--to", "2026-01-04")


@pytest.mark.requirement("R092")
@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "call 1  2025-12-30 08:59  王芳 → 张三  60 s"), ("zh", "通话1  2025-12-30 08:59  王芳 → 张三  60秒")],
)
def test_a_manager_draws_listens_and_scores(house: App, call: Call, lang: str, said: str) -> None:
    call("wang")
    shown = run(house, "chen", "sample", *WEEK, "--seed", "7", lang=lang)
    listed = json.loads(run(house, "chen", "list", "--format", "json").output)
    run(house, "chen", "review", "1", "--score", "4")
    nothing, everything = run(house, "chen", "list", lang=lang), run(house, "chen", "list", "--reviewed", "--format", "csv")

    assert f"{said}\n      https://pbx.example/1.wav\n" == shown.output
    assert (1, 1, []) == (listed[0]["call"], listed[0]["sample"], listed[0]["scores"])
    assert "" == nothing.output
    assert everything.output.splitlines()[1].split(",")[-2:] == ["4", "https://pbx.example/1.wav"]


@pytest.mark.requirement("R094")
def test_model_calls_are_added_found_and_withdrawn(house: App, call: Call) -> None:
    call("wang")
    words: tuple[Any, ...] = (
        run(house, "chen", "model", "add", "1", "--topic", "price", "--why", "answers with the value").output,
        run(house, "zhou", "model", "list", "--rep", "wang").output,
        run(house, "wang", "model", "withdraw", "1", "--reason", "no").output,
        run(house, "zhou", "model", "list").output,
    )

    assert words[0] == "Model 1: call 1 is in the library.\n"
    assert words[1].splitlines()[0] == "model 1  2025-12-30 08:59  王芳: price"
    assert words[2:] == ("Model 1 is out of the library.\n", "")


@pytest.mark.parametrize(
    ("words", "key"),
    [
        (("sample", *WEEK), "calls.may_not_sample"),
        (("review", "1", "--score", "3"), "calls.may_not_review"),
        (("model", "add", "1", "--topic", "price", "--why", "x"), "calls.may_not_add"),
    ],
)
def test_who_may_not_is_told_who_may(house: App, call: Call, words: tuple[str, ...], key: str) -> None:
    call("wang")

    with pytest.raises(DeniedError) as refused:
        run(house, "zhou", *words)
    assert Translator("en", WORDS)(key, actor="zhou") == refused.value.message("en")


def test_an_address_is_attached(house: App, call: Call) -> None:
    call("wang", recording=None)

    assert "Call 1: its recording is noted.\n" == run(house, "chen", "attach", "1", "https://pbx.example/x.wav").output


def test_a_refusal_names_a_table_in_words(house: App) -> None:
    with pytest.raises(DeniedError) as refused:
        run(house, "zhou", "list")
    assert "无权查看抽查的通话（calls_checks）" in refused.value.message("zh")
