"""
What people say about being contacted, as channels hear it: the one word of a text message, a box that is ticked.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from patron.core.payloads.texts import as_text
from patron.core.records.intake import ConsentSaid

STOP_WORDS = (
    *("STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPT OUT", "OPTOUT", "REMOVE ME"),
    *("退订", "退訂", "取消订阅", "取消訂閱", "拒收", "不要再发", "T", "TD", "回T", "回TD"),
)
"""By which a person says that they want no more messages, alone in one; English and Chinese."""

START_WORDS = ("START", "UNSTOP", "SUBSCRIBE", "OPT IN", "OPTIN", "订阅", "訂閱", "恢复订阅", "恢復訂閱")
"""By which a person says that they want messages again."""

_YES = frozenset(
    {"1", "true", "yes", "y", "on", "ok", "agree", "agreed", "i agree", "checked", "granted", "是", "同意", "我同意", "接受"}
)
_NO = frozenset({"0", "false", "no", "n", "off", "disagree", "refused", "denied", "unchecked", "否", "不同意", "拒绝", "不接受"})
_LONGEST = 40
"""Signs of a message that can be one word; a longer one is not even looked at."""


def said_by_word(
    text: str, channel: str, purposes: Iterable[str | None] = (None,), *, stop: Iterable[str] = (), start: Iterable[str] = ()
) -> tuple[ConsentSaid, ...]:
    """
    Return what a message says that is nothing but a word of refusal or of consent; nothing for any other.

    Args:
        text: the message.
        channel: by what means the person wants no messages, or wants them again: a code of `contact_channel`.
        purposes: for what; None for anything.
        stop: words of refusal beside those that everybody knows, whatever their case and signs.
        start: words of consent beside those.
    """
    if len(text) > _LONGEST:
        return ()
    word = _bare(text)
    if not word:
        return ()
    refused, granted = ({*map(_bare, words)} for words in ((*STOP_WORDS, *stop), (*START_WORDS, *start)))
    if word not in refused | granted:
        return ()
    decision = "withdrawn" if word in refused else "granted"
    return tuple(
        ConsentSaid(decision=decision, channel=channel, purpose=purpose, evidence=text.strip(), given_by="message")
        for purpose in purposes
    )


def said_by_box(value: Any, purpose: str | None, *, evidence: str = "", given_by: str = "form") -> tuple[ConsentSaid, ...]:
    """
    Return what a box of a form says: ticked, or left empty on purpose; nothing where its value is neither.

    Args:
        value: as it came: `on`, `true`, `同意`, `0`, …
        purpose: for what the person agrees to be contacted; None for anything.
        evidence: what proves it: the form, the words beside the box.
        given_by: how it was said, a code of `consent_form`.
    """
    text = " ".join(unicodedata.normalize("NFKC", as_text(value)).casefold().split())
    decision = "granted" if text in _YES else "refused" if text in _NO else ""
    return (ConsentSaid(decision=decision, purpose=purpose, evidence=evidence, given_by=given_by),) if decision else ()


def _bare(text: str) -> str:
    """Return a text without case, full width, space and signs: `“Stop!”` is `stop`."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())
