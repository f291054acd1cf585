"""The kit sees a reason without words, and words that name what is not given."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from patron import Channel, Connection, Delivery, Reason, Unreadable
from patron.core.host import Plugin
from patron.core.host.manifest import parse_manifest
from patron.testing import NOW
from patron.testing.reasons import Reasons

MANIFEST = """
api = [1, 1]
hooks = ["channels"]
languages = ["en", "zh"]
title = { en = "Shop", zh = "商店" }
"""


@pytest.fixture(name="check")
def _check(tmp_path: Path) -> Callable[..., None]:
    """Return a function that checks what a channel says."""

    def check(said: str, *, manifest: str = MANIFEST, **words: str) -> None:
        for lang in ("en", "zh"):
            (tmp_path / lang).mkdir()
            (tmp_path / lang / "reason.toml").write_text(f'odd = "{words.get(lang, "")}"\n' if lang in words else "", "utf-8")
        about = parse_manifest(tomllib.loads(manifest), "shop")
        reasons = Reasons(Plugin("shop", "shop", "shop", "0", about, locale=tmp_path))

        def parse(*_: Any) -> list[Any]:
            raise Unreadable(said)

        brought = Channel(code="shop", source="webshop", contact="web", parse=parse, verify=lambda *_: said)
        heard = reasons.heard(brought)
        delivery, connection = Delivery(body=b"", received_at=NOW), Connection(name="shop")
        assert heard.verify(delivery, connection) == said
        with pytest.raises(Unreadable):
            heard.parse(delivery, connection)
        reasons.check()

    return check


def test_reasons_with_words_pass(check: Callable[..., None]) -> None:
    check(Reason("reason.odd", line=3), en="line {line} is odd", zh="第 {line} 行有误")


def test_a_key_of_the_core_passes(check: Callable[..., None]) -> None:
    check("payloads.wrong_signature")


def test_a_plugin_without_languages_may_say_anything(check: Callable[..., None]) -> None:
    check("no prospect", manifest='api = [1, 1]\nhooks = ["channels"]\nlanguages = []\ntitle = {}')


@pytest.mark.parametrize("said", ["no prospect", "reason.other", "reason.odd"])
def test_a_reason_without_words_in_a_language_is_seen(check: Callable[..., None], said: str) -> None:
    with pytest.raises(AssertionError, match="has no words in"):
        check(said, en="it is odd")


def test_words_that_name_what_is_not_given_are_seen(check: Callable[..., None]) -> None:
    with pytest.raises(AssertionError, match="name what is not given"):
        check("reason.odd", en="line {line} is odd", zh="第 {line} 行有误")
