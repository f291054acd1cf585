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
    """Return what people call the field of a reason."""
    return field_called(reason.field, t)


def level_word(reason: Reason, t: Translator) -> str:
    """Return what people call the level of a reason."""
    return level_called(reason.level, t)


def field_called(name: str, t: Translator) -> str:
    """Return what people call a field."""
    return t(f"matching.field_{name}")


def level_called(name: str, t: Translator) -> str:
    """Return what people call a level."""
    return t(f"matching.level_{name}")
