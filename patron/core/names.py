"""
How messages speak of names: the nearest one that is known, lists and values of bounded length, and secrets not at all.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from typing import Self

BLOT = "•••"
"""Stands where a secret stood."""

ALIKE = 0.6
"""How alike a name must be to be worth suggesting where anything may be a name, as in the columns of a file."""


def nearest(name: str, known: Iterable[str], *, cutoff: float = 0.0) -> str:
    """
    Return the known name that looks most like *name*; "" where none does.

    Letter case, spaces and underscores don't count: `UnitPrice` is `unit_price` written otherwise.

    Args:
        name: what was written.
        known: what could have been meant.
        cutoff: how alike they must be, from 0 (not at all) to 1 (the same).
    """
    from difflib import get_close_matches  # loaded only to complain

    folded = {_fold(candidate): candidate for candidate in sorted(known, reverse=True)}
    found = get_close_matches(_fold(name), folded, n=1, cutoff=cutoff)
    return folded[found[0]] if found else ""


class Listing(str):
    """Names in a row, which a message writes as its language does."""

    __slots__ = ("_most", "_names")

    def __new__(cls, names: Iterable[object], most: int) -> Self:
        """Return the names joined by commas."""
        every = tuple(names)
        made = super().__new__(cls, _joined(map(shorten, every), len(every), most, ", "))
        made._names, made._most = every, most
        return made

    _names: tuple[object, ...]
    _most: int

    def in_words(self, lang: str) -> str:
        """Return the names with their labels, where they know them."""
        words = (one.in_words(lang) if hasattr(one, "in_words") else shorten(one) for one in self._names)
        return _joined(words, len(self._names), self._most, "、" if lang == "zh" else ", ")


def listed(names: Iterable[object], most: int = 20) -> Listing:
    """Return the names joined in the given order, each shortened, a blank one as "", cut after *most* with how many there are."""
    return Listing(names, most)


def _joined(names: Iterable[str], count: int, most: int, sign: str) -> str:
    shown = [name or '""' for name in islice(names, most)]
    return sign.join(shown) + (f"{sign}… ({count})" if count > most else "")


def shorten(value: object, most: int = 60) -> str:
    """Return the value as text, cut after *most* characters."""
    text = str(value)
    return text if len(text) <= most else text[: most - 1] + "…"


def _fold(name: str) -> str:
    return name.casefold().replace(" ", "").replace("_", "")


def blotted(text: str, secrets: Iterable[str]) -> str:
    """Return a text in which no secret stands, neither plain nor as addresses write it, with whichever signs escaped."""
    for secret in secrets:
        if len(secret) <= len(text):
            text = _pattern(secret).sub(BLOT, text)
    return text


@lru_cache(maxsize=256)
def _pattern(secret: str) -> re.Pattern[str]:
    """Return the pattern of a secret; the few of an installation are looked for in all that comes."""
    return re.compile("".join(map(_written, secret)))


def _written(sign: str) -> str:
    """Return the pattern of a sign as it is, or escaped; who escapes may do so in small letters, and a blank is a plus."""
    escaped = "".join(f"%{byte:02X}" for byte in sign.encode("utf-8", "replace"))
    plus = r"|\+" if sign == " " else ""
    return f"(?:{re.escape(sign)}|(?i:{escaped}){plus})"
