"""
Names of persons in a form that can be compared: family name and given name, without titles, letter case, accents and spaces.

Chinese names have the family name first, of one character or of two (`欧阳`); Western ones have it last, with its particles (`van
der Berg`), or first before a comma. Which of the two a name is, its characters say. What a name of Latin letters in Chinese order
means (`Zhang Wei`) nobody can know; comparing allows for both orders.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple


class NameParts(NamedTuple):
    """
    A name, taken apart.

    Attributes:
        family: the family name, folded; empty where it is not known.
        given: the given names, folded, separated by spaces.
    """

    family: str = ""
    given: str = ""


@lru_cache(maxsize=10_000)
def parts_of_name(written: str) -> NameParts:
    """Return the parts of a whole name; those who may be meant by a name are mostly called just so."""
    text = unicodedata.normalize("NFKC", written).strip()
    joined = re.sub(r"[\s·・•.,，、]+", "", text)
    if is_han(joined):
        return _chinese(joined)
    if _HAN.search(text):
        # Two scripts: a name with its translation, or with a title; the Chinese part is the name.
        return _chinese("".join(_HAN.findall(text)))
    return _western(text)


def parts_of_names(family: str, given: str) -> NameParts:
    """Return the parts of a name that was written in two cells."""
    if not family or not given:
        return parts_of_name(family or given) if _HAN.search(family or given) else NameParts(folded(family), folded(given))
    return NameParts(folded(_without_title(family)), folded(_without_title(given)))


def is_stand_in(written: str) -> bool:
    """Say whether a name is none: a number or an address in place of one, or a word for somebody whose name nobody knows."""
    text = written.strip()
    return "@" in text or not any(map(str.isalpha, text)) or text.casefold() in _WORDS["nobody"]


def folded(text: str) -> str:
    """Return words without letter case, accents and signs, separated by single spaces; Chinese without any."""
    text = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    if text.isascii():
        return " ".join(_WORD.findall(text.replace("'", "")))
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    words = _WORD.findall(unicodedata.normalize("NFC", bare).replace("'", "").replace("’", ""))
    return ("" if is_han("".join(words)) else " ").join(words)


_LETTERS: Mapping[int, str] = MappingProxyType(
    {ord(sign): letters for sign, letters in {"ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d"}.items()}
)
_WORD = re.compile(r"[^\W_]+")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")
_WORDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {name: frozenset(words) for name, words in tomllib.loads((Path(__file__).parent / "names.toml").read_text("utf-8")).items()}
)
_CHINESE_TITLE = re.compile(f"(?P<name>.+?)(?:{'|'.join(sorted(_WORDS['chinese_titles'], key=len, reverse=True))})")


def is_han(text: str) -> bool:
    """Say whether a text is of Chinese characters alone."""
    return _HAN.fullmatch(text) is not None


def _without_title(text: str) -> str:
    text = text.strip()
    found = _CHINESE_TITLE.fullmatch(text)
    return found["name"] if found else text


def _chinese(name: str) -> NameParts:
    name = _without_title(name)
    if len(name) > 1 and name[:2] in _WORDS["double"]:
        return NameParts(name[:2], name[2:])
    return NameParts(name[:1], name[1:])


def _western(text: str) -> NameParts:
    family, comma, given = text.partition(",")
    if comma and folded(given) not in _WORDS["suffixes"]:
        return NameParts(" ".join(_bare(family)), " ".join(_bare(given)))
    words = _bare(text)
    if len(words) < 2:
        return NameParts("", "".join(words))
    first = len(words) - 1
    while first > 1 and words[first - 1] in _WORDS["particles"]:
        first -= 1
    return NameParts(" ".join(words[first:]), " ".join(words[:first]))


def _bare(text: str) -> list[str]:
    """Return the words of a name without titles before it and suffixes behind it."""
    words = [word for word in map(folded, text.split()) if word]
    while len(words) > 1 and words[0] in _WORDS["titles"]:
        del words[0]
    while len(words) > 1 and words[-1] in _WORDS["suffixes"]:
        del words[-1]
    return words
