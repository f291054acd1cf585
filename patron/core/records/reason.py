"""
Why a channel does not take a delivery, or can't ask its provider: a key of its own words, put into those of whoever reads it.
"""

from collections.abc import Mapping
from typing import Any, Self


class Reason(str):
    """
    A key of the plugin's words with what the message names: `Reason("reason.bad_line", line=3)`.

    A reason that names nothing may be the key alone, as text. What is no key of the plugin's words is shown as it is, quoted.

    Args:
        key: the key, in the plugin's `locale/*/reason.toml` or among the words of the core.
        details: what the message names: texts, numbers, reasons, and tuples of them. Never a secret.
    """

    __slots__ = ("details",)

    details: Mapping[str, Any]

    def __new__(cls, key: str, /, **details: object) -> Self:
        """Return the key."""
        made = super().__new__(cls, key)
        made.details = details
        return made

    def __reduce__(self) -> tuple[object, ...]:
        """Travel between processes."""
        return _rebuilt, (str(self), dict(self.details))


def _rebuilt(key: str, details: dict[str, object]) -> Reason:
    return Reason(key, **details)


def details_of(reason: str) -> Mapping[str, Any]:
    """Return what a reason names; nothing where it is text alone."""
    return reason.details if isinstance(reason, Reason) else {}


def shown(reason: str) -> str:
    """Return a reason as a developer sees it, in a traceback."""
    named = ", ".join(f"{name}={value!r}" for name, value in details_of(reason).items())
    return f"{reason} ({named})" if named else str(reason)
