"""
Records in numbers: how many of each noun, in words in which a count can't be taken for a number that a record has.
"""

from collections.abc import Mapping

from patron.cli.wording import WORDS
from patron.core.i18n import Translator

_BETWEEN = {"en": ", ", "zh": "、"}


def counted(t: Translator, counts: Mapping[str, int]) -> str:
    """
    Return counts in words: `1 lead, 2 receipts`; empty for none.

    Args:
        t: says it in the language of the reader.
        counts: noun (or a plugin's table) → how many.
    """
    return _BETWEEN[t.lang].join(_said(t, noun, f"{count:,}") for noun, count in counts.items())


def _said(t: Translator, noun: str, count: str) -> str:
    key, say = f"counted.{noun}", t.within(WORDS)
    return say("counted.rows", table=noun, count=count) if WORDS.find(t.lang, key) is None else say(key, count=count)
