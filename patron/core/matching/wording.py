"""
What speaks for two records being of one person, in words.
"""

from collections.abc import Iterable

from patron.core.i18n import Translator
from patron.core.matching.scoring import Reason


def said(reasons: Iterable[Reason], t: Translator) -> str:
    """Return the fields that weigh something, in their order."""
    return ", ".join(f"{field_word(one, t)} {level_word(one, t)} {one.bits:+.1f}" for one in reasons if one.bits)


def field_word(reason: Reason, t: Translator) -> str:
    """Return what people call the field."""
    return t(f"matching.field_{reason.field}")


def level_word(reason: Reason, t: Translator) -> str:
    """Return what people call the level."""
    return t(f"matching.level_{reason.level}")
